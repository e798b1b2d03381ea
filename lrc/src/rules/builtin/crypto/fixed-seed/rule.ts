import { callRule } from "../../../kinds/index.ts";
import { compositionOf, fileTextOf, isConstant, textAround, writtenOf } from "../../../syntax/index.ts";

export const fixedSeed = callRule({
  id: "crypto/fixed-seed",
  title: "A random generator for secrets begins with what is known",
  category: "security",
  subcategory: "weak-random",
  severity: "warning",
  confidence: "medium",
  languages: ["java"],
  cwe: [335, 337],
  mentions: /SecureRandom/,
  callee: { java: /\.setSeed$|^new (java\.security\.)?SecureRandom$/ },
  when: ({ arguments: [first], node }) => {
    if (first === undefined || compositionOf(first) !== undefined) return false;
    return (
      /SecureRandom/.test(fileTextOf(node)) &&
      (isConstant(first) ||
        (writtenOf(first).length > 0 && !/generateSeed|nextBytes/.test(textAround(node))) ||
        /currentTimeMillis|nanoTime|new Date\(/.test(first.text()) ||
        /^"[^"]*"\.getBytes/.test(first.text()))
    );
  },
  message: "From the same seed come the same numbers: who knows or guesses it knows all keys and tokens made with them.",
  suggestion: "Make it without a seed: new SecureRandom().",
});

import { descriptionOf, wordsOf } from "../../../kinds/advice.ts";
import type { Rule } from "../../../rule.ts";
import { changedText, linesOf, placeOf, type SyntaxNode, touches, treeOf } from "../../../syntax/index.ts";

const advice = {
  id: "yaml/duplicate-key",
  title: "A key stands twice in the same mapping",
  category: "correctness",
  subcategory: "duplicate-key",
  severity: "error",
  confidence: "high",
  languages: ["yaml"],
  cwe: [694],
  message: "Most readers keep the last one without a word, others refuse the file: what was written first is lost.",
  suggestion: "Put both together.",
} as const;

export const duplicateKey: Rule = {
  ...descriptionOf(advice),
  scope: "file",
  check(file, report) {
    if (file.after?.includes(":") !== true) return;
    const { added } = changedText(file);
    // A mapping is gone through once: asking each key for those before it takes minutes in a file of translations.
    for (const mapping of treeOf(file)?.findAll({ rule: { kind: "block_mapping" } }) ?? []) {
      const seen = new Set<string>();
      for (const pair of mapping.children()) {
        const key = keyOf(pair);
        if (key === undefined) continue;
        const { startLine, endLine } = linesOf(pair);
        if (seen.has(key) && touches(added, startLine, endLine)) report({ side: "new", ...placeOf(pair), ...wordsOf(advice) });
        seen.add(key);
      }
    }
  },
};

/** Merges may stand more than once, and what a template will make of a key is not known. */
function keyOf(pair: SyntaxNode): string | undefined {
  if (pair.kind() !== "block_mapping_pair") return undefined;
  const key = pair.field("key")?.text();
  return key === undefined || key === "<<" || /\{\{|\$\{/.test(key) ? undefined : key;
}

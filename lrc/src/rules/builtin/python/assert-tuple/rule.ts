import { syntaxRule } from "../../../kinds/index.ts";

export const assertTuple = syntaxRule({
  id: "python/assert-tuple",
  title: "An assertion of a tuple always holds",
  category: "correctness",
  subcategory: "wrong-comparison",
  severity: "error",
  confidence: "high",
  languages: ["python"],
  cwe: [670],
  mentions: /assert\s*\(/,
  find: [{ kind: "assert_statement", has: { kind: "tuple" } }],
  when: (node) =>
    node.children().filter((child) => child.isNamed()).length === 1 &&
    node
      .children()
      .find((child) => child.isNamed())
      ?.kind() === "tuple",
  message: "A tuple with something in it is true: this asserts nothing.",
  suggestion: "Take the parentheses away: assert condition, message.",
});

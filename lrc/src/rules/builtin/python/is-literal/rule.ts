import { syntaxRule } from "../../../kinds/index.ts";

export const isLiteral = syntaxRule({
  id: "python/is-literal",
  title: "is compares identity where a value is meant",
  category: "correctness",
  subcategory: "wrong-comparison",
  severity: "error",
  confidence: "high",
  languages: ["python"],
  cwe: [595],
  mentions: /\bis\b/,
  find: [{ kind: "comparison_operator", regex: "\\bis\\b" }],
  when: (node) => {
    const children = node.children();
    return (
      /^is( not)?$/.test(children[1]?.text() ?? "") &&
      [children[0], children[2]].some((side) => /^(string|integer|float|list|tuple|dictionary|set)$/.test(String(side?.kind())))
    );
  },
  message: "Two equal values need not be one object: whether this holds depends on the interpreter.",
  suggestion: "Use == or !=.",
});

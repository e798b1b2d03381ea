import { inScript, scriptLanguages, syntaxRule } from "../../../kinds/index.ts";

export const selfComparison = syntaxRule({
  id: "logic/self-comparison",
  title: "Both sides are the same",
  category: "correctness",
  subcategory: "wrong-comparison",
  severity: "warning",
  confidence: "high",
  languages: [...scriptLanguages, "python", "go", "java", "csharp", "php", "rust", "c", "cpp"],
  cwe: [697],
  mentions: /[=!<>]=|&&|\|\||\band\b|\bor\b/,
  find: {
    ...inScript([{ kind: "binary_expression" }]),
    python: [{ kind: "comparison_operator" }, { kind: "boolean_operator" }],
    go: [{ kind: "binary_expression" }],
    java: [{ kind: "binary_expression" }],
    csharp: [{ kind: "binary_expression" }],
    php: [{ kind: "binary_expression" }],
    rust: [{ kind: "binary_expression" }],
    c: [{ kind: "binary_expression" }],
    cpp: [{ kind: "binary_expression" }],
  },
  when: (node) => {
    const children = node.children();
    if (children.length !== 3) return false;
    const [left, operator, right] = children.map((child) => child.text());
    if (!/^(===?|!==?|<|>|<=|>=|&&|\|\||and|or)$/.test(operator ?? "") || left !== right) return false;
    // x != x is how NaN was asked for; a call may say something else the second time.
    return !(/^[!=]==?$/.test(operator!) && /^\w+$/.test(left!)) && !/[()[\]]|\+\+|--|^[\d.'"]+$|^(true|false)$/.test(left!);
  },
  message: "Both sides are the same, so the answer is known: something else was meant on one of them.",
  suggestion: "Compare with what was meant.",
});

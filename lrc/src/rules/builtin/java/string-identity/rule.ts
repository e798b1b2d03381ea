import { syntaxRule } from "../../../kinds/index.ts";

export const stringIdentity = syntaxRule({
  id: "java/string-identity",
  title: "Texts are compared by identity",
  category: "correctness",
  subcategory: "wrong-comparison",
  severity: "error",
  confidence: "high",
  languages: ["java"],
  cwe: [597],
  mentions: /[!=]=\s*"|"\s*[!=]=/,
  find: [
    {
      kind: "binary_expression",
      any: [{ has: { field: "left", kind: "string_literal" } }, { has: { field: "right", kind: "string_literal" } }],
    },
  ],
  when: (node) =>
    /^[!=]=$/.test(node.field("operator")?.text() ?? "") &&
    ![node.field("left"), node.field("right")].some((side) => side?.kind() === "null_literal"),
  message: "== asks whether both are one object; a text that was read or put together is another one.",
  suggestion: "Use equals.",
});

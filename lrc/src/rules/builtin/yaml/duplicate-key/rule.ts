import { syntaxRule } from "../../../kinds/index.ts";

export const duplicateKey = syntaxRule({
  id: "yaml/duplicate-key",
  title: "A key stands twice in the same mapping",
  category: "correctness",
  subcategory: "duplicate-key",
  severity: "error",
  confidence: "high",
  languages: ["yaml"],
  cwe: [694],
  mentions: /:/,
  find: [{ kind: "block_mapping_pair" }],
  when: (node) => {
    const key = node.field("key")?.text();
    if (key === undefined || key === "<<" || /\{\{|\$\{/.test(key)) return false;
    return node.prevAll().some((other) => other.kind() === "block_mapping_pair" && other.field("key")?.text() === key);
  },
  message: "Most readers keep the last one without a word, others refuse the file: what was written first is lost.",
  suggestion: "Put both together.",
});

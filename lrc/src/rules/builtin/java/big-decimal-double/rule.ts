import { callRule } from "../../../kinds/index.ts";

export const bigDecimalDouble = callRule({
  id: "java/big-decimal-double",
  title: "A BigDecimal is made from a double",
  category: "correctness",
  subcategory: "precision",
  severity: "warning",
  confidence: "high",
  languages: ["java"],
  cwe: [1339],
  mentions: /new BigDecimal\(\s*\d/,
  callee: { java: /^new BigDecimal$/ },
  when: ({ arguments: [first] }) => /^\d+\.\d+$/.test(first?.text() ?? ""),
  message: "The double is not what is written: new BigDecimal(0.1) is 0.1000000000000000055….",
  suggestion: "Give it as a text, or use BigDecimal.valueOf.",
});

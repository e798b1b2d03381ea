import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";

export const uninitializedBuffer = callRule({
  id: "javascript/uninitialized-buffer",
  title: "A buffer begins with what was in memory before",
  category: "security",
  subcategory: "uninitialized-memory",
  severity: "info",
  confidence: "low",
  languages: scriptLanguages,
  cwe: [665, 908],
  mentions: /Buffer/,
  callee: inScript(/^(new )?Buffer$|^Buffer\.(allocUnsafe|allocUnsafeSlow)$/),
  when: ({ arguments: [first], callee }) =>
    first !== undefined && (/allocUnsafe/.test(callee) ? !/^0$/.test(first.text()) : !/^["'`[]|function|arrow/.test(first.text())),
  message: "What is not overwritten leaves the process with it: keys and data of others.",
  suggestion: "Buffer.alloc, unless every byte is written before anybody sees it.",
});

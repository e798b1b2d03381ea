import { callRule } from "../../../kinds/index.ts";
import { textAround } from "../../../syntax/index.ts";

export const unsound = callRule({
  id: "rust/unsound",
  title: "Memory is used in a way the compiler cannot check",
  category: "security",
  subcategory: "memory-safety",
  severity: "warning",
  confidence: "medium",
  languages: ["rust"],
  cwe: [119, 908],
  mentions: /transmute|uninitialized|zeroed|from_utf8_unchecked|get_unchecked|static mut/,
  callee: { rust: /(^|\.)(mem\.)?(transmute|uninitialized)$|from_utf8_unchecked$|get_unchecked(_mut)?$/ },
  when: ({ node }) => !/SAFETY|# Safety/.test(textAround(node)),
  message: "This is right only under conditions that stand nowhere: if one fails, memory is read or written that is another's.",
  suggestion: "Use the checked form, or say in a SAFETY comment why it holds.",
});

import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";

export const bufferUnchecked = callRule({
  id: "javascript/buffer-unchecked",
  title: "A buffer is told not to check where it reads or writes",
  category: "security",
  subcategory: "out-of-bounds",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [119, 125],
  mentions: /\b(?:read|write)(?:U?Int|Float|Double)/,
  callee: inScript(/\.(?:read|write)(?:U?Int(?:8|(?:16|32)[LB]E)|(?:Float|Double)[LB]E)$/),
  when: ({ callee, arguments: values }) => values[/\.read/.test(callee) ? 1 : 2]?.text() === "true",
  message: "Versions of Node.js before 10 then read and write beyond the end of the buffer; later ones ignore it.",
  suggestion: "Leave the last argument out.",
});

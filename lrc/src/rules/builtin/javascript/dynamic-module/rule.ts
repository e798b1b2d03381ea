import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { isConstant } from "../../../syntax/index.ts";

export const dynamicModule = callRule({
  id: "javascript/dynamic-module",
  title: "Which module is loaded is decided while the program runs",
  category: "security",
  subcategory: "unsafe-reflection",
  severity: "info",
  confidence: "low",
  languages: scriptLanguages,
  cwe: [95, 829],
  mentions: /require\s*\(|import\s*\(/,
  callee: inScript(/^(?:require|import)$/),
  when: ({ arguments: [first] }) =>
    first !== undefined && !isConstant(first) && !/^(?:\.\/|path\.(?:join|resolve)\(__dirname,\s*["'][^"']*["']\))/.test(first.text()),
  message: "A module runs when it is loaded. Whoever chooses its name chooses the code.",
  suggestion: "Write the names that are possible in a table and look the module up there.",
});

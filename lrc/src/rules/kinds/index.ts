export { callRule } from "./call-rule.ts";
export { lineRule } from "./line-rule.ts";
export { inScript, scriptLanguages } from "./script.ts";
export { syntaxRule } from "./syntax-rule.ts";
export { vanishedRule } from "./vanished-rule.ts";

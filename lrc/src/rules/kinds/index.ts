export type { Advice } from "./advice.ts";
export { callRule } from "./call-rule.ts";
export { lineRule } from "./line-rule.ts";
export { inScript, scriptLanguages } from "./script.ts";
export { severalRules } from "./several-rules.ts";
export { syntaxRule } from "./syntax-rule.ts";
export { vanishedRule } from "./vanished-rule.ts";

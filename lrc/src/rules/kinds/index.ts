export { type Advice, descriptionOf, wordsOf } from "./advice.ts";
export { type CallRule, callRule } from "./call-rule.ts";
export { type LineRule, lineRule } from "./line-rule.ts";
export { inScript, scriptLanguages } from "./script.ts";
export { type Shape, type SyntaxRule, syntaxRule } from "./syntax-rule.ts";
export { type VanishedRule, vanishedRule } from "./vanished-rule.ts";

export { builtinRules } from "./builtin/index.ts";
export { unnamedPasswordsIn } from "./builtin/secret/password/own-syntaxes.ts";
export { foreignTokens } from "./builtin/secret/provider-token/foreign-tokens.ts";
export { tokenShapesIn } from "./builtin/secret/provider-token/tokens.ts";
export { createRuleEngine } from "./create-rule-engine.ts";
export { languageOf } from "./language.ts";
export { ownRules } from "./own-rules.ts";
export {
  type Category,
  type CheckFile,
  type Confidence,
  categories,
  confidences,
  type Language,
  type LeftOutFile,
  languages,
  type OwnRules,
  type ReportSink,
  type Rule,
  type RuleChange,
  type RuleDescription,
  type RuleEngine,
  type RuleEngineFactory,
  type RuleFailure,
  type RuleOutcome,
  type RuleReport,
  type RuleSubject,
  type Severity,
  severities,
} from "./rule.ts";
export { type Definition, type Surrounding, surroundingOf } from "./syntax/surrounding.ts";
export { entropyOf, isProgram, kindOfName, namedValuesIn, verbose } from "./text/index.ts";

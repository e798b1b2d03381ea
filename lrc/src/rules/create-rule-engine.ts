import { builtinRules } from "./builtin/index.ts";
import { engineOf } from "./engine.ts";
import type { RuleEngineFactory } from "./rule.ts";

/** The engine with the rules that come with the program and the user's own. */
export const createRuleEngine: RuleEngineFactory = () => engineOf({ rules: builtinRules });

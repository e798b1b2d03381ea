import { builtinRules } from "./builtin/index.ts";
import { engineOf } from "./engine.ts";
import type { RuleEngineFactory } from "./rule.ts";

/** The engine with the rules that come with the program and the repository's own. */
export const createRuleEngine: RuleEngineFactory = ({ own, now } = {}) =>
  engineOf({ rules: [...builtinRules, ...(own?.rules ?? [])], failures: own?.failures ?? [], now });

import { builtinRules } from "./builtin/index.ts";
import { checkRules } from "./checks/check-rules.ts";
import { engineOf } from "./engine.ts";
import type { RuleEngineFactory } from "./rule.ts";

/** The engine with the rules that come with the program and the user's own. */
export const createRuleEngine: RuleEngineFactory = ({ checks, now }) => {
  const own = checks.length === 0 ? { rules: [], failures: [] } : checkRules(checks);
  return engineOf({ rules: [...builtinRules, ...own.rules], failures: own.failures, now });
};

import type { CheckFile, OwnRules } from "./rule.ts";

/** The rules in a repository's own checks. Most repositories have none, and need not wait for what reads YAML. */
export async function ownRules(checks: readonly CheckFile[]): Promise<OwnRules> {
  if (checks.length === 0) return { rules: [], failures: [], ids: [] };
  const { checkRules } = await import("./checks/check-rules.ts");
  return checkRules(checks);
}

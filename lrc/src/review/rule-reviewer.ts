import type { RuleDescription, RuleEngine, RuleFailure } from "#rules";
import type { Remark } from "./remark.ts";
import type { Reviewer, ReviewerOutcome, ReviewRequest } from "./reviewer.ts";

/** The reviewer that needs no model and no network. */
export class RuleReviewer implements Reviewer {
  readonly name = "rules";
  readonly #engine: RuleEngine;
  readonly #rules: ReadonlyMap<string, RuleDescription>;
  #brokenChecks: readonly string[] = [];

  constructor(engine: RuleEngine) {
    this.#engine = engine;
    this.#rules = new Map(engine.rules.map((rule) => [rule.id, rule]));
  }

  /** What could not be understood of the repository's own checks, as of the last review. The others ran, so the review is not less complete for it. */
  get brokenChecks(): readonly string[] {
    return this.#brokenChecks;
  }

  async review({ files, leftOut }: ReviewRequest, signal: AbortSignal): Promise<ReviewerOutcome> {
    const { reports, failures } = await this.#engine.check(files, leftOut, signal);
    const remarks = reports.map((report): Remark => {
      const rule = this.#rules.get(report.ruleId);
      if (rule === undefined) throw new Error(`the rule ${report.ruleId} reports and is not listed`);
      return {
        ruleId: rule.id,
        title: rule.title,
        severity: report.severity ?? rule.severity,
        confidence: report.confidence ?? rule.confidence,
        category: rule.category,
        subcategory: rule.subcategory,
        cwe: rule.cwe ?? [],
        message: report.message,
        suggestion: report.suggestion,
        path: report.path,
        side: report.side,
        startLine: report.startLine,
        endLine: report.endLine,
        startColumn: report.startColumn,
        endColumn: report.endColumn,
        causedByRemoval: report.causedByRemoval ?? false,
        secrets: report.secrets ?? [],
      };
    });
    const isAboutCheck = ({ ruleId, path }: RuleFailure): boolean =>
      ruleId.startsWith("check/") && path?.startsWith(".lrc/checks/") === true;
    this.#brokenChecks = failures.filter(isAboutCheck).map(({ path, reason }) => `${path}: ${reason}; this check is not followed`);
    const problems = failures
      .filter((failure) => !isAboutCheck(failure))
      .map(({ ruleId, path, reason }) => (path === undefined ? `${ruleId}: ${reason}` : `${ruleId}: ${path}: ${reason}`));
    return { remarks, problems, notices: this.#brokenChecks };
  }
}

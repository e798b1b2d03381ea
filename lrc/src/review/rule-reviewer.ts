import type { RuleDescription, RuleEngine } from "#rules";
import type { Remark, Reviewer, ReviewerOutcome, ReviewRequest } from "./review.ts";

/** The reviewer that needs no model and no network. */
export class RuleReviewer implements Reviewer {
  readonly name = "rules";
  readonly #engine: RuleEngine;
  readonly #rules: ReadonlyMap<string, RuleDescription>;

  constructor(engine: RuleEngine) {
    this.#engine = engine;
    this.#rules = new Map(engine.rules.map((rule) => [rule.id, rule]));
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
    const problems = failures.map(({ ruleId, path, reason }) =>
      path === undefined ? `${ruleId}: ${reason}` : `${ruleId}: ${path}: ${reason}`,
    );
    return { remarks, problems };
  }
}

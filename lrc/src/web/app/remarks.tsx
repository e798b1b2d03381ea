import type { JSX } from "preact";
import type { ReviewPage } from "../page/page-state.ts";
import { FindingCard } from "./finding-card.tsx";
import { shownFindings } from "./store.ts";

/** Findings about files whose lines the page does not show: a name, a size, a mode. */
export function ElsewhereFindings({ page }: { readonly page: ReviewPage }): JSX.Element | null {
  const drawn = new Set(page.files.filter(({ hunks }) => hunks !== "").map(({ path }) => path));
  const findings = shownFindings.value.filter(({ path }) => !drawn.has(path));
  if (findings.length === 0) return null;
  return (
    <section class="elsewhere" aria-label="About whole files">
      {findings.map((finding) => (
        <FindingCard key={finding.fingerprint} finding={finding} actions={{ source: page.source, canAct: page.phase !== "decided" }} />
      ))}
    </section>
  );
}

/** What a reader should know beside the findings: what nobody looked at, who failed, what is not shown and why. */
export function Remarks({ page }: { readonly page: ReviewPage }): JSX.Element | null {
  const lines = [
    ...page.reviewers
      .filter(({ outcome }) => outcome !== "complete")
      .map(({ reviewer, outcome, problems }) => `${reviewer}: ${outcome}${problems.length === 0 ? "" : `: ${problems.join("; ")}`}`),
    ...page.notices,
    ...page.skipped.map(({ path, reason, detail }) => `Left out: ${path} (${reason}${detail === undefined ? "" : `, ${detail}`})`),
    ...page.suppressed.map(
      ({ finding, by, reason }) => `Not shown: ${finding.path}:${finding.startLine} ${finding.ruleId} (${reason ?? by})`,
    ),
  ];
  if (lines.length === 0) return null;
  return (
    <details class="fold">
      <summary>Remarks ({lines.length})</summary>
      <ul class="remarks">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </details>
  );
}

import type { JSX } from "preact";
import type { ReviewPage } from "../page/page-state.ts";
import { FindingCards } from "./finding-card.tsx";
import { useGrowing } from "./growing.tsx";
import { perform, shownFindings } from "./store.ts";

/** So many remarks are drawn at once. */
const drawn = 50;

/** Findings about files whose lines the page does not show: a name, a size, a mode. */
export function ElsewhereFindings({ page }: { readonly page: ReviewPage }): JSX.Element | null {
  const drawn = new Set(page.files.filter(({ hunks }) => hunks !== "").map(({ path }) => path));
  const findings = shownFindings.value.filter(({ path }) => !drawn.has(path));
  if (findings.length === 0) return null;
  return (
    <section class="elsewhere" aria-label="About whole files">
      <FindingCards findings={findings} actions={{ source: page.source, canAct: page.phase !== "decided" }} />
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
  ];
  const { suppressed } = page;
  const all = lines.length + suppressed.length;
  const { count, more } = useGrowing(all, drawn, "more");
  if (all === 0) return null;
  return (
    <details class="fold">
      <summary>Remarks ({all})</summary>
      <ul class="remarks">
        {lines.slice(0, count).map((line) => (
          <li key={line}>{line}</li>
        ))}
        {suppressed.slice(0, Math.max(0, count - lines.length)).map(({ finding: { fingerprint, path, startLine, ruleId }, by, reason }) => (
          <li key={fingerprint}>
            Not shown: {path}:{startLine} {ruleId} ({reason ?? by}){" "}
            {by === "dismissed" && page.phase !== "decided" ? (
              <button
                type="button"
                class="plain"
                aria-label={`Show again: ${ruleId} at ${path}:${startLine}`}
                onClick={() => void perform("restore", { fingerprint }, "It is shown again.")}
              >
                Show again
              </button>
            ) : null}
          </li>
        ))}
      </ul>
      {more}
    </details>
  );
}

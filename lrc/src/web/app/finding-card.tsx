import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { agentText } from "../page/agent-text.ts";
import type { PageFinding } from "../page/page-state.ts";
import { copyText } from "./clipboard.ts";
import { useGrowing } from "./growing.tsx";
import { current, perform } from "./store.ts";

/** What can be done about a finding; undefined where nobody is there to do it (a report that was mailed). */
export interface CardActions {
  readonly source: string;
  readonly canAct: boolean;
}

export const cardId = (fingerprint: string): string => `finding-${fingerprint}`;

/** So many findings of one place are drawn at once. */
const drawn = 10;

/** The findings of one place. The one that j and k have reached is among them. */
export function FindingCards({
  findings,
  actions,
}: {
  readonly findings: readonly PageFinding[];
  readonly actions: CardActions;
}): JSX.Element {
  const at = findings.findIndex(({ fingerprint }) => fingerprint === current.value);
  const { count, more } = useGrowing(findings.length, drawn, "more findings here", at);
  return (
    <>
      {findings.slice(0, count).map((finding) => (
        <FindingCard key={finding.fingerprint} finding={finding} actions={actions} />
      ))}
      {more}
    </>
  );
}

/** One finding, as it stands at its line. */
function FindingCard({ finding, actions }: { readonly finding: PageFinding; readonly actions: CardActions }): JSX.Element {
  const { fingerprint, severity, confidence, category, subcategory, title, message, suggestion, ruleId, cwe, reviewer } = finding;
  const [isDismissing, setDismissing] = useState(false);
  const place = `${finding.path}:${finding.startLine}${finding.side === "old" ? " (removed)" : ""}`;
  return (
    <article
      class={`card ${severity} ${current.value === fingerprint ? "current" : ""}`}
      id={cardId(fingerprint)}
      tabIndex={-1}
      aria-labelledby={`${cardId(fingerprint)}-title`}
      data-finding={fingerprint}
    >
      <h3 id={`${cardId(fingerprint)}-title`}>
        <span class={`severity ${severity}`}>{severity}</span> {title}
        {finding.isSettled ? null : <span class="quiet"> (being checked)</span>}
      </h3>
      <p class="quiet meta">
        {place} · confidence {confidence} · {category} › {subcategory} · <RuleName ruleId={ruleId} reviewer={reviewer} /> · {reviewer}
        {cwe.map((number) => (
          <>
            {" · "}
            <a key={number} href={`https://cwe.mitre.org/data/definitions/${number}.html`} target="_blank" rel="noreferrer">
              CWE-{number}
            </a>
          </>
        ))}
      </p>
      <p class="message">{message}</p>
      {suggestion === undefined ? null : <p class="suggestion">{suggestion}</p>}
      <div class="buttons">
        {actions.canAct && finding.canApply ? (
          <button type="button" data-do="apply" onClick={() => void perform("apply", { fingerprint }, "Applied; reviewing again.")}>
            Apply
          </button>
        ) : null}
        <button type="button" data-do="copy" onClick={() => void copyText(agentText([finding], actions.source), "Finding copied.")}>
          Copy
        </button>
        {actions.canAct ? (
          <button type="button" data-do="dismiss" aria-expanded={isDismissing} onClick={() => setDismissing(!isDismissing)}>
            Dismiss…
          </button>
        ) : null}
      </div>
      {isDismissing ? <DismissForm fingerprint={fingerprint} close={() => setDismissing(false)} /> : null}
    </article>
  );
}

/** The rules that come with the program have a page beside this one; what a repository or a model calls a rule has none. */
function RuleName({ ruleId, reviewer }: Pick<PageFinding, "ruleId" | "reviewer">): JSX.Element {
  const name = <code>{ruleId}</code>;
  if (reviewer !== "rules" || ruleId.startsWith("check/")) return name;
  return (
    <a href={`/rules.html#${encodeURI(ruleId)}`} target="_blank" rel="noreferrer">
      {name}
    </a>
  );
}

const reasons = ["It is no fault", "It is known and accepted", "The code is only for tests", "The severity is wrong"];

function DismissForm({ fingerprint, close }: { readonly fingerprint: string; readonly close: () => void }): JSX.Element {
  const [reason, setReason] = useState("");
  const listId = `${cardId(fingerprint)}-reasons`;
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (!(await perform("dismiss", { fingerprint, reason }, "Dismissed; it is not shown again in this repository."))) return;
    close();
    // The card goes away with the keyboard's place in it.
    document.querySelector<HTMLElement>("section.diff")?.focus({ preventScroll: true });
  };
  return (
    <form
      class="dismiss"
      onSubmit={(event) => void submit(event)}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        close();
        document.getElementById(cardId(fingerprint))?.focus({ preventScroll: true });
      }}
    >
      <label>
        Why is it no fault?
        <input
          type="text"
          required
          maxLength={500}
          list={listId}
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </label>
      <datalist id={listId}>
        {reasons.map((text) => (
          <option key={text} value={text} />
        ))}
      </datalist>
      <button type="submit">Dismiss</button>
    </form>
  );
}

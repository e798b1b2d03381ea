import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { countedFindings } from "../page/counted.ts";
import type { PageModel, ReviewPage } from "../page/page-state.ts";
import { DecisionBar } from "./decision-bar.tsx";
import { DiffView } from "./diff-view.tsx";
import { EventLog } from "./event-log.tsx";
import { FileList } from "./file-list.tsx";
import { KeySheet, pressed } from "./keys.tsx";
import { Navigator } from "./navigator.tsx";
import { ElsewhereFindings, Remarks } from "./remarks.tsx";
import { ended, shownFindings, tab } from "./store.ts";
import { SummaryDeck } from "./summary-deck.tsx";
import { Toolbar } from "./toolbar.tsx";

/** The page of one review: what was found on the left, the change on the right, the decision below. */
export function ReviewScreen({ page }: { readonly page: ReviewPage }): JSX.Element {
  useEffect(() => {
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
  useEffect(() => {
    document.title = `${countedFindings(page.findings.length)} · ${page.repository}`;
  }, [page.findings.length, page.repository]);
  const isLog = tab.value === "log";
  return (
    <div class="screen">
      <Header page={page} />
      <div class="columns">
        <aside aria-label="Findings and files">
          <SummaryDeck summary={page.summary} page={page} />
          <details class="fold" open>
            <summary>Findings</summary>
            <Navigator findings={page.findings} />
          </details>
          <details class="fold" open={matchMedia("(min-width: 800px)").matches}>
            <summary>Files ({page.files.length})</summary>
            <FileList page={page} />
          </details>
          <Remarks page={page} />
        </aside>
        <main>
          <Toolbar page={page} />
          {isLog ? <EventLog events={page.events} /> : null}
          <div class="changes" hidden={isLog}>
            <ElsewhereFindings page={page} />
            <DiffView page={page} findings={shownFindings.value} />
          </div>
        </main>
      </div>
      <DecisionBar page={page} />
      <KeySheet />
    </div>
  );
}

/** How far a model has come. It is no live region: the log says each step, and the count of findings is read aloud beside it. */
function ModelProgress({ model: { name, step, done, total } }: { readonly model: PageModel }): JSX.Element {
  const isCounting = step === "reviewing" && total > 0;
  return (
    <p class="quiet model">
      {isCounting ? (
        <progress max={total} value={done} aria-label="Answers of the model" />
      ) : (
        <progress aria-label="Answers of the model" />
      )}{" "}
      {name}
      {step === "summing-up" ? " sums up" : isCounting ? `: ${done} of ${total} answered` : " is asked"}
    </p>
  );
}

function Header({ page }: { readonly page: ReviewPage }): JSX.Element {
  const { coverage, iterations, findings, phase } = page;
  const percent = coverage.changedLines === 0 ? 100 : Math.floor((coverage.reviewedLines * 100) / coverage.changedLines);
  const last = iterations.at(-1);
  const count = countedFindings(findings.length);
  return (
    <header class="top">
      <h1>
        {page.repository} <span class="quiet">{page.branch}</span>
      </h1>
      <p class="quiet">{page.source}</p>
      <p role="status" class={`phase ${phase}`}>
        {ended.value !== undefined ? "lrc has ended" : phase === "reviewing" ? `Reviewing… ${count} so far` : (page.outcome ?? count)}
      </p>
      {page.model === undefined ? null : <ModelProgress model={page.model} />}
      <dl class="facts">
        <div>
          <dt>Iteration</dt>
          <dd>{last?.number ?? "–"}</dd>
        </div>
        <div>
          <dt>Reviewed</dt>
          <dd>
            <meter min={0} max={100} value={percent} aria-label="Reviewed lines in percent" /> {last?.coveragePercent ?? percent}%
          </dd>
        </div>
      </dl>
      {iterations.length > 1 ? (
        <ol class="iterations" aria-label="Iterations">
          {iterations.map(({ number, findings, coveragePercent }) => (
            <li key={number}>
              {number}: {countedFindings(findings)}, {coveragePercent}%
            </li>
          ))}
        </ol>
      ) : null}
    </header>
  );
}

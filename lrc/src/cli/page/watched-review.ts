import type { Clock, Timer } from "kit/clock";
import type { ModelEvent, ReviewInput, ReviewProgress } from "#review";
import type { LivePage, PageFinding, ReviewPage } from "#web";
import type { ReviewWatch } from "../review-run.ts";
import { everything, pageFinding, showInput, showLines, showProgress } from "./review-page.ts";

/** A model may tell faster than anybody reads, and each time the whole list is sent. */
const tellEveryMs = 150;

/** Shows a review on its page while it is made: what the rules found, then each finding of a model as it comes, and how far it is. */
export class WatchedReview implements ReviewWatch, Disposable {
  /** What is reviewed; undefined before it is known. */
  input: ReviewInput | undefined;
  readonly #page: LivePage<ReviewPage>;
  readonly #clock: Clock;
  readonly #note: (text: string) => void;
  readonly #findings = new Map<string, PageFinding>();
  #model: ReviewPage["model"];
  #timer: Timer | undefined;

  constructor(page: LivePage<ReviewPage>, clock: Clock, note: (text: string) => void) {
    this.#page = page;
    this.#clock = clock;
    this.#note = note;
    page.update({ phase: "reviewing", legal: [] });
  }

  readonly onInput = (input: ReviewInput): void => {
    this.input = input;
    // What an earlier look has shown stays until it is known which lines hold secrets now.
    if (this.#page.state.files.length === 0) showInput(this.#page, input);
  };

  readonly onProgress = (soFar: ReviewProgress): void => {
    for (const finding of soFar.findings) this.#findings.set(finding.fingerprint, pageFinding(finding));
    // Lines before what is said of them: a finding whose lines are not there is shown elsewhere.
    if (this.input !== undefined) showLines(this.#page, this.input, everything(soFar));
    showProgress(this.#page, soFar);
  };

  readonly onModel = (event: ModelEvent): void => {
    this.#note(wordsFor(event, this.#findings));
    switch (event.kind) {
      case "started":
        this.#model = { name: nameOf(event.asked), step: "reviewing", done: 0, total: 0 };
        break;
      case "progress":
        this.#model = { name: this.#model?.name ?? "the model", step: event.step, done: event.done, total: event.total };
        break;
      case "finding":
        this.#findings.set(event.finding.fingerprint, { ...pageFinding(event.finding), isSettled: event.settled });
        break;
      case "withdrawn":
        this.#findings.delete(event.fingerprint);
        break;
      case "finished":
        this.#model = undefined;
        break;
    }
    this.#timer ??= this.#clock.after(tellEveryMs, () => this.#tell(), { background: true });
  };

  /** What comes now is the review itself. */
  [Symbol.dispose](): void {
    this.#timer?.cancel();
    this.#page.update({ model: undefined });
  }

  #tell(): void {
    this.#timer = undefined;
    this.#page.update({ findings: [...this.#findings.values()], model: this.#model });
  }
}

function nameOf(asked: Extract<ModelEvent, { kind: "started" }>["asked"]): string {
  const [first] = asked;
  return first === undefined ? "the model" : `${first.name} (${first.model})`;
}

/** A line for the event log. */
function wordsFor(event: ModelEvent, findings: ReadonlyMap<string, PageFinding>): string {
  switch (event.kind) {
    case "started": {
      const [, ...others] = event.asked;
      const instead = others.length === 0 ? "" : `; if it cannot answer, ${others.map(({ name }) => name).join(", ")}`;
      return `asking ${nameOf(event.asked)}: ${event.pieces} pieces, ${event.remembered} known from before${instead}`;
    }
    case "progress":
      return event.step === "summing-up" ? "the model sums up" : `the model has answered ${event.done} of ${event.total}`;
    case "finding": {
      const { severity, path, startLine, title } = event.finding;
      return `${event.settled ? "found" : "may have found"}: ${severity} ${path}:${startLine} ${title}`;
    }
    case "withdrawn": {
      const finding = findings.get(event.fingerprint);
      return `withdrawn: ${finding === undefined ? event.fingerprint : `${finding.path}:${finding.startLine} ${finding.title}`}`;
    }
    case "finished": {
      const { run, spent } = event;
      const used = spent.map(({ connector, inputTokens, outputTokens }) => `${connector} ${inputTokens + outputTokens} tokens`);
      const problems = run.problems.length === 0 ? "" : `: ${run.problems.join("; ")}`;
      return [`${run.reviewer}: ${run.outcome} after ${(run.durationMs / 1000).toFixed(1)} s${problems}`, ...used].join(", ");
    }
  }
}

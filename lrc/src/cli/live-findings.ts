import type { Colours, Output } from "kit/cli";
import type { Clock, Timer } from "kit/clock";
import { type Finding, type ModelEvent, printableLine, type ReviewProgress } from "#review";
import type { ReviewWatch } from "./review-run.ts";

/** So many of the last findings are shown: the screen must not scroll, or what was drawn could not be taken back. */
const mostFindings = 6;
const redrawMs = 100;

type Screen = Pick<Output, "write" | "isTerminal" | "columns">;

/**
 * What is found, at the bottom of a terminal while it is looked for: the last findings, a line each, and how far a model has come. It is drawn over and taken
 * away in the end, because the report says it all and better. Writes nothing where nobody watches.
 */
export class LiveFindings implements Disposable {
  readonly #screen: Screen;
  readonly #clock: Clock;
  readonly #paint: Colours;
  readonly #findings = new Map<string, { readonly finding: Finding; readonly settled: boolean }>();
  #status = "";
  #drawnLines = 0;
  #redraw: Timer | undefined;

  constructor(screen: Screen, clock: Clock, paint: Colours) {
    this.#screen = screen;
    this.#clock = clock;
    this.#paint = paint;
  }

  /** To be told what happens in a review; passes everything on to who watches beside. */
  watching(other: ReviewWatch = {}): ReviewWatch {
    return {
      ...other,
      onProgress: (soFar) => {
        this.#ruled(soFar);
        other.onProgress?.(soFar);
      },
      onModel: (event) => {
        this.#happened(event);
        other.onModel?.(event);
      },
    };
  }

  /** Takes everything away that was drawn. */
  clear(): void {
    this.#redraw?.cancel();
    this.#redraw = undefined;
    if (this.#drawnLines > 0) this.#screen.write(this.#upAndErase());
    this.#drawnLines = 0;
  }

  [Symbol.dispose](): void {
    this.clear();
  }

  #ruled({ findings }: ReviewProgress): void {
    for (const finding of findings) this.#findings.set(finding.fingerprint, { finding, settled: true });
  }

  #happened(event: ModelEvent): void {
    switch (event.kind) {
      case "started": {
        const [first] = event.asked;
        this.#status = `asking ${first === undefined ? "the model" : `${first.name} (${first.model})`}`;
        break;
      }
      case "progress":
        this.#status = `${this.#status.replace(/:.*/, "")}: ${event.step === "summing-up" ? "summing up" : `${event.done} of ${event.total} answered`}`;
        break;
      case "finding":
        this.#findings.delete(event.finding.fingerprint);
        this.#findings.set(event.finding.fingerprint, event);
        break;
      case "withdrawn":
        this.#findings.delete(event.fingerprint);
        break;
      case "finished":
        this.clear();
        return;
    }
    if (this.#screen.isTerminal) this.#redraw ??= this.#clock.after(redrawMs, () => this.#draw(), { background: true });
  }

  #draw(): void {
    this.#redraw = undefined;
    // A terminal that does not know its size says 0.
    const columns = (this.#screen.columns ?? 0) > 0 ? this.#screen.columns! : 80;
    const { dim, red, yellow, cyan } = this.#paint;
    const lines = [...this.#findings.values()].slice(-mostFindings).map(({ finding, settled }) => {
      const { severity, path, startLine, title } = finding;
      const colour = severity === "critical" || severity === "error" ? red : severity === "warning" ? yellow : cyan;
      const text = fitting(printableLine(`${severity} ${path}:${startLine} ${title}${settled ? "" : " (being checked)"}`), columns);
      return settled ? colour(text.slice(0, severity.length)) + text.slice(severity.length) : dim(text);
    });
    lines.push(dim(fitting(printableLine(`${this.#status}, ${this.#findings.size} found`), columns)));
    this.#screen.write(`${this.#upAndErase()}${lines.join("\n")}\n`);
    this.#drawnLines = lines.length;
  }

  /** To the first column of the first line drawn, with everything from there on gone. */
  #upAndErase(): string {
    return this.#drawnLines === 0 ? "" : `\x1b[${this.#drawnLines}A\r\x1b[J`;
  }
}

/** As much of a text as stands on one line; characters beyond Latin may be two columns wide. */
function fitting(text: string, columns: number): string {
  let width = 0;
  let fitting = "";
  for (const character of text) {
    width += character.codePointAt(0)! > 0x2ff ? 2 : 1;
    if (width >= columns) return fitting;
    fitting += character;
  }
  return fitting;
}

import type { Clock, Instant } from "../clock/index.ts";
import { formatBytes } from "./byte-size.ts";
import { formatDuration } from "./duration.ts";
import type { Output } from "./world.ts";

const redrawMs = 100;

/** One line at the bottom of a terminal that says how far long work has come. Writes nothing where nobody watches. */
export class Progress {
  readonly #output: Pick<Output, "write" | "isTerminal" | "columns">;
  readonly #clock: Clock;
  #drawnAt: Instant = Number.NEGATIVE_INFINITY;
  #drawn = false;

  constructor(output: Pick<Output, "write" | "isTerminal" | "columns">, clock: Clock) {
    this.#output = output;
    this.#clock = clock;
  }

  /** Shows what `line` returns, at most ten times a second; `line` is not called when nothing will be drawn. */
  show(line: () => string): void {
    if (!this.#output.isTerminal) return;
    const now = this.#clock.now();
    if (now - this.#drawnAt < redrawMs) return;
    this.#drawnAt = now;
    this.#drawn = true;
    this.#output.write(`\r${line().slice(0, (this.#output.columns ?? 80) - 1)}\x1b[K`);
  }

  /** Removes the line, so that what is printed next starts on a clean one. */
  clear(): void {
    if (!this.#drawn) return;
    this.#drawn = false;
    this.#drawnAt = Number.NEGATIVE_INFINITY;
    this.#output.write("\r\x1b[K");
  }
}

/** `12.0 MiB of 1.0 GiB, 1.2%, 120 MiB/s, 8.4 s left`; `total` undefined where the end is not known. */
export function transferLine(doneBytes: number, totalBytes: number | undefined, elapsedMs: number): string {
  const perMs = elapsedMs > 0 ? doneBytes / elapsedMs : 0;
  const rate = `${formatBytes(perMs * 1000)}/s`;
  if (totalBytes === undefined) return `${formatBytes(doneBytes)}, ${rate}`;
  const percent = totalBytes === 0 ? 100 : (doneBytes / totalBytes) * 100;
  const left = perMs > 0 ? `, ${formatDuration((totalBytes - doneBytes) / perMs)} left` : "";
  return `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}, ${percent.toFixed(1)}%, ${rate}${left}`;
}

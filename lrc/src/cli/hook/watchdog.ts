import { Worker } from "node:worker_threads";

/**
 * Ends the whole process when even its timers do not get a turn any more: a regular expression or a parser that does not come back holds the thread that
 * the budget is counted on. The hook takes the end for a fault of ours and lets the commit pass.
 */
export class Watchdog implements Disposable {
  readonly #worker: Worker;

  constructor(afterMs: number) {
    const code = `setTimeout(() => {
      require("node:fs").writeSync(2, "lrc: the review hangs and is given up after ${Math.round(afterMs / 1000)} s\\n");
      process.kill(process.pid, "SIGKILL");
    }, ${Math.round(afterMs)});`;
    this.#worker = new Worker(code, { eval: true });
    this.#worker.unref();
    this.#worker.on("error", () => undefined);
  }

  [Symbol.dispose](): void {
    void this.#worker.terminate();
  }
}

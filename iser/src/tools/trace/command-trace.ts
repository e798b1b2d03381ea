import { TraceFile } from "#trace";
import type { ToolContext } from "../context.ts";

/** The trace of one command. That it ends early is said when it happens, and the command goes on; `isWhole` is for its end. */
export class CommandTrace {
  readonly file: TraceFile;
  #isWhole = true;

  /** Throws a UserError when the file cannot be made. */
  constructor(path: string, { clock, wallClock, stderr }: Pick<ToolContext, "clock" | "wallClock" | "stderr">) {
    const onFault = (reason: string): void => {
      this.#isWhole = false;
      stderr.write(`iser: the trace ${path} ends here, and the command goes on: ${reason}\n`);
    };
    this.file = new TraceFile(path, { clock, wallClock, onFault });
  }

  /** Nothing is missing at the end. To be asked when the file is closed. */
  get isWhole(): boolean {
    return this.#isWhole;
  }
}

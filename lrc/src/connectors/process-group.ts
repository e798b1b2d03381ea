import { type ChildProcess, spawn } from "node:child_process";
import { ConnectorError } from "./connector-error.ts";

/** A program and whatever it starts, ended together. */
export class ProcessGroup {
  readonly #program: string;
  readonly #arguments: readonly string[];
  readonly #surroundings: { readonly cwd: string; readonly env: Readonly<Record<string, string>> };
  #child: ChildProcess | undefined;
  /** Nobody holds its output any more. It may have ended before, and what it started gone on. */
  #isOver = false;

  constructor(
    program: string,
    args: readonly string[],
    surroundings: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
  ) {
    this.#program = program;
    this.#arguments = args;
    this.#surroundings = surroundings;
  }

  /** Runs it to its end. Rejects when it does not start, prints more than `mostBytes`, or with the signal's reason. */
  run(
    input: string,
    mostBytes: number,
    signal: AbortSignal,
  ): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const child = spawn(this.#program, this.#arguments, {
        ...this.#surroundings,
        stdio: ["pipe", "pipe", "pipe"],
        // Its own group, so that what it started ends with it.
        detached: process.platform !== "win32",
        windowsHide: true,
      });
      this.#child = child;
      const chunks: Buffer[] = [];
      let size = 0;
      let stderr = "";
      const stop = (): void => {
        this.end();
        reject(signal.reason as Error);
      };
      signal.addEventListener("abort", stop, { once: true });
      child.stdout.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size <= mostBytes) chunks.push(chunk);
        else {
          this.end();
          reject(new ConnectorError("answer", `${this.#program} prints without end`));
        }
      });
      child.stderr.on("data", (chunk: Buffer) => {
        stderr = (stderr + chunk.toString()).slice(-8192);
      });
      child.on("error", (error: NodeJS.ErrnoException) => {
        signal.removeEventListener("abort", stop);
        const why = error.code === "ENOENT" ? "is not installed" : `does not start (${error.code ?? error.message})`;
        reject(new ConnectorError("missing", `${this.#program} ${why}`, { cause: error }));
      });
      child.on("close", (code) => {
        this.#isOver = true;
        signal.removeEventListener("abort", stop);
        resolve({ code, stdout: Buffer.concat(chunks).toString(), stderr });
      });
      child.stdin.on("error", () => undefined);
      child.stdin.end(input);
    });
  }

  end(): void {
    const pid = this.#child?.pid;
    if (pid === undefined || this.#isOver) return;
    try {
      process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
    } catch {
      // It has ended meanwhile.
    }
  }
}

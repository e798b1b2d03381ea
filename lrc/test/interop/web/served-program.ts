import { type ChildProcess, spawn } from "node:child_process";
import type { ReviewedRepository } from "../../harness/reviewed-repository.ts";

/** `lrc` with a page open, until it ends. */
export class ServedProgram implements AsyncDisposable {
  readonly url: string;
  /** Resolves to its exit code. */
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, ended: Promise<number | null>, url: string) {
    this.#child = child;
    this.ended = ended;
    this.url = url;
  }

  /** Starts it in a folder below the repository's home, or in the repository, and waits for the address. */
  static async start(scratch: ReviewedRepository, args: readonly string[], cwd: string = scratch.root): Promise<ServedProgram> {
    const child = spawn(process.execPath, [scratch.script, ...args], { cwd, env: scratch.env, stdio: ["ignore", "ignore", "pipe"] });
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    const url = await new Promise<string>((resolve, reject) => {
      let said = "";
      child.stderr.on("data", (text: Buffer) => {
        said += text.toString();
        const address = /http:\/\/127\.0\.0\.1:\d+\/#[\w-]+(?=\s)/.exec(said);
        if (address !== null) resolve(address[0]);
      });
      void ended.then(() => reject(new Error(`it ended without a page: ${said}`)));
    });
    return new ServedProgram(child, ended, url);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill();
    await this.ended;
  }
}

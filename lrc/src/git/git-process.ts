import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { GitError } from "./git-error.ts";

/** Where and in what surroundings Git runs. */
export interface GitSurroundings {
  /** The folder that Git starts in. */
  readonly directory: string;
  /** Inherited as it is: inside a hook, GIT_DIR and GIT_INDEX_FILE say which repository and which index are meant. */
  readonly env: Readonly<Partial<Record<string, string>>>;
  readonly program?: string;
}

export interface GitRunOptions {
  readonly input?: string | Uint8Array;
  readonly signal?: AbortSignal | undefined;
  /** More output than this ends the run with an error. */
  readonly maxBytes?: number;
  /** More output than this is not waited for: the run ends well, with the beginning. */
  readonly cutAt?: number;
  /** Exit codes that are answers, not failures. */
  readonly accept?: readonly number[];
}

export interface GitResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
  /** There would have been more than `cutAt`. */
  readonly isCut: boolean;
}

const defaultMaxBytes = 512 * 1024 * 1024;

/** Settings of the user that change what Git prints for programs, each put back to what we parse. */
const settings = [
  // Paths are taken from -z records, but the headers of a patch should not differ from them without need.
  "core.quotePath=false",
  "diff.noprefix=false",
  "diff.mnemonicPrefix=false",
  "diff.suppressBlankEmpty=false",
  "diff.orderFile=/dev/null",
  "core.pager=cat",
].flatMap((setting) => ["-c", setting]);

/** Gits that have not heard of GIT_NO_LAZY_FETCH may fetch by no protocol. */
const noTransport = { GIT_ALLOW_PROTOCOL: "none" };

/** Runs Git. The only place in this program that starts it. */
export class GitProcess {
  readonly #surroundings: GitSurroundings;
  readonly #env: NodeJS.ProcessEnv;

  constructor(surroundings: GitSurroundings) {
    this.#surroundings = surroundings;
    this.#env = environmentOf(surroundings.env);
  }

  get directory(): string {
    return this.#surroundings.directory;
  }

  /** The same Git started in another folder. */
  in(directory: string): GitProcess {
    return new GitProcess({ ...this.#surroundings, directory });
  }

  /** The output of `git ARGS` as text, without its final line feed. */
  async text(args: readonly string[], options: GitRunOptions = {}): Promise<string> {
    const { stdout } = await this.run(args, options);
    return stdout.toString().replace(/\n$/, "");
  }

  /** The system says the same of a program that is not there and of a folder to start it in. */
  #whyNotFound(): string {
    const { directory, program = "git" } = this.#surroundings;
    return existsSync(directory)
      ? `${program} could not be started: is it installed, and on the PATH?`
      : `there is no folder ${directory} (one whose name is not UTF-8 cannot be worked in)`;
  }

  /** Runs `git ARGS` to its end. Rejects with a GitError unless it exits with 0 or an accepted code, and with the signal's reason when aborted. */
  run(args: readonly string[], options: GitRunOptions = {}): Promise<GitResult> {
    const { signal, input, maxBytes = defaultMaxBytes, cutAt = Number.POSITIVE_INFINITY, accept = [] } = options;
    const command = args[0] ?? "";
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason as Error);
        return;
      }
      const child = spawn(this.#surroundings.program ?? "git", [...settings, ...args], {
        cwd: this.#surroundings.directory,
        env: command === "push" ? this.#env : { ...this.#env, ...noTransport },
        stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
        windowsHide: true,
      });
      const chunks: Buffer[] = [];
      let size = 0;
      let complaint = "";
      let failure: Error | undefined;
      const stop = (error: Error): void => {
        failure ??= error;
        child.kill();
      };
      const abort = (): void => stop(signal?.reason as Error);
      signal?.addEventListener("abort", abort, { once: true });
      child.stdout?.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxBytes) stop(new GitError(`git ${command} printed more than ${maxBytes} bytes`));
        else chunks.push(chunk);
        if (size > cutAt) child.kill();
      });
      child.stderr?.on("data", (chunk: Buffer) => {
        if (complaint.length < 16_384) complaint += chunk.toString();
      });
      child.on("error", (error: NodeJS.ErrnoException) => {
        signal?.removeEventListener("abort", abort);
        reject(new GitError(error.code === "ENOENT" ? this.#whyNotFound() : `git ${command}: ${error.message}`, { cause: error }));
      });
      child.on("close", (code, killedBy) => {
        signal?.removeEventListener("abort", abort);
        if (failure !== undefined) reject(failure);
        else if (size > cutAt || (code !== null && (code === 0 || accept.includes(code)))) {
          resolve({ exitCode: code ?? 0, isCut: size > cutAt, stdout: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks) });
        } else {
          reject(new GitError(sentence(command, code, killedBy, complaint), { exitCode: code ?? undefined, details: complaint }));
        }
      });
      if (input !== undefined && child.stdin !== null) {
        // Git may end before it has read everything; its exit code says why.
        child.stdin.on("error", () => undefined);
        child.stdin.end(input);
      }
    });
  }
}

function sentence(command: string, code: number | null, killedBy: NodeJS.Signals | null, complaint: string): string {
  const said = complaint
    .split("\n")
    .find((line) => /^(fatal|error):/.test(line))
    ?.replace(/^\w+: /, "");
  // Nothing is fetched behind anybody's back, so it is said how it is fetched.
  if (/promisor remote/.test(said ?? ""))
    return "what is compared was left out of this partial clone: look at it with git diff or git show once, which fetches it, or clone without --filter";
  if (said !== undefined) return `git ${command}: ${said}`;
  return `git ${command} ended with ${code === null ? `signal ${killedBy}` : `code ${code}`}`;
}

/** What Git inherits, without what would put another program's output in place of its own. */
function environmentOf(env: GitSurroundings["env"]): NodeJS.ProcessEnv {
  const { GIT_EXTERNAL_DIFF: _diff, GIT_DIFF_OPTS: _options, GIT_LITERAL_PATHSPECS: _literal, ...rest } = env;
  const { GIT_GLOB_PATHSPECS: _glob, GIT_NOGLOB_PATHSPECS: _noGlob, GIT_ICASE_PATHSPECS: _icase, ...inherited } = rest;
  return {
    ...inherited,
    LC_ALL: "C",
    // A look must not take the index lock, ask for a password, or fetch what a partial clone left out.
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    GIT_NO_LAZY_FETCH: "1",
    GIT_PAGER: "cat",
  };
}

import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll } from "vitest";

/** How a program ended, and everything it said. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How long anything may take that a test waits for, in milliseconds: less than a test may, so that it can be said what did not come. On a busy machine everything takes long; it is never a measure. */
export const patienceMs = 50_000;

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: Uint8Array;
  /** Milliseconds after which it is killed and the run fails. */
  readonly timeoutMs?: number;
}

const running = new Set<Child>();

/** A program that was started. It does not outlive the test file that started it: see the hooks below. */
export class Child {
  readonly name: string;
  readonly ended: Promise<Ending>;
  readonly #process: ChildProcess;
  #stdout = "";
  #stderr = "";
  #hasEnded = false;
  #heard: (() => void)[] = [];

  constructor(program: string, args: readonly string[], options: Omit<RunOptions, "timeoutMs"> = {}) {
    this.name = `${program} ${args.join(" ")}`;
    // In a group of its own, so that what it starts can be ended with it.
    this.#process = spawn(program, args, {
      detached: true,
      stdio: "pipe",
      env: { ...process.env, ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    running.add(this);
    this.#process.stdout?.setEncoding("utf8").on("data", (text: string) => this.#hear(() => (this.#stdout += text)));
    this.#process.stderr?.setEncoding("utf8").on("data", (text: string) => this.#hear(() => (this.#stderr += text)));
    // A program that ends without reading its input is not the test's concern.
    this.#process.stdin?.on("error", () => {}).end(options.input);
    this.ended = new Promise((resolve, reject) => {
      this.#process.on("error", (error) => {
        this.#end();
        reject(new Error(`${this.name} did not start: ${error.message}`));
      });
      this.#process.on("close", (code, signal) => {
        this.#end();
        resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr });
      });
    });
    // Whoever waits for it hears of a failure; nobody has to.
    this.ended.catch(() => {});
  }

  get pid(): number {
    if (this.#process.pid === undefined) throw new Error(`${this.name} did not start`);
    return this.#process.pid;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Everything said so far, on either stream. */
  get output(): string {
    return this.#stdout + this.#stderr;
  }

  /** Waits until a line on either stream matches. Fails with everything that was said when it ends first, or takes too long. */
  async says(pattern: RegExp, timeoutMs = patienceMs): Promise<RegExpMatchArray> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const match = this.#stdout.match(pattern) ?? this.#stderr.match(pattern);
      if (match !== null) return match;
      const left = deadline - performance.now();
      if (this.#hasEnded) throw new Error(`${this.name} ended before it said ${pattern}:\n${this.output}`);
      if (left <= 0) throw new Error(`${this.name} did not say ${pattern} in ${timeoutMs} ms:\n${this.output}`);
      await Promise.race([new Promise<void>((resolve) => this.#heard.push(resolve)), sleep(left, undefined, { ref: false })]);
    }
  }

  /** Asks it to end, and makes it end when it does not within `timeoutMs`. */
  async stop(timeoutMs = patienceMs): Promise<Ending> {
    this.signal("SIGTERM");
    return await this.#endedWithin(timeoutMs);
  }

  /** Waits for an end that is under way, and makes one after `timeoutMs`. */
  async #endedWithin(timeoutMs: number): Promise<Ending> {
    const patience = new AbortController();
    sleep(timeoutMs, undefined, { signal: patience.signal }).then(
      () => this.kill(),
      () => {},
    );
    try {
      return await this.ended;
    } finally {
      patience.abort();
    }
  }

  /** Waits until it ends by itself; after `timeoutMs` it is killed and this fails. */
  async end(timeoutMs = patienceMs): Promise<Ending> {
    const ending = await this.#endedWithin(timeoutMs);
    if (ending.signal === "SIGKILL") throw new Error(`${this.name} did not end within ${timeoutMs} ms:\n${this.output}`);
    return ending;
  }

  signal(signal: NodeJS.Signals): void {
    if (this.#hasEnded || this.#process.pid === undefined) return;
    try {
      process.kill(-this.#process.pid, signal);
    } catch {
      // It has ended, and the news is on the way.
    }
  }

  kill(): void {
    this.signal("SIGKILL");
  }

  #hear(append: () => void): void {
    append();
    this.#wake();
  }

  #end(): void {
    this.#hasEnded = true;
    running.delete(this);
    this.#wake();
  }

  #wake(): void {
    const heard = this.#heard;
    this.#heard = [];
    for (const resolve of heard) resolve();
  }
}

/** Runs a program to its end. */
export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Ending> {
  return await new Child(program, args, options).end(options.timeoutMs);
}

/** Runs a program that must succeed; its output, or an error with everything it said. */
export async function succeed(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, signal, stdout, stderr } = await run(program, args, options);
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${signal ?? code}:\n${stdout}${stderr}`);
  return stdout;
}

const afterwards: (() => void)[] = [];

/** Has `action` done once everything that was started has ended. */
export function onceAllEnded(action: () => void): void {
  afterwards.push(action);
}

// Whatever a test does or forgets, what it started ends with its file, and with this process at the latest.
afterAll(async () => {
  await Promise.allSettled([...running].map((child) => child.stop(2_000)));
  for (const action of afterwards.splice(0)) action();
});
process.on("exit", () => {
  for (const child of running) child.kill();
  for (const action of afterwards) action();
});
// Who is told to end would otherwise end without that.
for (const signal of ["SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));

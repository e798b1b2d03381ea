import { constants, homedir } from "node:os";
import type { Writable } from "node:stream";
import { formatError } from "./describe-error.ts";
import { ExitCode, UserError } from "./user-error.ts";
import type { Output, World } from "./world.ts";

/** The body of a program: resolves to its exit code. */
export type Main = (world: World) => Promise<number> | number;

/** Runs `main` in `world` and turns whatever it throws into lines on stderr and an exit code. */
export async function runMain(program: string, main: Main, world: World): Promise<number> {
  try {
    return await main(world);
  } catch (error) {
    return reportError(program, error, world.stderr);
  }
}

/** Prints `error` as `program: sentence`, the next step indented below, and returns the exit code that goes with it. */
function reportError(program: string, error: unknown, stderr: Output): number {
  const { text, exitCode } = formatError(program, error);
  stderr.write(text);
  return exitCode;
}

/** What can end a program in good order. */
export type StopSignal = "SIGINT" | "SIGTERM" | "SIGHUP";

/** How a program ends in other ways than by its own word. */
export interface Endings {
  /** Whether it goes on to its end when nobody reads any more, because its exit code says something: otherwise it ends at once, and well. */
  readonly goesOnUnread: boolean;
  /** Its exit code when what it says cannot be written (a disk is full), and for errors that come from nowhere. */
  readonly failure: number;
}

/**
 * Runs `main` in the real world and exits: the only place that ends a process. Output is flushed first. A reader that went away (EPIPE) is
 * no failure, and nothing is said about it.
 *
 * @param stopSignals those that abort `world.stopped`
 */
export async function runProgram(
  program: string,
  main: Main,
  stopSignals: readonly StopSignal[] = ["SIGINT", "SIGTERM"],
  { goesOnUnread, failure }: Endings = { goesOnUnread: false, failure: ExitCode.failure },
): Promise<never> {
  const world = new ProcessWorld(stopSignals);
  process.on("uncaughtException", (error) => {
    const exitCode = reportError(program, error, world.stderr);
    void exit(world, error instanceof UserError ? exitCode : failure);
  });
  // A second failure to write (the disk is still full) is no news, and there is nothing left to wait for.
  process.stdout.on("error", () => undefined);
  process.stdout.once("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE" && goesOnUnread) return;
    if (error.code === "EPIPE") process.exit(ExitCode.ok);
    reportError(program, error, world.stderr);
    void world.stderr.flushed().then(() => process.exit(failure));
  });
  // Nobody is left to tell; what is found is still worth its exit code.
  process.stderr.on("error", () => {
    if (!goesOnUnread) process.exit(ExitCode.failure);
  });
  const exitCode = await runMain(program, main, world);
  return exit(world, world.signal === undefined || exitCode === ExitCode.ok ? exitCode : 128 + constants.signals[world.signal]);
}

async function exit(world: World, exitCode: number): Promise<never> {
  await Promise.all([world.stdout.flushed(), world.stderr.flushed()]);
  process.exit(exitCode);
}

class ProcessWorld implements World {
  readonly argv = process.argv.slice(2);
  readonly env = process.env;
  readonly home = homedir();
  readonly uid = process.geteuid?.();
  readonly stdout: Output = new StreamOutput(process.stdout);
  readonly stderr: Output = new StreamOutput(process.stderr);
  /** The signal that stopped the program, if one did. */
  signal: StopSignal | undefined = undefined;
  readonly #stopSignals: readonly StopSignal[];
  #stopped: AbortController | undefined = undefined;

  constructor(stopSignals: readonly StopSignal[]) {
    this.#stopSignals = stopSignals;
  }

  get stdin(): AsyncIterable<Uint8Array> {
    return process.stdin;
  }

  get stopped(): AbortSignal {
    if (this.#stopped === undefined) {
      this.#stopped = new AbortController();
      for (const signal of this.#stopSignals) process.on(signal, () => this.#stop(signal));
    }
    return this.#stopped.signal;
  }

  #stop(signal: StopSignal): void {
    if (this.signal !== undefined) process.exit(128 + constants.signals[signal]);
    this.signal = signal;
    this.#stopped?.abort();
  }
}

class StreamOutput implements Output {
  readonly #stream: Writable & { readonly isTTY?: boolean; readonly columns?: number };

  constructor(stream: Writable & { readonly isTTY?: boolean; readonly columns?: number }) {
    this.#stream = stream;
  }

  write(text: string | Uint8Array): void {
    this.#stream.write(text);
  }

  get isTerminal(): boolean {
    return this.#stream.isTTY === true;
  }

  get columns(): number | undefined {
    return this.#stream.columns;
  }

  flushed(): Promise<void> {
    return new Promise((resolve) => this.#stream.write("", () => resolve()));
  }
}

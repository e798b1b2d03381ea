import { type Main, RecordedOutput, runMain, runSubcommands, TestWorld } from "kit/cli";
import { SystemClock, SystemRandom, systemWallTime } from "kit/clock";
import { iscsictl } from "../../src/iscsictl/index.ts";
import { initiatorOnSockets, iscsid } from "../../src/iscsid/index.ts";
import { loadCommands, version } from "../../src/tools/index.ts";

const clock = new SystemClock();
const random = new SystemRandom();

type Environment = Readonly<Record<string, string>>;

/** How a program ended, and what it said. */
export interface Ending {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Output that tells when something was written. */
class WatchedOutput extends RecordedOutput {
  #heard: (() => void)[] = [];

  override write(text: string | Uint8Array): void {
    super.write(text);
    const heard = this.#heard;
    this.#heard = [];
    for (const resolve of heard) resolve();
  }

  next(): Promise<void> {
    return new Promise((resolve) => this.#heard.push(resolve));
  }
}

class WatchedWorld extends TestWorld {
  override readonly stdout = new WatchedOutput();
  override readonly stderr = new WatchedOutput();
}

/** A program of ours that runs in this process, in surroundings of its own. */
export class RunningProgram {
  readonly ended: Promise<Ending>;
  readonly #world: WatchedWorld;
  #hasEnded = false;

  constructor(name: string, main: Main, argv: readonly string[], options: { readonly uid?: number; readonly env?: Environment } = {}) {
    this.#world = new WatchedWorld(argv, options);
    this.ended = runMain(name, main, this.#world).then((exitCode) => {
      this.#hasEnded = true;
      return { exitCode, stdout: this.stdout, stderr: this.stderr };
    });
  }

  get stdout(): string {
    return this.#world.stdout.text;
  }

  get stderr(): string {
    return this.#world.stderr.text;
  }

  /** Waits until its output, or its log, has something that matches. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.stdout) ?? pattern.exec(this.stderr);
      if (match !== null) return match;
      if (this.#hasEnded) throw new Error(`the program ended without saying ${pattern}:\n${this.stdout}${this.stderr}`);
      await Promise.race([this.#world.stdout.next(), this.#world.stderr.next(), this.ended]);
    }
  }

  /** What SIGTERM does. */
  stop(): Promise<Ending> {
    this.#world.stop();
    return this.ended;
  }
}

export function startIser(...argv: string[]): RunningProgram {
  return startIserWith({}, ...argv);
}

/** The same, with an environment. */
export function startIserWith(env: Environment, ...argv: string[]): RunningProgram {
  const main: Main = async (world) =>
    runSubcommands(
      {
        name: "iser",
        version,
        root: await loadCommands(argv[0]),
        context: (base) => {
          const { stdin, stdout, stderr, stopped } = world;
          return { ...base, stdin, stdout, stderr, env: world.env, stopped, clock, random, cpuTime: () => ({ userUs: 0, systemUs: 0 }) };
        },
      },
      world,
    );
  return new RunningProgram("iser", main, argv, { env });
}

/** A daemon that can be told to read its files again. */
class RunningDaemon extends RunningProgram {
  readonly #hangupListeners: ReadonlySet<() => void>;

  constructor(main: Main, argv: readonly string[], hangupListeners: ReadonlySet<() => void>) {
    // its files belong to whoever runs the test
    super("iscsid", main, argv, { uid: process.geteuid?.() ?? 1000 });
    this.#hangupListeners = hangupListeners;
  }

  /** What SIGHUP does. */
  hangUp(): void {
    for (const listener of this.#hangupListeners) listener();
  }
}

/** A daemon under a process id that the test chooses; `others` are the ids of daemons that run too. */
export function startIscsid(argv: readonly string[], pid = 4242, others: readonly number[] = []): RunningDaemon {
  const hangups = new Set<() => void>();
  const main: Main = (world) =>
    iscsid(world, {
      clock,
      random,
      wallClock: systemWallTime,
      processes: { pid, isDaemon: (other) => others.includes(other) },
      onHangup: (listener) => {
        hangups.add(listener);
        return () => hangups.delete(listener);
      },
      residentBytes: () => process.memoryUsage.rss(),
      command: ["iscsid"],
      createInitiator: initiatorOnSockets({ name: "iqn.1994-09.org.freebsd:test", clock, random }),
    });
  return new RunningDaemon(main, argv, hangups);
}

/** Runs iscsictl to its end. */
export function runIscsictl(...argv: string[]): Promise<Ending> {
  return new RunningProgram("iscsictl", (world) => iscsictl(world, clock), argv).ended;
}

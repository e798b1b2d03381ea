import { type SeededRandom, VirtualClock } from "kit/clock";
import type { BlockError } from "#block";
import { connectInProcess, type InProcessConnection } from "#socket";
import { NbdDisk } from "../client/nbd-disk.ts";
import type { NbdExport } from "../export.ts";
import { NbdServer } from "../nbd-server.ts";

/** A server that can be killed and started, and disks that are its clients, under a clock that the test moves. */
export class DiskWorld {
  readonly clock = new VirtualClock();
  readonly events: string[] = [];
  exports: readonly NbdExport[];
  /** Absent while nobody listens. */
  server: NbdServer | undefined;
  readonly #links = new Set<InProcessConnection>();
  readonly #random: SeededRandom | undefined;

  constructor(exports: readonly NbdExport[], random?: SeededRandom) {
    this.exports = exports;
    this.#random = random;
    this.start();
  }

  start(): void {
    this.server = new NbdServer({ exports: { list: () => this.exports } });
  }

  /** As kill -9 does: nothing is said, everything is cut. */
  kill(): void {
    this.server = undefined;
    this.cut();
  }

  cut(): void {
    for (const link of this.#links) link.cut(new Error("cut"));
    this.#links.clear();
  }

  async open(readOnly = false): Promise<NbdDisk> {
    const opening = NbdDisk.open({
      exportName: "da0",
      connect: (core) => this.#connect(core),
      clock: this.clock,
      readOnly,
      onEvent: (event) => this.events.push(event),
    });
    const disk = await opening;
    this.run();
    return disk;
  }

  /** Moves bytes until everybody is quiet. */
  run(): void {
    for (const link of this.#links) link.run();
  }

  /** Lets time pass, and moves bytes. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 50) {
      this.clock.advance(Math.min(50, left));
      // Answers about the size come through promises.
      await Promise.resolve();
      this.run();
    }
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.run();
  }

  #connect(core: Parameters<typeof connectInProcess>[0]): { destroy(): void } {
    const peer = this.server?.accept();
    if (peer === undefined) {
      queueMicrotask(() => core.closed(new Error("nobody listens"), this.clock.now()));
      return { destroy: () => {} };
    }
    const random = this.#random;
    const split = random === undefined ? undefined : (available: number): number => 1 + Math.floor(random.fraction() * available);
    const link = connectInProcess(core, peer, this.clock, { split });
    this.#links.add(link);
    return { destroy: () => link.cut() };
  }
}

/** Collects what `done` is called with: once, or the test hears of it. */
export class Outcome {
  settled: { readonly error: BlockError | undefined } | undefined = undefined;
  readonly done = (error: BlockError | undefined): void => {
    if (this.settled !== undefined) throw new Error("done was called twice");
    this.settled = { error };
  };
}

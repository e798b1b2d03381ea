import { type Clock, type Instant, SeededRandom } from "kit/clock";
import type { BlockDevice, BlockDone } from "#block";
import { fillPattern, findDamage } from "./block-pattern.ts";
import { LatencyHistogram } from "./latency-histogram.ts";
import { isRandom, readShare, type Workload } from "./workload.ts";

/** A command that is under way, or waits to be used again: nothing is made for a command, so that what is measured is the device. */
interface Slot {
  readonly buffer: Uint8Array;
  readonly done: BlockDone;
  offset: number;
  startedAt: Instant;
  writes: boolean;
  /** The block was known to be written when this read of it began: a write that ended since may have come too late for it. */
  expectsPattern: boolean;
}

/** What a load has done so far. */
export interface LoadCounts {
  readonly reads: LatencyHistogram;
  readonly writes: LatencyHistogram;
}

/** A device that answers at once would keep the event loop from turning: after so many commands, some milliseconds, it gets a turn. */
const turnAfter = 16_384;

/**
 * Keeps a device busy: `depth` commands under way, a new one for each that ends. Built on the callbacks of the device; no promise, closure or buffer is made per
 * command.
 */
export class Load implements LoadCounts {
  readonly reads = new LatencyHistogram();
  readonly writes = new LatencyHistogram();
  readonly #device: BlockDevice;
  readonly #workload: Workload;
  readonly #clock: Clock;
  readonly #random: SeededRandom;
  readonly #isRandom: boolean;
  readonly #readFraction: number;
  readonly #idle: Slot[] = [];
  readonly #blocks: number;
  /** One bit for each block that this load has written. */
  readonly #written: Uint8Array | undefined;
  #next = 0;
  /** When the last command ended, and with it when the next one starts: reading the clock is a tenth of what a small command costs. */
  #now: Instant = 0;
  #measuring = false;
  #measureFrom: Instant = 0;
  #endsAt: Instant = 0;
  #drainedAt: Instant = 0;
  #starting = false;
  #stopping = false;
  #failure: Error | undefined = undefined;
  #drained: (() => void) | undefined = undefined;

  constructor(device: BlockDevice, workload: Workload, clock: Clock) {
    this.#device = device;
    this.#workload = workload;
    this.#clock = clock;
    this.#random = new SeededRandom(workload.seed);
    this.#isRandom = isRandom(workload.pattern);
    this.#readFraction = readShare(workload) / 100;
    this.#blocks = workload.regionSize / workload.blockSize;
    this.#written = workload.verify && this.#readFraction < 1 ? new Uint8Array(Math.ceil(this.#blocks / 8)) : undefined;
    const arena = new Uint8Array(workload.depth * workload.blockSize);
    for (let index = 0; index < workload.depth; index++) {
      const slot: Slot = {
        buffer: arena.subarray(index * workload.blockSize, (index + 1) * workload.blockSize),
        done: (error) => this.#onDone(slot, error),
        offset: 0,
        startedAt: 0,
        writes: false,
        expectsPattern: false,
      };
      this.#idle.push(slot);
    }
  }

  /**
   * Runs until the time is over, `stop` is called or a command fails; resolves to the milliseconds measured when the last command has ended. Rejects with the
   * first error of the device, or with what was wrong with the data. `onMeasure` is called when the ramp is over.
   */
  async run(onMeasure: () => void): Promise<number> {
    const { rampMs, runtimeMs } = this.#workload;
    const now = this.#clock.now();
    this.#endsAt = now + rampMs + runtimeMs;
    const measure = (): void => {
      this.reads.clear();
      this.writes.clear();
      this.#measuring = true;
      this.#measureFrom = this.#clock.now();
      onMeasure();
    };
    if (rampMs === 0) measure();
    const ramp = rampMs === 0 ? undefined : this.#clock.after(rampMs, measure);
    const end = this.#clock.after(rampMs + runtimeMs, () => this.stop());
    await new Promise<void>((resolve) => {
      this.#drained = resolve;
      this.#start(this.#clock.now());
    });
    ramp?.cancel();
    end.cancel();
    if (this.#failure !== undefined) throw this.#failure;
    return this.#measuring ? this.#drainedAt - this.#measureFrom : 0;
  }

  /** Starts no further commands. */
  stop(): void {
    this.#stopping = true;
    this.#endIfDrained();
  }

  /** Reads back every block that was written and looks at it. Resolves to their number; rejects with what is wrong. */
  async verifyWritten(onProgress: (checked: number) => void, signal: AbortSignal): Promise<number> {
    if (this.#written === undefined) return 0;
    let block = 0;
    let checked = 0;
    const nextWritten = (): number | undefined => {
      while (block < this.#blocks && !this.#isWritten(block)) block++;
      return block < this.#blocks && !signal.aborted ? block++ : undefined;
    };
    const check = async ({ buffer }: Slot): Promise<void> => {
      for (let at = nextWritten(); at !== undefined; at = nextWritten()) {
        const offset = at * this.#workload.blockSize;
        await new Promise<void>((resolve, reject) => {
          this.#device.readInto(offset, buffer, (error) => (error === undefined ? resolve() : reject(error)));
        });
        const damage = damageIn(buffer, offset);
        if (damage !== undefined) throw damage;
        onProgress(++checked);
      }
    };
    await Promise.all(this.#idle.map(check));
    return checked;
  }

  // ------------------------------------------------------------------------------------------------------------ one command

  #start(now: Instant): void {
    this.#now = now;
    if (this.#starting) return; // a device that answers at once is already inside the loop below
    this.#starting = true;
    let started = 0;
    for (let slot = this.#takeIdle(); slot !== undefined; slot = this.#takeIdle()) {
      this.#submit(slot);
      if (++started === turnAfter) break;
    }
    this.#starting = false;
    if (started === turnAfter) this.#clock.after(0, () => this.#start(this.#clock.now()));
    else this.#endIfDrained();
  }

  #takeIdle(): Slot | undefined {
    return this.#stopping ? undefined : this.#idle.pop();
  }

  #submit(slot: Slot): void {
    const { blockSize, verify } = this.#workload;
    slot.offset = this.#nextBlock() * blockSize;
    slot.writes = this.#readFraction < 1 && (this.#readFraction === 0 || this.#random.fraction() >= this.#readFraction);
    if (verify && slot.writes) fillPattern(slot.buffer, slot.offset);
    else if (verify) slot.expectsPattern = this.#isWritten(slot.offset / blockSize);
    slot.startedAt = this.#now;
    if (slot.writes) this.#device.writeFrom(slot.offset, slot.buffer, false, slot.done);
    else this.#device.readInto(slot.offset, slot.buffer, slot.done);
  }

  #nextBlock(): number {
    if (this.#isRandom) return this.#random.below(this.#blocks);
    const block = this.#next;
    this.#next = block + 1 === this.#blocks ? 0 : block + 1;
    return block;
  }

  #onDone(slot: Slot, error: Error | undefined): void {
    const now = this.#clock.now();
    (slot.writes ? this.writes : this.reads).record(now - slot.startedAt);
    if (now >= this.#endsAt) this.#stopping = true;
    if (error !== undefined) this.#fail(error);
    else if (this.#workload.verify) this.#inspect(slot);
    this.#idle.push(slot);
    this.#start(now);
  }

  /** Looks at what was read, or remembers what was written. */
  #inspect(slot: Slot): void {
    const written = this.#written;
    if (slot.writes && written !== undefined) {
      const block = slot.offset / this.#workload.blockSize;
      const byte = Math.floor(block / 8);
      written[byte] = (written[byte] ?? 0) | (1 << (block % 8));
    } else if (slot.expectsPattern) {
      const damage = damageIn(slot.buffer, slot.offset);
      if (damage !== undefined) this.#fail(damage);
    }
  }

  /** Without writes of our own, an earlier load is expected to have written everything. */
  #isWritten(block: number): boolean {
    return this.#written === undefined || ((this.#written[Math.floor(block / 8)] ?? 0) & (1 << (block % 8))) !== 0;
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#stopping = true;
  }

  #endIfDrained(): void {
    if (!this.#stopping || this.#idle.length < this.#workload.depth) return;
    if (this.#drained === undefined) return;
    this.#drainedAt = this.#clock.now();
    this.#drained();
    this.#drained = undefined;
  }
}

function damageIn(buffer: Uint8Array, offset: number): Error | undefined {
  const position = findDamage(buffer, offset);
  if (position < 0) return undefined;
  const found = Buffer.from(buffer.subarray(position, position + 8)).toString("hex");
  return new Error(`the data at byte ${offset + position} is not what was written there (found ${found}…)`);
}

import { SeededRandom, SystemClock, VirtualClock } from "kit/clock";
import { describe, expect, it } from "vitest";
import { type BlockDevice, type BlockDone, BlockError, MemoryDisk } from "#block";
import { Load } from "./load.ts";
import type { Workload } from "./workload.ts";

const workload: Workload = {
  pattern: "randread",
  blockSize: 4096,
  depth: 4,
  regionSize: 64 * 4096,
  runtimeMs: 100,
  rampMs: 0,
  verify: false,
  readPercent: 50,
  seed: 1,
};

/** A device whose commands take a time that a seed decides, on a clock that the test moves. */
class SlowDisk extends MemoryDisk {
  readonly #clock: VirtualClock;
  readonly #random = new SeededRandom(7);
  outstanding = 0;
  mostOutstanding = 0;
  readonly offsets: number[] = [];
  failAfter = Number.POSITIVE_INFINITY;

  constructor(clock: VirtualClock) {
    super({ size: 64 * 4096 });
    this.#clock = clock;
  }

  override readInto(offset: number, destination: Uint8Array, done: BlockDone): void {
    this.#later(offset, done, (ended) => super.readInto(offset, destination, ended));
  }

  override writeFrom(offset: number, source: Uint8Array, fua: boolean, done: BlockDone): void {
    this.#later(offset, done, (ended) => super.writeFrom(offset, source, fua, ended));
  }

  #later(offset: number, done: BlockDone, act: (ended: BlockDone) => void): void {
    this.offsets.push(offset);
    this.mostOutstanding = Math.max(this.mostOutstanding, ++this.outstanding);
    const fails = this.offsets.length > this.failAfter;
    this.#clock.after(1 + this.#random.below(3), () => {
      this.outstanding--;
      if (fails) done(new BlockError("EIO", "medium error"));
      else act(done);
    });
  }
}

/** A device that reads at once, but takes its time to say so. */
class EagerDisk extends SlowDisk {
  readonly #time: VirtualClock;

  constructor(clock: VirtualClock) {
    super(clock);
    this.#time = clock;
  }

  override readInto(offset: number, destination: Uint8Array, done: BlockDone): void {
    MemoryDisk.prototype.readInto.call(this, offset, destination, (error) => {
      this.#time.after(5, () => done(error));
    });
  }
}

/** Runs a load to its end on virtual time. */
async function runOn(clock: VirtualClock, load: Load): Promise<number> {
  const running = load.run(() => {});
  running.catch(() => {});
  clock.advance(1000);
  return running;
}

describe("a load", () => {
  it("keeps as many commands under way as it should, for as long as it should", async () => {
    const clock = new VirtualClock();
    const disk = new SlowDisk(clock);
    const load = new Load(disk, workload, clock);
    const measuredMs = await runOn(clock, load);
    expect(disk.mostOutstanding).toBe(4);
    expect(disk.outstanding).toBe(0);
    expect(measuredMs).toBeGreaterThanOrEqual(100);
    expect(load.reads.count).toBe(disk.offsets.length);
    expect(load.reads.minMs).toBe(1);
    expect(load.reads.maxMs).toBe(3);
    expect(load.writes.count).toBe(0);
    expect(clock.waiting).toBe(0);
  });

  it("goes to random places, the same ones for the same seed", async () => {
    const places = async (seed: number): Promise<readonly number[]> => {
      const clock = new VirtualClock();
      const disk = new SlowDisk(clock);
      await runOn(clock, new Load(disk, { ...workload, seed }, clock));
      return disk.offsets;
    };
    const first = await places(1);
    expect(await places(1)).toEqual(first);
    expect(await places(2)).not.toEqual(first);
    expect(first.every((offset) => offset % 4096 === 0 && offset < workload.regionSize)).toBe(true);
    expect(new Set(first).size).toBeGreaterThan(40);
  });

  it("goes from front to back and begins again", async () => {
    const clock = new VirtualClock();
    const disk = new SlowDisk(clock);
    await runOn(clock, new Load(disk, { ...workload, pattern: "read", regionSize: 5 * 4096 }, clock));
    expect(disk.offsets.slice(0, 7)).toEqual([0, 1, 2, 3, 4, 0, 1].map((block) => block * 4096));
  });

  it("does not count what it did before measuring began", async () => {
    const clock = new VirtualClock();
    const disk = new SlowDisk(clock);
    let begun = 0;
    const load = new Load(disk, { ...workload, rampMs: 50 }, clock);
    const running = load.run(() => {
      begun = clock.now();
    });
    clock.advance(1000);
    const measuredMs = await running;
    expect(begun).toBe(50);
    expect(measuredMs).toBeGreaterThanOrEqual(100);
    expect(measuredMs).toBeLessThan(104);
    expect(load.reads.count).toBeLessThan(disk.offsets.length);
  });

  it("mixes reads and writes in the share it is told", async () => {
    const clock = new VirtualClock();
    const load = new Load(new SlowDisk(clock), { ...workload, pattern: "randrw", readPercent: 80, runtimeMs: 5000, depth: 16 }, clock);
    const running = load.run(() => {});
    clock.advance(10_000);
    await running;
    const share = load.reads.count / (load.reads.count + load.writes.count);
    expect(share).toBeGreaterThan(0.77);
    expect(share).toBeLessThan(0.83);
  });

  it("ends with the device's error when nothing is under way any more", async () => {
    const clock = new VirtualClock();
    const disk = new SlowDisk(clock);
    disk.failAfter = 20;
    await expect(runOn(clock, new Load(disk, workload, clock))).rejects.toThrow("medium error");
    expect(disk.outstanding).toBe(0);
    expect(clock.waiting).toBe(0);
  });

  it("lets the program live on a device that answers at once", async () => {
    const load = new Load(new MemoryDisk({ size: 64 * 4096 }), { ...workload, runtimeMs: 30_000 }, new SystemClock());
    const running = load.run(() => {});
    // A timer gets its turn long before the time is over.
    new SystemClock().after(10, () => load.stop());
    expect(await running).toBeLessThan(10_000);
    expect(load.reads.count).toBeGreaterThanOrEqual(16_384);
  });
});

describe("a verifying load", () => {
  const writing: Workload = { ...workload, pattern: "randwrite", verify: true };

  it("finds what it wrote, and so does a later one that reads", async () => {
    const clock = new VirtualClock();
    const disk = new SlowDisk(clock);
    const load = new Load(disk, { ...writing, pattern: "write", runtimeMs: 500 }, clock);
    await runOn(clock, load);
    expect(await verified(clock, load)).toBe(64);
    await runOn(clock, new Load(disk, { ...workload, verify: true }, clock));
  });

  it("reads back only what it wrote", async () => {
    const clock = new VirtualClock();
    const disk = new SlowDisk(clock);
    const load = new Load(disk, { ...writing, runtimeMs: 5 }, clock);
    await runOn(clock, load);
    const places = new Set(disk.offsets);
    expect(await verified(clock, load)).toBe(places.size);
    expect(places.size).toBeLessThan(64);
  });

  it("does not blame a read that began before the write it overlaps with was done", async () => {
    const clock = new VirtualClock();
    const load = new Load(new EagerDisk(clock), { ...writing, pattern: "randrw", regionSize: 4 * 4096, depth: 8, runtimeMs: 200 }, clock);
    await runOn(clock, load);
    expect(load.reads.count).toBeGreaterThan(50);
  });

  it("notices damage afterwards, and in the middle of a mixed load", async () => {
    const clock = new VirtualClock();
    const disk = new SlowDisk(clock);
    const load = new Load(disk, { ...writing, pattern: "write", runtimeMs: 500 }, clock);
    await runOn(clock, load);
    await damage(disk, 9 * 4096 + 512, 512);
    await expect(verified(clock, load)).rejects.toThrow(`the data at byte ${9 * 4096 + 512} is not what was written there`);
    await expect(runOn(clock, new Load(disk, { ...workload, pattern: "read", verify: true }, clock))).rejects.toThrow(
      "is not what was written there",
    );
  });
});

/** Lets time pass until the verification is over. */
async function verified(clock: VirtualClock, load: Load): Promise<number> {
  const verification = { over: false };
  const verifying = load
    .verifyWritten(() => {}, new AbortController().signal)
    .finally(() => {
      verification.over = true;
    });
  verifying.catch(() => {});
  for (let step = 0; step < 10_000 && !verification.over; step++) {
    clock.advance(1);
    await Promise.resolve();
  }
  return verifying;
}

function damage(device: BlockDevice, offset: number, length: number): Promise<void> {
  return new Promise((resolve, reject) => {
    MemoryDisk.prototype.writeFrom.call(device, offset, new Uint8Array(length), false, (error) =>
      error === undefined ? resolve() : reject(error),
    );
  });
}

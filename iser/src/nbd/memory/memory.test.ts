import { SeededRandom } from "kit/clock";
import { describe, expect, it } from "vitest";
import { MemoryAccount } from "./memory-account.ts";
import { ReceiveBuffer } from "./receive-buffer.ts";
import { ReplyMemory, type ReplyPlace } from "./reply-memory.ts";
import type { Slab } from "./slab.ts";
import { SlabPool } from "./slab-pool.ts";
import { largestSlabBytes, standardSlabBytes } from "./slab-size.ts";

const MiB = 1024 * 1024;
const place = (): ReplyPlace => ({ slab: undefined, start: 0, end: 0 });
const unlimited = (pool = new SlabPool()) => new MemoryAccount(pool, 128 * MiB, () => {});

describe("the memory of one connection", () => {
  it("is two standard slabs at least, whatever others hold", () => {
    const pool = new SlabPool();
    const greedy = new MemoryAccount(pool, 1000 * MiB, () => {});
    while (greedy.take(MiB) !== undefined);
    const modest = new MemoryAccount(pool, MiB, () => {});
    expect(modest.take(1000)).toBeDefined();
    expect(modest.take(1000)).toBeDefined();
    expect(modest.take(1000)).toBeUndefined();
  });

  it("may exceed its limit by one slab as large as the largest request, and by one only", () => {
    const account = new MemoryAccount(new SlabPool(), MiB, () => {});
    account.take(1000);
    account.take(1000);
    const large = account.take(32 * MiB);
    expect(large?.capacity).toBe(largestSlabBytes);
    expect(account.take(MiB)).toBeUndefined();
    account.release(large!);
    expect(account.take(MiB)).toBeDefined();
  });

  it("is told when others gave back what it waited for, in the order of waiting", () => {
    const pool = new SlabPool();
    const holder = unlimited(pool);
    const slabs = [holder.take(32 * MiB)!, holder.take(32 * MiB)!];
    const told: string[] = [];
    const first = new MemoryAccount(pool, MiB, () => told.push(first.take(32 * MiB) === undefined ? "first waits on" : "first has it"));
    const second = new MemoryAccount(pool, MiB, () => told.push(second.take(32 * MiB) === undefined ? "second waits on" : "second has it"));
    expect([first.take(32 * MiB), second.take(32 * MiB)]).toEqual([undefined, undefined]);
    for (const slab of slabs) holder.release(slab);
    expect(told).toEqual(["first has it", "second waits on", "second has it"]);
  });

  it("is no longer told when it is closed", () => {
    const pool = new SlabPool();
    const holder = unlimited(pool);
    const slabs = [holder.take(32 * MiB)!, holder.take(32 * MiB)!];
    const waiting = new MemoryAccount(pool, MiB, () => expect.unreachable());
    waiting.take(32 * MiB);
    waiting.close();
    for (const slab of slabs) holder.release(slab);
    expect(pool.usedBytes).toBe(0);
  });

  it("is told when the one before it stops waiting for more than there is", () => {
    const pool = new SlabPool();
    const holder = unlimited(pool);
    holder.take(32 * MiB);
    holder.take(MiB);
    let told = 0;
    const large = new MemoryAccount(pool, MiB, () => {});
    const small = new MemoryAccount(pool, MiB, () => told++);
    expect([large.take(32 * MiB), small.take(2 * MiB)]).toEqual([undefined, undefined]);
    large.close();
    expect(told).toBe(1);
    expect(small.take(2 * MiB)).toBeDefined();
  });

  it("refuses what no slab holds", () => {
    expect(() => unlimited().take(largestSlabBytes + 1)).toThrow(RangeError);
  });
});

describe("places for replies", () => {
  it("lie side by side in the order they were asked for, and begin again when all are sent", () => {
    const pool = new SlabPool();
    const memory = new ReplyMemory(unlimited(pool));
    const places = [4112, 16, 528].map((bytes) => {
      const one = place();
      memory.reserve(one, bytes);
      return one;
    });
    expect(places.map(({ start, end }) => [start, end])).toEqual([
      [0, 4112],
      [4112, 4128],
      [4128, 4656],
    ]);
    expect(new Set(places.map(({ slab }) => slab)).size).toBe(1);
    for (const one of places) memory.release(one);
    expect(pool.usedBytes).toBe(0);
    const again = place();
    memory.reserve(again, 4112);
    expect(again.start).toBe(0);
  });

  it("give a long reply a slab of its own, and one that is in use stays", () => {
    const memory = new ReplyMemory(unlimited());
    const [short, long, next] = [place(), place(), place()];
    memory.reserve(short, 4112);
    memory.reserve(long, MiB);
    memory.reserve(next, 4112);
    expect(long).toMatchObject({ start: 0, end: MiB });
    expect(long.slab).not.toBe(short.slab);
    expect(next.slab).toBe(short.slab);
  });

  it("hand out the same views while the same lengths come", () => {
    const memory = new ReplyMemory(unlimited());
    const views = (): [Buffer, Buffer] => {
      const one = place();
      memory.reserve(one, 4112);
      const both: [Buffer, Buffer] = [one.slab!.payload(16, 4112), one.slab!.run(0, 4112)];
      memory.release(one);
      return both;
    };
    const [payload, run] = views();
    const [samePayload, sameRun] = views();
    expect(samePayload).toBe(payload);
    expect(sameRun).toBe(run);
    expect(payload).toHaveLength(4096);
    expect(run).toHaveLength(4112);
  });
});

describe("the receive buffer", () => {
  it("keeps what it placed although what was before it moved meanwhile", () => {
    const input = new ReceiveBuffer(unlimited());
    input.append(Buffer.from("ab"), 0);
    const space = input.place(10)!;
    expect(input.reserve(MiB)).toBe(true); // moves to a larger slab while the kernel still has the old one
    space.set(Buffer.from("cdef"));
    input.placed(4);
    expect(input.memory.toString("latin1", input.start, input.start + input.available)).toBe("abcdef");
  });

  it("does not give back what the kernel may write into", () => {
    const pool = new SlabPool();
    const account = unlimited(pool);
    const input = new ReceiveBuffer(account);
    input.append(Buffer.from("a request"), 0);
    input.place(100);
    input.consume(9);
    expect(pool.usedBytes).toBe(standardSlabBytes);
    input.unplace();
    input.clear();
    expect(pool.usedBytes).toBe(0);
  });

  /** Invariant: what is read is what came, in order; what was lent stays as it was; and in the end no memory is out. */
  it("is a queue of bytes, however they come and go", () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = new SeededRandom(seed);
      const below = (limit: number): number => Math.floor(random.fraction() * limit);
      const pool = new SlabPool();
      const input = new ReceiveBuffer(unlimited(pool));
      const lent: { slab: Slab; bytes: Buffer; copy: Buffer }[] = [];
      let written = 0;
      let read = 0;
      const fill = (bytes: Uint8Array): void => {
        for (let i = 0; i < bytes.length; i++) bytes[i] = (written++ * 31) & 0xff;
      };
      const isNext = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === ((read++ * 31) & 0xff));
      for (let step = 0; step < 40; step++) {
        const kind = below(6);
        if (kind === 0) {
          const chunk = new Uint8Array(1 + below(3000));
          fill(chunk);
          for (let at = 0; at < chunk.length; ) at += input.append(chunk, at);
        } else if (kind === 1) {
          const space = input.place(1 + below(2000));
          const count = 1 + below(Math.min(5000, space!.length));
          if (below(3) === 0) input.reserve(below(600_000));
          fill(space!.subarray(0, count));
          input.placed(count);
        } else if (kind === 2 && input.available > 0) {
          const count = 1 + below(input.available);
          expect(isNext(input.memory.subarray(input.start, input.start + count)), `seed ${seed}`).toBe(true);
          input.consume(count);
        } else if (kind === 3 && input.available > 0) {
          const count = 1 + below(input.available);
          const bytes = input.memory.subarray(input.start, input.start + count);
          expect(isNext(bytes), `seed ${seed}`).toBe(true);
          lent.push({ slab: input.lend(count), bytes, copy: Buffer.from(bytes) });
        } else if (kind === 4 && lent.length > 0) {
          const [one] = lent.splice(below(lent.length), 1);
          expect(one!.bytes.equals(one!.copy), `seed ${seed}`).toBe(true);
          input.giveBack(one!.slab);
        } else {
          input.shrink();
        }
      }
      expect(written - read).toBe(input.available);
      for (const { slab, bytes, copy } of lent) {
        expect(bytes.equals(copy), `seed ${seed}`).toBe(true);
        input.giveBack(slab);
      }
      input.clear();
      expect(pool.usedBytes, `seed ${seed}`).toBe(0);
    }
  });
});

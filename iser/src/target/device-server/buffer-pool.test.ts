import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BufferPool, type BufferWaiter } from "./buffer-pool.ts";

/** Waits, and keeps what it gets. */
class Waiter implements BufferWaiter {
  buffer: Uint8Array | undefined;

  granted(buffer: Uint8Array): void {
    this.buffer = buffer;
  }
}

describe("a buffer pool", () => {
  it("lends no more than its budget, and the same memory again", () => {
    const pool = new BufferPool(1024);
    const first = pool.take(1000);
    expect(pool.take(25)).toBeUndefined();
    pool.give(first!);
    expect(pool.take(1000)).toBe(first);
  });

  it("gives memory of other lengths up when there is no room", () => {
    const pool = new BufferPool(1024);
    for (const length of [512, 1024, 300]) {
      const buffer = pool.take(length);
      expect(buffer?.length).toBe(length);
      pool.give(buffer!);
    }
    expect(pool.lentBytes).toBe(0);
  });

  it("grants in turn, however small the later wish", () => {
    const pool = new BufferPool(1024);
    const held = pool.take(600)!;
    const waiters = [new Waiter(), new Waiter(), new Waiter()] as const;
    pool.takeInTurn(1000, waiters[0]);
    pool.takeInTurn(10, waiters[1]);
    pool.takeInTurn(10, waiters[2]);
    pool.cancel(waiters[1]);
    expect(waiters.map(({ buffer }) => buffer?.length)).toEqual([undefined, undefined, undefined]);
    pool.give(held);
    expect(waiters.map(({ buffer }) => buffer?.length)).toEqual([1000, undefined, 10]);
  });

  it("keeps what it reserved for those who wait", () => {
    const pool = new BufferPool(1024);
    pool.reserve(512);
    expect(pool.take(513)).toBeUndefined();
    expect(pool.take(512)?.length).toBe(512);
    const waiter = new Waiter();
    pool.takeInTurn(512, waiter);
    expect(waiter.buffer?.length).toBe(512);
  });

  it("does not go deep when everybody gives back at once", () => {
    const pool = new BufferPool(64);
    let granted = 0;
    const waiter: BufferWaiter = {
      granted: (buffer) => {
        granted++;
        pool.give(buffer);
      },
    };
    const held = pool.take(64)!;
    for (let i = 0; i < 10_000; i++) pool.takeInTurn(64, waiter);
    pool.give(held);
    expect([granted, pool.lentBytes]).toEqual([10_000, 0]);
  });

  it("counts right in any history", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 400 }), { maxLength: 60 }), (steps) => {
        const pool = new BufferPool(1000);
        const lent: Uint8Array[] = [];
        for (const step of steps) {
          const buffer = step < 0 ? lent.splice(-step % Math.max(1, lent.length), 1)[0] : undefined;
          if (buffer !== undefined) pool.give(buffer);
          else if (step >= 0) {
            const taken = pool.take(step);
            if (taken !== undefined) lent.push(taken);
          }
          expect(pool.lentBytes).toBe(lent.reduce((sum, { length }) => sum + length, 0));
          expect(pool.lentBytes).toBeLessThanOrEqual(1000);
          expect(new Set(lent).size).toBe(lent.length);
        }
      }),
    );
  });
});

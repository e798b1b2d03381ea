import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OutputQueue } from "./output-queue.ts";

interface Lender {
  readonly name: number;
}

describe("an output queue", () => {
  it("makes one piece of small things in a row, and keeps large ones where they are", () => {
    const returned: number[] = [];
    const queue = new OutputQueue<Lender>(({ name }) => returned.push(name));
    queue.copy(Uint8Array.of(1, 2));
    const at = queue.reserve(2);
    queue.view.setUint16(at, 0x0304);
    const lent = Uint8Array.of(5, 6, 7);
    queue.lend(lent, { name: 1 });
    queue.copy(Uint8Array.of(8));
    expect(queue.queuedBytes).toBe(8);
    const pieces = queue.take();
    expect(pieces.map((piece) => [...piece])).toEqual([[1, 2, 3, 4], [5, 6, 7], [8]]);
    expect(pieces[1]).toBe(lent);
    expect([queue.take(), queue.queuedBytes, queue.idle]).toEqual([[], 0, false]);
    queue.sent();
    expect([returned, queue.idle]).toEqual([[1], true]);
  });

  it("uses its memory again, and not before it is sent, whatever is appended and sent when", () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("copy" as const), length: fc.integer({ min: 1, max: 90_000 }) }),
      fc.record({ kind: fc.constant("reserve" as const), length: fc.integer({ min: 1, max: 65_536 }) }),
      fc.record({ kind: fc.constant("lend" as const), length: fc.integer({ min: 1, max: 100 }) }),
      fc.record({ kind: fc.constant("take" as const), length: fc.constant(0) }),
      fc.record({ kind: fc.constant("sent" as const), length: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let lentOut = 0;
        const queue = new OutputQueue<Lender>(() => lentOut--);
        let fill = 0;
        let queued: number[] = [];
        const batches: { readonly pieces: readonly Uint8Array[]; readonly expected: readonly number[] }[] = [];
        // Each append has a byte of its own, so a batch is described by (byte, length) runs.
        for (const { kind, length } of steps) {
          fill = (fill + 1) & 0xff;
          if (kind === "take") {
            batches.push({ pieces: queue.take(), expected: queued });
            if (queued.length === 0) batches.pop();
            queued = [];
          } else if (kind === "sent") {
            const batch = batches.shift();
            if (batch === undefined) continue;
            expect(describeRuns(batch.pieces)).toEqual(mergeRuns(batch.expected));
            queue.sent();
          } else {
            const bytes = new Uint8Array(length).fill(fill);
            if (kind === "copy") queue.copy(bytes);
            else if (kind === "reserve") {
              const at = queue.reserve(length);
              queue.bytes.set(bytes, at);
            } else {
              queue.lend(bytes, { name: 0 });
              lentOut++;
            }
            queued.push(fill, length);
          }
        }
        for (const batch of batches) expect(describeRuns(batch.pieces)).toEqual(mergeRuns(batch.expected));
        queue.abandon();
        expect([lentOut, queue.idle]).toEqual([0, true]);
      }),
      { numRuns: 60 },
    );
  });

  it("keeps to one slab when everything is sent in time", () => {
    const queue = new OutputQueue<Lender>(() => {});
    const memory = new Set<ArrayBufferLike>();
    for (let round = 0; round < 10_000; round++) {
      queue.copy(new Uint8Array(48));
      for (const piece of queue.take()) memory.add(piece.buffer);
      queue.sent();
    }
    expect(memory.size).toBe(1);
  });

  it("tells a lender when what was queued before it is sent", () => {
    const returned: number[] = [];
    const queue = new OutputQueue<Lender>(({ name }) => returned.push(name));
    queue.copy(Uint8Array.of(1));
    queue.notify({ name: 1 });
    queue.take();
    queue.copy(Uint8Array.of(2));
    queue.notify({ name: 2 });
    queue.sent();
    expect(returned).toEqual([1]);
  });

  it("that is sent more often than it was taken is our own mistake", () => {
    expect(() => new OutputQueue<Lender>(() => {}).sent()).toThrow("more batches sent than were taken");
  });
});

function describeRuns(pieces: readonly Uint8Array[]): number[] {
  const runs: number[] = [];
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      const byte = piece[at]!;
      let end = at + 1;
      while (end < piece.length && piece[end] === byte) end++;
      runs.push(byte, end - at);
      at = end;
    }
  }
  return mergeRuns(runs);
}

function mergeRuns(runs: readonly number[]): number[] {
  const merged: number[] = [];
  for (let i = 0; i < runs.length; i += 2) {
    if (merged.length > 0 && merged[merged.length - 2] === runs[i]) merged[merged.length - 1]! += runs[i + 1]!;
    else merged.push(runs[i]!, runs[i + 1]!);
  }
  return merged;
}

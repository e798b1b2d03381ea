import fc from "fast-check";
import { expect, it } from "vitest";
import { StatusSequence } from "./status-sequence.ts";

it("takes one number after the other, and no other, where nothing may overtake", () => {
  const sequence = new StatusSequence(0);
  sequence.start(0xfffffffe);
  expect([sequence.take(0xffffffff), sequence.take(0), sequence.due]).toEqual([true, true, 1]);
  for (const other of [0, 2, 3, 0xffffffff]) expect(sequence.take(other)).toBe(false);
  expect(sequence.due).toBe(1);
});

it("acknowledges nothing that is not here, in whatever order the rest came, and takes nothing twice", () => {
  fc.assert(
    fc.property(fc.nat(0xffffffff), fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8], { minLength: 8 }), (start, order) => {
      const sequence = new StatusSequence(8);
      sequence.start(start);
      const here = new Set<number>();
      for (const step of order) {
        expect(sequence.take((start + step) >>> 0)).toBe(true);
        expect(sequence.take((start + step) >>> 0)).toBe(false);
        here.add(step);
        const first = [1, 2, 3, 4, 5, 6, 7, 8, 9].find((number) => !here.has(number))!;
        expect(sequence.due).toBe((start + first) >>> 0);
      }
    }),
  );
});

it("takes nothing that is too far ahead", () => {
  const sequence = new StatusSequence(3);
  sequence.start(9);
  expect([14, 13, 12].map((number) => sequence.take(number))).toEqual([false, true, true]);
});

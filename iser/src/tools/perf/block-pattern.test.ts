import fc from "fast-check";
import { expect, it } from "vitest";
import { fillPattern, findDamage } from "./block-pattern.ts";

it("is found whole where it was written", () => {
  const block = new Uint8Array(4096);
  for (const offset of [0, 4096, 2 ** 32 - 4096, 2 ** 32, 2 ** 52]) {
    fillPattern(block, offset);
    expect(findDamage(block, offset)).toBe(-1);
  }
});

it("does not pass for another place", () => {
  const block = new Uint8Array(512);
  fillPattern(block, 512 * 7);
  for (const offset of [0, 512 * 6, 512 * 8, 512 * 7 + 2 ** 32, 2 ** 40]) expect(findDamage(block, offset)).toBe(0);
});

it("shows any bit that changed", () => {
  const block = new Uint8Array(512);
  fc.assert(
    fc.property(fc.nat({ max: 511 }), fc.nat({ max: 7 }), (position, bit) => {
      fillPattern(block, 8192);
      block[position] = (block[position] ?? 0) ^ (1 << bit);
      expect(findDamage(block, 8192)).toBe(position - (position % 4));
    }),
  );
});

it("is no row of zeroes", () => {
  const block = new Uint8Array(512);
  fillPattern(block, 0);
  expect(new Set(block).size).toBeGreaterThan(100);
});

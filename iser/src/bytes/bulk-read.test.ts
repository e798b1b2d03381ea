import fc from "fast-check";
import { expect, it } from "vitest";
import { answersReadBytesFor, bulkReadBytesFor } from "./bulk-read.ts";

const kib = 1024;

it("is half of what is awaited, as the next smaller power of two", () => {
  expect(bulkReadBytesFor(32 * 4144, 32)).toBe(64 * kib);
  expect(bulkReadBytesFor(50 * 4144, 50)).toBe(64 * kib);
  expect(bulkReadBytesFor(128 * 4144, 128)).toBe(256 * kib);
});

it("is enough for one answer, headers and all", () => {
  expect(bulkReadBytesFor(4144, 1)).toBe(16 * kib);
  expect(bulkReadBytesFor(65_584, 1)).toBe(128 * kib);
  expect(bulkReadBytesFor(2 * 65_584, 2)).toBe(128 * kib);
});

it("is all there can be when nothing is known", () => {
  expect(bulkReadBytesFor(0, 0)).toBe(256 * kib);
});

it("stays within its limits, whatever is awaited", () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 31 - 1 }), fc.integer({ min: 1, max: 65_535 }), (awaited, answers) => {
      const bytes = bulkReadBytesFor(awaited, answers);
      expect(bytes).toBeGreaterThanOrEqual(16 * kib);
      expect(bytes).toBeLessThanOrEqual(256 * kib);
      expect(Number.isInteger(Math.log2(bytes))).toBe(true);
      expect(bytes).toBeGreaterThanOrEqual(Math.min(256 * kib, awaited / answers));
    }),
  );
});

it("is a third of the answers that bring no data, and everything when there are few", () => {
  expect(answersReadBytesFor(16, 48)).toBe(6 * 48);
  expect(answersReadBytesFor(64, 48)).toBe(22 * 48);
  expect(answersReadBytesFor(3, 48)).toBe(256 * kib);
  expect(answersReadBytesFor(65_535, 48)).toBe(256 * kib);
});

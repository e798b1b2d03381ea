import { describe, expect, it } from "vitest";
import { SeededRandom } from "./seeded-random.ts";

describe("SeededRandom", () => {
  it("repeats itself from the same seed", () => {
    expect(new SeededRandom(7).bytes(33)).toEqual(new SeededRandom(7).bytes(33));
    expect(new SeededRandom(7).fraction()).toBe(new SeededRandom(7).fraction());
  });

  it("differs between neighbouring seeds, zero included", () => {
    const first = [0, 1, 2, 3].map((seed) => new SeededRandom(seed).fraction());
    expect(new Set(first).size).toBe(4);
  });

  it("fills every byte value and stays in [0, 1)", () => {
    const random = new SeededRandom(1);
    expect(new Set(random.bytes(10_000)).size).toBe(256);
    for (let index = 0; index < 10_000; index++) {
      const fraction = random.fraction();
      expect(fraction >= 0 && fraction < 1).toBe(true);
    }
  });

  it("spreads evenly below a bound", () => {
    const random = new SeededRandom(42);
    const counts = new Array<number>(10).fill(0);
    for (let index = 0; index < 100_000; index++) {
      const value = random.below(10);
      counts[value] = (counts[value] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  it("reaches beyond 32 bits", () => {
    const random = new SeededRandom(3);
    const values = Array.from({ length: 1000 }, () => random.below(2 ** 50));
    expect(Math.max(...values)).toBeGreaterThan(2 ** 49);
    expect(values.every((value) => Number.isSafeInteger(value) && value >= 0 && value < 2 ** 50)).toBe(true);
  });
});

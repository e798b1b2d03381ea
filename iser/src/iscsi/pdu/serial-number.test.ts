import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { serialAdd, serialAfter, serialAtMost, serialDistance, serialIncrement, serialLess } from "./serial-number.ts";

const u32 = fc.integer({ min: 0, max: 0xffffffff });
const ahead = fc.integer({ min: 1, max: 0x7fffffff });

describe("serial numbers", () => {
  it("keep their order across the wrap", () => {
    expect(serialIncrement(0xffffffff)).toBe(0);
    expect(serialLess(0xffffffff, 0)).toBe(true);
    expect(serialAfter(1, 0xfffffff0)).toBe(true);
    expect(serialDistance(0xfffffffe, 3)).toBe(5);
  });

  it("order two numbers by which is closer ahead", () => {
    fc.assert(
      fc.property(u32, ahead, (number, steps) => {
        const later = serialAdd(number, steps);
        expect(serialLess(number, later)).toBe(true);
        expect(serialLess(later, number)).toBe(false);
        expect(serialAfter(later, number)).toBe(true);
        expect(serialAtMost(number, later)).toBe(true);
        expect(serialAtMost(number, number)).toBe(true);
        expect(serialDistance(number, later)).toBe(steps);
        expect(serialAdd(later, -steps)).toBe(number);
      }),
    );
  });

  it("leave numbers half the circle apart without order", () => {
    fc.assert(
      fc.property(u32, (number) => {
        const opposite = serialAdd(number, 0x80000000);
        expect(serialLess(number, opposite) || serialLess(opposite, number)).toBe(false);
        expect(serialAfter(number, opposite) || serialAtMost(number, opposite)).toBe(false);
      }),
    );
  });
});

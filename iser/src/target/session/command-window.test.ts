import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { serialAdd, serialDistance } from "#iscsi";
import { CommandWindow } from "./command-window.ts";

describe("the command window of a target", () => {
  it("takes numbers in order and ignores what is outside", () => {
    const window = new CommandWindow(10, 3);
    expect([window.expCmdSn, window.maxCmdSn]).toEqual([10, 12]);
    expect(window.arrive(9)).toBe(false);
    expect(window.arrive(13)).toBe(false);
    expect(window.arrive(10)).toBe(true);
    expect(window.arrive(10)).toBe(false);
    expect([window.expCmdSn, window.maxCmdSn]).toEqual([11, 12]);
  });

  it("keeps numbers that come early, once each, and catches up when the missing one arrives", () => {
    const window = new CommandWindow(0, 8);
    expect(window.arrive(2)).toBe(true);
    expect(window.arrive(2)).toBe(false);
    expect(window.arrive(1)).toBe(true);
    expect(window.expCmdSn).toBe(0);
    expect(window.arrive(0)).toBe(true);
    expect(window.expCmdSn).toBe(3);
  });

  it("wraps from the greatest number to zero", () => {
    const window = new CommandWindow(0xffffffff, 2);
    expect(window.maxCmdSn).toBe(0);
    expect(window.arrive(0xffffffff)).toBe(true);
    expect(window.arrive(0)).toBe(true);
    expect(window.expCmdSn).toBe(1);
    expect(window.arrive(1)).toBe(false);
  });

  it("closes without going back, and opens again", () => {
    const window = new CommandWindow(1, 2);
    window.arrive(1);
    window.grant(0);
    expect(window.maxCmdSn).toBe(2);
    window.arrive(2);
    expect(window.arrive(3)).toBe(false);
    expect(serialDistance(window.expCmdSn, window.maxCmdSn)).toBe(-1);
    window.grant(1);
    expect(window.arrive(3)).toBe(true);
  });

  it("never takes a number twice, never one that was not offered, and never moves backwards, whatever comes", () => {
    fc.assert(
      fc.property(
        fc.nat(0xffffffff),
        fc.integer({ min: 0, max: 16 }),
        fc.array(fc.oneof(fc.record({ come: fc.integer({ min: -20, max: 40 }) }), fc.record({ grant: fc.integer({ min: 0, max: 16 }) }))),
        (first, credits, steps) => {
          const window = new CommandWindow(first, credits);
          const taken = new Set<number>();
          for (const step of steps) {
            const { expCmdSn, maxCmdSn } = window;
            if ("grant" in step) {
              window.grant(step.grant);
            } else {
              const cmdSn = serialAdd(first, step.come);
              const offered = serialDistance(expCmdSn, cmdSn) >= 0 && serialDistance(cmdSn, maxCmdSn) >= 0;
              expect(window.arrive(cmdSn)).toBe(offered && !taken.has(cmdSn));
              if (offered) taken.add(cmdSn);
            }
            expect(serialDistance(expCmdSn, window.expCmdSn)).toBeGreaterThanOrEqual(0);
            expect(serialDistance(maxCmdSn, window.maxCmdSn)).toBeGreaterThanOrEqual(0);
            expect(taken.has(window.expCmdSn)).toBe(false);
          }
        },
      ),
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CommandWindow } from "./command-window.ts";

describe("command window", () => {
  it("is open from CmdSN to MaxCmdSN, both included", () => {
    const window = new CommandWindow();
    window.restart(5, 5, 6);
    expect([window.isOpen, window.take(), window.isOpen, window.take(), window.isOpen]).toEqual([true, 5, true, 6, false]);
    window.update(6, 7);
    expect(window.isOpen).toBe(true);
  });

  it("ignores a MaxCmdSN that went back, and one below ExpCmdSN - 1", () => {
    const window = new CommandWindow();
    window.restart(1, 1, 10);
    window.update(1, 5);
    window.update(20, 11);
    expect([window.expCmdSn, window.maxCmdSn]).toEqual([1, 10]);
    window.update(10, 9);
    expect([window.expCmdSn, window.maxCmdSn]).toEqual([10, 10]);
  });

  it("counts on across 2^32", () => {
    const window = new CommandWindow();
    window.restart(0xffffffff, 0xffffffff, 1);
    expect([window.take(), window.take(), window.take(), window.isOpen]).toEqual([0xffffffff, 0, 1, false]);
  });

  it("lets exactly as many commands through as the target granted, wherever the numbers start", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 0, max: 300 }), (first, depth) => {
        const window = new CommandWindow();
        window.restart(first, first, (first + depth - 1) >>> 0);
        let sent = 0;
        while (window.isOpen && sent <= depth) {
          window.take();
          sent += 1;
        }
        expect(sent).toBe(depth);
      }),
    );
  });
});

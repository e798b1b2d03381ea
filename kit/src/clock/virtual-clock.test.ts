import { describe, expect, it } from "vitest";
import { VirtualClock } from "./virtual-clock.ts";

describe("VirtualClock", () => {
  it("stands still until it is advanced", () => {
    const clock = new VirtualClock(100);
    let fired = 0;
    clock.after(10, () => fired++);
    expect(clock.now()).toBe(100);
    clock.advance(9);
    expect(fired).toBe(0);
    clock.advance(1);
    expect(fired).toBe(1);
    expect(clock.now()).toBe(110);
  });

  it("runs actions in order of their moment, then of their asking", () => {
    const clock = new VirtualClock();
    const order: string[] = [];
    clock.after(20, () => order.push("late"));
    clock.after(10, () => order.push("first"));
    clock.after(10, () => order.push("second"));
    clock.advance(100);
    expect(order).toEqual(["first", "second", "late"]);
  });

  it("lets an action see its own moment and schedule into the span", () => {
    const clock = new VirtualClock();
    const moments: number[] = [];
    const tick = (): void => {
      moments.push(clock.now());
      clock.after(10, tick);
    };
    clock.after(10, tick);
    clock.advance(35);
    expect(moments).toEqual([10, 20, 30]);
    expect(clock.now()).toBe(35);
    expect(clock.nextDue()).toBe(40);
  });

  it("forgets what is cancelled, also from within an action of the same moment", () => {
    const clock = new VirtualClock();
    let fired = false;
    const timers: { cancel(): void }[] = [];
    clock.after(5, () => timers[0]?.cancel());
    timers.push(clock.after(5, () => (fired = true)));
    clock.advance(5);
    expect(fired).toBe(false);
    expect(clock.waiting).toBe(0);
  });

  it("counts only what would keep a process alive", () => {
    const clock = new VirtualClock();
    clock.after(5, () => {}, { background: true });
    expect(clock.waiting).toBe(0);
    expect(clock.nextDue()).toBe(5);
  });
});

import { VirtualClock } from "kit/clock";
import { expect, it } from "vitest";
import { TabWatch } from "./tab-watch.ts";

function watched() {
  const clock = new VirtualClock();
  let left = 0;
  const tabs = new TabWatch(clock, { firstMs: 100, returnMs: 10 }, () => {
    left += 1;
  });
  return { clock, tabs, left: () => left };
}

it("a browser that never comes is given up after a while", () => {
  const { clock, left } = watched();
  clock.advance(99);
  expect(left()).toBe(0);
  clock.advance(1);
  expect(left()).toBe(1);
});

it("a reload is no goodbye, and of two tabs the last one counts", () => {
  const { clock, tabs, left } = watched();
  const first = tabs.enter();
  clock.advance(1000);
  first();
  first();
  clock.advance(9);
  const second = tabs.enter();
  const third = tabs.enter();
  second();
  clock.advance(1000);
  expect(left()).toBe(0);
  third();
  clock.advance(10);
  expect(left()).toBe(1);
});

import { VirtualClock } from "kit/clock";
import { beforeEach, expect, it } from "vitest";
import { BusyPoll } from "./busy-poll.ts";

let clock: VirtualClock;
let poll: BusyPoll;
let longest: number;
let turns: (() => void)[];

beforeEach(() => {
  clock = new VirtualClock();
  longest = 0.1;
  turns = [];
  poll = new BusyPoll(
    () => longest,
    clock,
    (look) => void turns.push(look),
  );
});

/** Waits for `awaited` things, the first of which comes after `ms`. */
function wait(ms: number, awaited = 1): void {
  poll.awaits(awaited, clock.now());
  clock.advance(ms);
  poll.arrived(clock.now());
  turns.shift()?.();
}

/** How long the thread stays awake for what never comes, in steps of a little more than 10 µs, as fractions are not exact. */
function patience(): number {
  poll.awaits(1, clock.now());
  let steps = 0;
  while (turns.length > 0) {
    clock.advance(0.0101);
    turns.shift()?.();
    steps++;
  }
  return steps * 10;
}

it("the thread falls asleep until something has come soon", () => {
  expect(patience()).toBe(0);
  wait(0.015);
  expect(patience()).toBe(20);
});

it("how long it stays awake doubles until it is long enough, and ends at what is worth it", () => {
  for (const _ of [1, 2, 3]) wait(0.06);
  expect(patience()).toBe(80);
  wait(0.06);
  expect(patience()).toBe(80);
  wait(0.095);
  expect(patience()).toBe(100);
});

it("what takes longer than is worth it is waited for asleep, until something comes soon again", () => {
  wait(0.06);
  wait(5);
  expect(patience()).toBe(0);
  wait(0.06);
  expect(patience()).toBe(20);
});

it("nobody stays awake for nothing, or where something is always on its way", () => {
  wait(0.01);
  poll.awaits(0, clock.now());
  poll.awaits(4, clock.now());
  expect(turns).toEqual([]);
  poll.awaits(3, clock.now());
  expect(turns).toHaveLength(1);
});

it("the thread looks once in a turn, however often something is awaited, and longer when it is later", () => {
  wait(0.015);
  poll.awaits(1, clock.now());
  clock.advance(0.015);
  poll.awaits(1, clock.now());
  expect(turns).toHaveLength(1);
  clock.advance(0.015);
  turns.shift()?.();
  expect(turns).toHaveLength(1);
  clock.advance(0.015);
  turns.shift()?.();
  expect(turns).toEqual([]);
});

it("may be switched off and on", () => {
  wait(0.015);
  longest = 0;
  wait(0.015);
  expect(patience()).toBe(0);
  longest = 0.1;
  wait(0.015);
  expect(patience()).toBe(20);
});

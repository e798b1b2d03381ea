import { beforeEach, expect, it } from "vitest";
import { ThreadRest } from "./thread-rest.ts";

let slept: number[];
let rest: ThreadRest;
const one = { name: "one" };
const other = { name: "other" };

beforeEach(() => {
  slept = [];
  rest = new ThreadRest((ms) => slept.push(ms));
});

it("the only reader of a thread may rest, once it has been that for a millisecond", () => {
  rest.arrived(one, 10);
  rest.take(one, 0.03, 10.5);
  expect(slept).toEqual([]);
  rest.arrived(one, 11);
  rest.take(one, 0.03, 11);
  expect(slept).toEqual([0.03]);
});

it("nobody rests while two of them read", () => {
  for (let now = 10; now < 20; now += 0.5) {
    const reader = now % 1 === 0 ? one : other;
    rest.arrived(reader, now);
    rest.take(reader, 0.03, now);
  }
  expect(slept).toEqual([]);
});

it("a rest of somebody who read nothing is not taken", () => {
  rest.arrived(one, 10);
  rest.take(other, 0.03, 20);
  expect(slept).toEqual([]);
});

it("the thread really sleeps, for a fraction of a millisecond", () => {
  const real = new ThreadRest();
  real.arrived(one, 0);
  const before = performance.now();
  for (let i = 0; i < 20; i++) real.take(one, 0.2, 2);
  const spent = performance.now() - before;
  expect(spent).toBeGreaterThanOrEqual(20 * 0.2 * 0.99);
});

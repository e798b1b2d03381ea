import { VirtualClock } from "kit/clock";
import { beforeEach, expect, it } from "vitest";
import { NamingOrder } from "./naming-order.ts";

let clock: VirtualClock;
let order: NamingOrder;
let named: string[];

beforeEach(() => {
  clock = new VirtualClock();
  order = new NamingOrder(clock);
  named = [];
});

it("names in the order of the places, whoever is ready first", () => {
  const [one, two, three] = [order.enter(), order.enter(), order.enter()];
  three.take(() => named.push("three"));
  two.take(() => named.push("two"));
  expect(named).toEqual([]);
  one.take(() => named.push("one"));
  expect(named).toEqual(["one", "two", "three"]);
});

it("does not wait for who leaves", () => {
  const [one, two] = [order.enter(), order.enter()];
  two.take(() => named.push("two"));
  one.leave();
  one.leave();
  expect(named).toEqual(["two"]);
  one.take(() => named.push("one"));
  expect(named).toEqual(["two", "one"]);
});

it("does not wait long for who says nothing, and no second time", () => {
  const one = order.enter();
  const [two, three] = [order.enter(), order.enter()];
  three.take(() => named.push("three"));
  clock.advance(1999);
  expect(named).toEqual([]);
  clock.advance(1);
  expect(named).toEqual(["three"]);
  two.take(() => named.push("two"));
  order.enter().take(() => named.push("four"));
  expect(named).toEqual(["three", "two", "four"]);
  one.take(() => named.push("one"));
  expect(named).toEqual(["three", "two", "four", "one"]);
});

it("has all its patience with each that is in front", () => {
  const [one, two, three] = [order.enter(), order.enter(), order.enter()];
  three.take(() => named.push("three"));
  clock.advance(1500);
  one.take(() => named.push("one"));
  clock.advance(1500);
  expect(named).toEqual(["one"]);
  two.take(() => named.push("two"));
  expect(named).toEqual(["one", "two", "three"]);
});

it("is not made more patient by others who become ready", () => {
  order.enter();
  const [two, three] = [order.enter(), order.enter()];
  two.take(() => named.push("two"));
  clock.advance(1500);
  three.take(() => named.push("three"));
  clock.advance(500);
  expect(named).toEqual(["two", "three"]);
});

it("takes what is found last when it is found twice", () => {
  const [one, two] = [order.enter(), order.enter()];
  two.take(() => named.push("two, before"));
  two.take(() => named.push("two, after"));
  one.leave();
  expect(named).toEqual(["two, after"]);
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { serialAdd } from "#iscsi";
import { DeliveryOrder } from "./delivery-order.ts";

describe("the order in which commands are handed on", () => {
  it("is that of their numbers, however they become complete", () => {
    fc.assert(
      fc.property(
        fc.nat(0xffffffff),
        fc.uniqueArray(fc.nat(31), { minLength: 32, maxLength: 32 }),
        fc.uniqueArray(fc.nat(31), { maxLength: 8 }),
        (first, arrivals, skipped) => {
          const order = new DeliveryOrder(first);
          const delivered: number[] = [];
          for (const index of arrivals) {
            const cmdSn = serialAdd(first, index);
            if (skipped.includes(index)) order.skip(cmdSn);
            else order.submit(cmdSn, { deliver: () => void delivered.push(index) });
          }
          expect(delivered).toEqual(Array.from({ length: 32 }, (_, index) => index).filter((index) => !skipped.includes(index)));
        },
      ),
    );
  });

  it("waits while it is paused", () => {
    const order = new DeliveryOrder(5);
    const delivered: number[] = [];
    order.pause();
    order.submit(5, { deliver: () => void delivered.push(5) });
    order.submit(6, { deliver: () => void delivered.push(6) });
    expect(order.isTurnOf(5)).toBe(false);
    expect(delivered).toEqual([]);
    order.resume();
    expect(delivered).toEqual([5, 6]);
    expect(order.isTurnOf(7)).toBe(true);
  });

  it("lets a command be aborted before its turn, and a delivery cause another", () => {
    const order = new DeliveryOrder(0);
    const delivered: string[] = [];
    order.submit(1, { deliver: () => void delivered.push("aborted") });
    order.skip(1);
    order.submit(2, {
      deliver: () => {
        delivered.push("two");
        order.submit(3, { deliver: () => void delivered.push("three") });
        delivered.push("two done");
      },
    });
    order.submit(0, { deliver: () => void delivered.push("zero") });
    expect(delivered).toEqual(["zero", "two", "two done", "three"]);
  });
});

import { expect, it } from "vitest";
import { RequestBurst } from "./request-burst.ts";

it("counts the requests of the last read that brought any", () => {
  const burst = new RequestBurst();
  expect(burst.latest).toBe(0);
  burst.inputDrained(3);
  expect(burst.latest).toBe(3);
  burst.inputDrained(3);
  burst.inputDrained(3);
  expect(burst.latest).toBe(3);
  burst.inputDrained(4);
  expect(burst.latest).toBe(1);
});

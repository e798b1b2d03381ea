import { expect, test } from "vitest";
import { unitEventOf } from "./unit-event.ts";

test.each([
  [0x2900, { kind: "reset", cacheAtRisk: true }],
  [0x2901, { kind: "reset", cacheAtRisk: true }],
  [0x2902, { kind: "reset", cacheAtRisk: true }],
  [0x2903, { kind: "reset", cacheAtRisk: false }],
  [0x2904, { kind: "reset", cacheAtRisk: true }],
  [0x2905, { kind: "reset", cacheAtRisk: false }],
  [0x2906, { kind: "reset", cacheAtRisk: false }],
  [0x2907, { kind: "nexus-lost" }],
  [0x2908, { kind: "reset", cacheAtRisk: true }],
  [0x2a01, { kind: "description-changed" }],
  [0x2a06, { kind: "access-state-changed", failed: false }],
  [0x2a07, { kind: "access-state-changed", failed: true }],
  [0x2a09, { kind: "capacity-changed" }],
  [0x3f03, { kind: "description-changed" }],
  [0x3f05, { kind: "description-changed" }],
  [0x3f0e, { kind: "luns-changed" }],
  [0x2f00, { kind: "other" }],
])("unit attention %i", (code, event) => {
  expect(unitEventOf(code)).toEqual(event);
});

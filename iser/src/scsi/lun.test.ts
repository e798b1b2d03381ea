import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeLun, encodeLun, maxLun } from "./lun.ts";

const wire = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));

test("every number comes back, wherever in a PDU it lies", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: maxLun }), fc.integer({ min: 0, max: 8 }), (lun, offset) => {
      const pdu = new Uint8Array(16).fill(0xff);
      encodeLun(pdu, offset, lun);
      expect(decodeLun(pdu, offset)).toBe(lun);
    }),
  );
});

test.each([
  ["0000000000000000", 0],
  ["0001000000000000", 1],
  ["00ff000000000000", 255],
  ["4001000000000000", 1],
  ["4100000000000000", 256],
  ["7fff000000000000", 16383],
])("%s is LUN %d, by either method", (hex, lun) => {
  expect(decodeLun(wire(hex))).toBe(lun);
});

test.each([
  ["another bus", "0102000000000000"],
  ["logical unit addressing", "8001000000000000"],
  ["a well-known logical unit", "c101000000000000"],
  ["extended flat space", "d200000100000000"],
  ["a second level", "0001000200000000"],
  ["a cut-off number", "000100"],
])("%s is no number", (_name, hex) => {
  expect(decodeLun(wire(hex))).toBeUndefined();
});

test.each([-1, 16384, 0.5, Number.NaN])("%d cannot be written", (lun) => {
  expect(() => encodeLun(new Uint8Array(8), 0, lun)).toThrow(RangeError);
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readUint64, tryReadUint64, Uint64RangeError, writeUint64 } from "./uint64.ts";

const view = new DataView(new ArrayBuffer(16));

describe("a 64-bit field", () => {
  it("holds every safe integer, big-endian", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        writeUint64(view, 3, value);
        expect(view.getBigUint64(3)).toBe(BigInt(value));
        expect([readUint64(view, 3), tryReadUint64(view, 3)]).toEqual([value, value]);
      }),
    );
    writeUint64(view, 0, Number.MAX_SAFE_INTEGER);
    expect(readUint64(view, 0)).toBe(Number.MAX_SAFE_INTEGER);
  });

  it("that no Number can count to is refused, not rounded", () => {
    for (const value of [2n ** 53n, 2n ** 63n, 2n ** 64n - 1n]) {
      view.setBigUint64(0, value);
      expect(() => readUint64(view, 0)).toThrow(Uint64RangeError);
      expect(tryReadUint64(view, 0)).toBe(-1);
    }
  });

  it("takes no other number", () => {
    for (const value of [-1, 0.5, Number.NaN, 2 ** 53]) expect(() => writeUint64(view, 0, value)).toThrow(Uint64RangeError);
  });
});

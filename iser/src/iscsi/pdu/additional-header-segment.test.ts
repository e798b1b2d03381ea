import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ProtocolError } from "../protocol-error.ts";
import { bidirectionalReadLengthHeader, extendedCdbHeader, readAdditionalHeaders } from "./additional-header-segment.ts";

describe("additional header segments", () => {
  it("carry a CDB beyond its 16th byte and a read length, in either order", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 17, maxLength: 260 }),
        fc.integer({ min: 0, max: 0xffffffff }),
        fc.boolean(),
        (cdb, length, swap) => {
          const segments = [extendedCdbHeader(cdb)!, bidirectionalReadLengthHeader(length)];
          const ahs = new Uint8Array(Buffer.concat(swap ? segments.reverse() : segments));
          expect(ahs.length % 4).toBe(0);
          const read = readAdditionalHeaders(ahs);
          expect(read.extendedCdb).toEqual(cdb.subarray(16));
          expect(read.bidirectionalReadLength).toBe(length);
        },
      ),
    );
  });

  it("are not needed for 16 bytes", () => {
    expect(extendedCdbHeader(new Uint8Array(16))).toBeUndefined();
    expect(readAdditionalHeaders(new Uint8Array(0))).toEqual({ extendedCdb: undefined, bidirectionalReadLength: undefined });
  });

  it("are refused when cut, repeated or unknown", () => {
    const whole = bidirectionalReadLengthHeader(4096);
    for (let length = 1; length < whole.length; length++) {
      expect(() => readAdditionalHeaders(whole.subarray(0, length))).toThrow(ProtocolError);
    }
    expect(() => readAdditionalHeaders(Uint8Array.of(...whole, ...whole))).toThrow("11.2.2.4");
    expect(() => readAdditionalHeaders(Uint8Array.of(0, 1, 9, 0))).toThrow("type 9");
    expect(() => readAdditionalHeaders(Uint8Array.of(0, 0, 1, 0))).toThrow("extended CDB");
  });

  it("end in a value or a ProtocolError for any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (ahs) => {
        try {
          readAdditionalHeaders(ahs);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
    );
  });
});

import { describe, expect, it } from "vitest";
import { describeTerminate, parseTerminate, type TerminatedSegment, writeTerminate } from "./terminate.ts";
import { describeTerminateCode, isTerminateCode, TerminateCode } from "./terminate-code.ts";

const codes = Object.values(TerminateCode) as number[];
const tagged = Uint8Array.from({ length: 14 }, (_, i) => (i === 0 ? 0xc1 : i));
const untagged = Uint8Array.from({ length: 18 }, (_, i) => (i === 0 ? 0x41 : i));
const segments: (TerminatedSegment | undefined)[] = [
  undefined,
  { length: 1000, header: tagged, readRequest: undefined },
  { length: 18, header: untagged, readRequest: undefined },
  { length: 46, header: untagged, readRequest: new Uint8Array(28).fill(9) },
];

/** As Linux siw has it: the four-bit and the one-bit fields of each byte from the other end. */
function asSiw(payload: Uint8Array): Uint8Array {
  const swapped = payload.slice();
  swapped[0] = (payload[0]! >> 4) | ((payload[0]! & 15) << 4);
  swapped[2] = ((payload[2]! & 0x80) >> 7) | ((payload[2]! & 0x40) >> 5) | ((payload[2]! & 0x20) >> 3);
  return swapped;
}

describe("a Terminate", () => {
  it("is read as it was written", () => {
    for (const code of codes) {
      for (const segment of segments) {
        const shown = code >= 0x2000 ? undefined : segment;
        const payload = writeTerminate(code, segment);
        expect(parseTerminate(payload)).toEqual({ code, header: shown && Uint8Array.from(shown.header), fromSiw: false });
        expect(payload).toHaveLength(shown === undefined ? 4 : 6 + shown.header.length + (shown.readRequest?.length ?? 0));
      }
    }
  });

  it("of siw's, whose fields are the other way round, means the same", () => {
    for (const code of codes) {
      for (const segment of segments.slice(1)) {
        if (code >= 0x2000) continue;
        const read = parseTerminate(asSiw(writeTerminate(code, segment)))!;
        expect([read.code, read.fromSiw, read.header?.length]).toEqual([code, true, segment!.header.length]);
      }
    }
    // As recorded: a damaged checksum, a Send longer than its buffer.
    expect(parseTerminate(Uint8Array.of(0x02, 0x02, 0, 0))).toMatchObject({ code: TerminateCode.mpaCrc, fromSiw: true });
    expect(parseTerminate(Uint8Array.of(0x21, 0x02, 0x03, 0, 0, 40))).toMatchObject({ code: TerminateCode.ddpNoBuffer, fromSiw: true });
  });

  it("that is cut short is read as far as it goes", () => {
    const payload = writeTerminate(TerminateCode.ddpInvalidStag, segments[1]);
    for (let length = 0; length < payload.length; length++) {
      const read = parseTerminate(payload.subarray(0, length));
      expect(read?.code).toBe(length < 4 ? undefined : TerminateCode.ddpInvalidStag);
      expect(read?.header).toBeUndefined();
    }
  });

  it("has words for every code", () => {
    for (const code of codes)
      expect([isTerminateCode(code), describeTerminateCode(code)]).toEqual([true, expect.not.stringContaining("unknown")]);
    expect(describeTerminateCode(0x3456)).toBe("layer 3: unknown error (3/4/86)");
    const read = parseTerminate(writeTerminate(TerminateCode.ddpBounds, segments[1]))!;
    expect(describeTerminate(read)).toBe("DDP: base or bounds violation (1/1/1), of the tagged segment c10102030405060708090a0b0c0d");
  });
});

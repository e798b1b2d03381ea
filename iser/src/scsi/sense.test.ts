import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AdditionalSense, additionalSenseName } from "./additional-sense.ts";
import { describeSense, encodeSense, maxEncodedSenseLength, parseSense, plainSense, type SenseData, SenseKey } from "./sense.ts";
import { ScsiStatus, scsiStatusName } from "./status.ts";

const bit = fc.option(fc.integer({ min: 0, max: 7 }), { nil: undefined });
const uint16 = fc.integer({ min: 0, max: 0xffff });

/** Any sense data whose specific part is the one its key calls for. */
function anySense(maxInformation: number): fc.Arbitrary<SenseData> {
  const rest = {
    code: uint16,
    deferred: fc.boolean(),
    information: fc.option(fc.nat({ max: maxInformation }), { nil: undefined }),
    commandInformation: fc.nat({ max: maxInformation }),
  };
  return fc.oneof(
    fc.record({
      key: fc.constant(SenseKey.illegalRequest),
      ...rest,
      specific: fc.option(fc.record({ kind: fc.constant("field" as const), inCdb: fc.boolean(), byte: uint16, bit }), { nil: undefined }),
    }),
    fc.record({
      key: fc.constant(SenseKey.copyAborted),
      ...rest,
      specific: fc.option(fc.record({ kind: fc.constant("segment" as const), inSegment: fc.boolean(), byte: uint16, bit }), {
        nil: undefined,
      }),
    }),
    fc.record({
      key: fc.constantFrom(SenseKey.noSense, SenseKey.notReady),
      ...rest,
      specific: fc.option(fc.record({ kind: fc.constant("progress" as const), progress: uint16 }), { nil: undefined }),
    }),
    fc.record({
      key: fc.constantFrom(SenseKey.recoveredError, SenseKey.mediumError, SenseKey.hardwareError),
      ...rest,
      specific: fc.option(fc.record({ kind: fc.constant("retries" as const), count: uint16 }), { nil: undefined }),
    }),
    fc.record({ key: fc.constantFrom(SenseKey.unitAttention, SenseKey.miscompare), ...rest, specific: fc.constant(undefined) }),
  );
}

describe("sense data", () => {
  it("comes back from the fixed format", () => {
    fc.assert(
      fc.property(anySense(0xffffffff), (sense) => {
        expect(parseSense(encodeSense(sense, "fixed"))).toEqual(sense);
      }),
    );
  });

  it("comes back from the descriptor format, with 64-bit information", () => {
    fc.assert(
      fc.property(anySense(Number.MAX_SAFE_INTEGER), (sense) => {
        const bytes = encodeSense(sense, "descriptor");
        expect(bytes.length).toBeLessThanOrEqual(maxEncodedSenseLength);
        expect(parseSense(bytes)).toEqual(sense);
      }),
    );
  });

  it("leaves information over 32 bits out of the fixed format", () => {
    const sense = { ...plainSense(SenseKey.mediumError, AdditionalSense.unrecoveredReadError), information: 0x1_0000_0000 };
    expect(parseSense(encodeSense(sense, "fixed"))?.information).toBeUndefined();
  });

  it("parses every truncation and any bytes without throwing", () => {
    fc.assert(
      fc.property(anySense(0xffffffff), fc.boolean(), fc.nat(40), (sense, fixed, length) => {
        const bytes = encodeSense(sense, fixed ? "fixed" : "descriptor");
        const parsed = parseSense(bytes.subarray(0, length));
        if (length >= 3) expect(parsed?.key).toBe(sense.key);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.constantFrom(0x70, 0x71, 0x72, 0x73, 0x7f), (bytes, first) => {
        bytes[0] = first;
        parseSense(bytes);
      }),
    );
  });

  it("has the bytes of the standard: fixed", () => {
    const sense: SenseData = {
      ...plainSense(SenseKey.illegalRequest, AdditionalSense.invalidFieldInCdb),
      specific: { kind: "field", inCdb: true, byte: 1, bit: 7 },
    };
    expect(Buffer.from(encodeSense(sense, "fixed")).toString("hex")).toBe("70000500000000" + "0a" + "00000000" + "2400" + "00" + "cf0001");
    expect(Buffer.from(encodeSense(sense, "descriptor")).toString("hex")).toBe("7205240000000008" + "0206" + "0000" + "cf000100");
    expect(describeSense(sense)).toBe("ILLEGAL REQUEST, INVALID FIELD IN CDB (byte 1, bit 7 of the CDB)");
  });
});

describe("names", () => {
  it("exist for every additional sense code that is used", () => {
    for (const code of Object.values(AdditionalSense)) expect(additionalSenseName(code)).not.toMatch(/^ASC/);
    expect(additionalSenseName(0x5dfe)).toBe("ASC 0x5d ASCQ 0xfe");
  });

  it("exist for every status", () => {
    for (const status of Object.values(ScsiStatus)) expect(scsiStatusName(status)).not.toMatch(/^status/);
    expect(scsiStatusName(0x12)).toBe("status 0x12");
  });
});

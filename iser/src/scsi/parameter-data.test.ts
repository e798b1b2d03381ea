import fc, { type Arbitrary } from "fast-check";
import { SeededRandom } from "kit/clock";
import { describe, expect, test } from "vitest";
import { buildLbaStatusList, parseLbaStatusList } from "./cdb/get-lba-status.ts";
import { buildCapacity10, parseCapacity10 } from "./cdb/read-capacity-10.ts";
import { buildCapacity16, parseCapacity16 } from "./cdb/read-capacity-16.ts";
import { buildLunList, parseLunList } from "./cdb/report-luns.ts";
import {
  buildOneOperation,
  buildSupportedOperations,
  parseOneOperation,
  parseSupportedOperations,
} from "./cdb/report-supported-operation-codes.ts";
import { buildTargetPortGroups, parseTargetPortGroups } from "./cdb/report-target-port-groups.ts";
import { encodeUnmapDescriptor, encodeUnmapHeader, parseUnmapList, type UnmapDescriptor, unmapListLength } from "./cdb/unmap.ts";
import { buildCachingPage, parseCachingPage } from "./mode/caching-page.ts";
import { buildControlPage, parseControlPage } from "./mode/control-page.ts";
import { buildModeParameters, parseModeParameters } from "./mode/mode-parameters.ts";
import { buildBlockDeviceCharacteristics, parseBlockDeviceCharacteristics } from "./vpd/block-device-characteristics.ts";
import { buildBlockLimits, parseBlockLimits } from "./vpd/block-limits.ts";
import { buildDeviceIdentification, type Designator, parseDeviceIdentification } from "./vpd/device-identification.ts";
import { buildExtendedInquiry, parseExtendedInquiry } from "./vpd/extended-inquiry.ts";
import { buildLogicalBlockProvisioning, parseLogicalBlockProvisioning } from "./vpd/logical-block-provisioning.ts";
import { buildStandardInquiry, parseStandardInquiry } from "./vpd/standard-inquiry.ts";
import { buildSupportedPages, parseSupportedPages } from "./vpd/supported-pages.ts";
import { buildUnitSerialNumber, parseUnitSerialNumber } from "./vpd/unit-serial-number.ts";

const bool = fc.boolean();
const u = (bits: number) => fc.integer({ min: 0, max: 2 ** bits - 1 });
const u8 = u(8);
const u16 = u(16);
const u32 = u(32);
const lba = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const ascii = (maxLength: number) => fc.string({ unit: "binary-ascii", maxLength }).map((text) => text.replace(/[^ -~]/g, "x").trim());
const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => new Uint8Array(array));
const timeouts = fc.record({ nominal: u32, recommended: u32 });

interface Case {
  readonly name: string;
  readonly value: Arbitrary<unknown>;
  readonly build: (value: never) => Uint8Array;
  readonly parse: (data: Uint8Array) => unknown;
}

function codec<T>(name: string, value: Arbitrary<T>, build: (value: T) => Uint8Array, parse: (data: Uint8Array) => T | undefined): Case {
  return { name, value, build, parse };
}

function buildUnmapList(descriptors: readonly UnmapDescriptor[]): Uint8Array {
  const list = new Uint8Array(unmapListLength(descriptors.length)).fill(0xff);
  encodeUnmapHeader(list, descriptors.length);
  for (const [index, descriptor] of descriptors.entries()) encodeUnmapDescriptor(list, index, descriptor.lba, descriptor.blocks);
  return list;
}

const designator: Arbitrary<Designator> = fc
  .record({ type: u(4), association: u(2), codeSet: u(4), protocol: fc.option(u(4), { nil: undefined }), bytes: bytes(40) })
  .map(({ protocol, ...rest }) => (protocol === undefined ? rest : { ...rest, protocol }));

const supportedOperation = fc
  .record({
    opcode: u8,
    cdbLength: u16,
    serviceAction: fc.option(u16, { nil: undefined }),
    timeouts: fc.option(timeouts, { nil: undefined }),
  })
  .map(({ serviceAction, timeouts: times, ...rest }) => ({
    ...rest,
    ...(serviceAction === undefined ? {} : { serviceAction }),
    ...(times === undefined ? {} : { timeouts: times }),
  }));

const modeList = (form: 6 | 10) =>
  fc.record({
    mediumType: u8,
    deviceSpecific: u8,
    longLba: form === 6 ? fc.constant(false) : bool,
    blockDescriptors: fc.constantFrom(new Uint8Array(0), new Uint8Array(8).fill(9)),
    pages: fc.array(fc.record({ page: u(6), subpage: fc.constantFrom(0, 1, 255), savable: bool, parameters: bytes(20) }), { maxLength: 4 }),
  });

/** Without the offsets, which only parsing knows. */
function modeParser(form: 6 | 10) {
  return (data: Uint8Array) => {
    const list = parseModeParameters(data, form);
    return list === undefined ? undefined : { ...list, pages: list.pages.map(({ offset: _offset, ...page }) => page) };
  };
}

const cases: readonly Case[] = [
  codec("READ CAPACITY (10) data", fc.record({ lastLba: u32, blockSize: u32 }), buildCapacity10, parseCapacity10),
  codec(
    "READ CAPACITY (16) data",
    fc.record({
      lastLba: lba,
      blockSize: u32,
      protection: bool,
      protectionType: u(3),
      protectionIntervalExponent: u(4),
      physicalBlockExponent: u(4),
      provisioningManaged: bool,
      unmappedReadZeroes: bool,
      lowestAlignedLba: u(14),
    }),
    buildCapacity16,
    parseCapacity16,
  ),
  codec("REPORT LUNS data", fc.array(u(14)), buildLunList, (data) => parseLunList(data).luns.slice()),
  codec("UNMAP list", fc.array(fc.record({ lba, blocks: u32 })), buildUnmapList, (data) => parseUnmapList(data)?.slice()),
  codec("GET LBA STATUS data", fc.array(fc.record({ lba, blocks: u32, status: u(4) })), buildLbaStatusList, (data) =>
    parseLbaStatusList(data).slice(),
  ),
  codec(
    "REPORT TARGET PORT GROUPS data",
    fc.array(
      fc.record({
        preferred: bool,
        state: u(4),
        supportedStates: u8,
        group: u16,
        statusCode: u8,
        relativeTargetPorts: fc.array(u16, { maxLength: 4 }),
      }),
    ),
    buildTargetPortGroups,
    (data) => parseTargetPortGroups(data).slice(),
  ),
  codec("all supported operations", fc.array(supportedOperation), buildSupportedOperations, (data) =>
    parseSupportedOperations(data).slice(),
  ),
  codec("one supported operation", fc.record({ support: u(3), usage: bytes(16), timeouts }), buildOneOperation, (data) => {
    const one = parseOneOperation(data);
    return one?.timeouts === undefined ? undefined : { ...one, timeouts: one.timeouts };
  }),
  codec("MODE SENSE (6) data", modeList(6), (list) => buildModeParameters(6, list), modeParser(6)),
  codec("MODE SENSE (10) data", modeList(10), (list) => buildModeParameters(10, list), modeParser(10)),
  codec("caching mode page", fc.record({ writeCacheEnabled: bool, readCacheDisabled: bool }), buildCachingPage, parseCachingPage),
  codec(
    "control mode page",
    fc.record({
      taskSetType: u(3),
      descriptorSense: bool,
      globalLoggingSaveDisabled: bool,
      queueAlgorithmModifier: u(4),
      queueErrorManagement: u(2),
      unitAttentionInterlock: u(2),
      softwareWriteProtect: bool,
      taskAbortedStatus: bool,
      busyTimeoutPeriod: u16,
    }),
    buildControlPage,
    parseControlPage,
  ),
  codec("VPD 00h", fc.array(u8), buildSupportedPages, (data) => parseSupportedPages(data)?.slice()),
  codec("VPD 80h", ascii(60), buildUnitSerialNumber, parseUnitSerialNumber),
  codec("VPD 83h", fc.array(designator), buildDeviceIdentification, (data) => parseDeviceIdentification(data)?.slice()),
  codec(
    "VPD 86h",
    fc.record({
      groupNumbers: bool,
      headOfQueue: bool,
      ordered: bool,
      simple: bool,
      volatileCache: bool,
      nonVolatileCache: bool,
      unitAttentionsCleared: bool,
      extendedSelfTestMinutes: u16,
      maxSenseLength: u8,
    }),
    buildExtendedInquiry,
    parseExtendedInquiry,
  ),
  codec(
    "VPD B0h",
    fc.record({
      writeSameNonZero: bool,
      maxCompareAndWrite: u8,
      optimalTransferGranularity: u16,
      maxTransfer: u32,
      optimalTransfer: u32,
      maxPrefetch: u32,
      maxUnmapBlocks: u32,
      maxUnmapDescriptors: u32,
      unmapGranularity: u32,
      unmapAlignment: fc.option(u(31), { nil: undefined }),
      maxWriteSame: lba,
      maxAtomicTransfer: u32,
      atomicAlignment: u32,
      atomicGranularity: u32,
      maxAtomicTransferWithBoundary: u32,
      maxAtomicBoundary: u32,
    }),
    buildBlockLimits,
    parseBlockLimits,
  ),
  codec(
    "VPD B1h",
    fc.record({ rotationRate: u16, productType: u8, formFactor: u(4), fuab: bool, verifyUnmapped: bool }),
    buildBlockDeviceCharacteristics,
    parseBlockDeviceCharacteristics,
  ),
  codec(
    "VPD B2h",
    fc.record({
      thresholdExponent: u8,
      unmap: bool,
      writeSame16: bool,
      writeSame10: bool,
      readZeroes: u(3),
      anchor: bool,
      provisioningType: u(3),
    }),
    buildLogicalBlockProvisioning,
    parseLogicalBlockProvisioning,
  ),
  codec(
    "standard INQUIRY data",
    fc.record({
      qualifier: u(3),
      deviceType: u(5),
      removable: bool,
      version: u8,
      normalAca: bool,
      hierarchical: bool,
      targetPortGroups: u(2),
      thirdPartyCopy: bool,
      protect: bool,
      multiPort: bool,
      commandQueuing: bool,
      vendor: ascii(8),
      product: ascii(16),
      revision: ascii(4),
      versionDescriptors: fc.array(fc.integer({ min: 1, max: 0xffff }), { maxLength: 8 }),
    }),
    buildStandardInquiry,
    parseStandardInquiry,
  ),
];

describe.each(cases)("$name", ({ value, build, parse }) => {
  test("comes back as it went, also in front of other bytes", () => {
    fc.assert(
      fc.property(value, bytes(8), (original, tail) => {
        const data = build(original as never);
        expect(parse(data)).toEqual(original);
        // An answer may lie in a longer buffer; what it says of its own length ends it. Fixed forms have no use for the rest.
        parse(new Uint8Array([...data, ...tail]));
      }),
      { numRuns: 40 },
    );
  });

  test("cut off anywhere, gives what arrived or nothing, and never fails", () => {
    fc.assert(
      fc.property(value, (original) => {
        const data = build(original as never);
        for (let length = 0; length < data.length; length++) parse(data.slice(0, length));
      }),
      { numRuns: 15 },
    );
  });
});

/** Invariant: no bytes whatever make a parser throw or take memory beyond what arrived. */
test("garbage is parsed to something or nothing, never to an exception", () => {
  const seed = Number(process.env.FUZZ_SEED ?? 20261122);
  const random = new SeededRandom(seed);
  for (let round = 0; round < 300; round++) {
    for (const { name, value, build, parse } of cases) {
      const [original] = fc.sample(value, { numRuns: 1, seed: random.below(2 ** 31) });
      const data = build(original as never);
      for (let hits = 1 + random.below(6); hits > 0 && data.length > 0; hits--) data[random.below(data.length)] = random.below(256);
      try {
        parse(data);
      } catch (error) {
        throw new Error(`${name} in round ${round}; replay: FUZZ_SEED=${seed} npx vitest run --project iser src/scsi/parameter-data`, {
          cause: error,
        });
      }
    }
  }
});

describe("short and foreign answers", () => {
  test("an SBC-2 block limits page of 12 bytes has no unmap limits", () => {
    const page = new Uint8Array([0, 0xb0, 0, 12, 0, 0, 0, 8, 0, 0, 1, 0, 0, 0, 0, 128, 0, 0, 0, 0]);
    expect(parseBlockLimits(page)).toMatchObject({
      optimalTransferGranularity: 8,
      maxTransfer: 256,
      optimalTransfer: 128,
      maxUnmapBlocks: 0,
      unmapAlignment: undefined,
    });
  });

  test("another page than was asked for is no page", () => {
    expect(parseBlockLimits(buildSupportedPages([0, 0x80]))).toBeUndefined();
    expect(parseUnitSerialNumber(buildSupportedPages([0, 0x80]))).toBeUndefined();
  });

  test("a 12-byte READ CAPACITY (16) answer is a thick disk", () => {
    const data = buildCapacity16({ ...parseCapacity16(new Uint8Array(32))!, lastLba: 99, blockSize: 4096 });
    expect(parseCapacity16(data.slice(0, 12))).toMatchObject({ lastLba: 99, blockSize: 4096, provisioningManaged: false });
    expect(parseCapacity16(data.slice(0, 11))).toBeUndefined();
  });

  test("an UNMAP list with a cut-off header is an error, none at all is not", () => {
    expect(parseUnmapList(new Uint8Array(0))).toEqual([]);
    expect(parseUnmapList(new Uint8Array(7))).toBeUndefined();
  });

  test("an UNMAP list ends where its own length says, and drops a broken descriptor", () => {
    const list = buildUnmapList([
      { lba: 1, blocks: 2 },
      { lba: 3, blocks: 4 },
    ]);
    list[3] = 31;
    expect(parseUnmapList(list)).toEqual([{ lba: 1, blocks: 2 }]);
    expect(parseUnmapList(list.subarray(0, 24 + 15))).toEqual([{ lba: 1, blocks: 2 }]);
  });

  test("a LUN list says how long it would be", () => {
    const data = buildLunList([0, 1, 300]);
    expect(parseLunList(data.slice(0, 16))).toEqual({ totalLength: 32, luns: [0] });
    expect(parseLunList(new Uint8Array(0))).toEqual({ totalLength: 8, luns: [] });
  });

  test("well-known logical units are left out of a LUN list", () => {
    const data = buildLunList([0, 5]);
    data.set([0xc1, 0x01], 8);
    expect(parseLunList(data).luns).toEqual([5]);
  });

  test("the extended header of REPORT TARGET PORT GROUPS is passed over", () => {
    const group = { preferred: true, state: 0, supportedStates: 1, group: 1, statusCode: 0, relativeTargetPorts: [1, 2] };
    const plain = buildTargetPortGroups([group]);
    const extended = new Uint8Array([0, 0, 0, plain.length, 0x10, 60, 0, 0, ...plain.subarray(4)]);
    expect(parseTargetPortGroups(extended)).toEqual([group]);
  });

  test("what a target sends as text cannot steer a terminal", () => {
    const page = new Uint8Array([0, 0x80, 0, 6, 0x41, 0x1b, 0x5b, 0x33, 0x31, 0x6d]);
    expect(parseUnitSerialNumber(page)).toBe("A?[31m");
  });

  test("MODE SELECT sends its length as zero", () => {
    const list = buildModeParameters(6, {
      mediumType: 0,
      deviceSpecific: 0,
      longLba: false,
      blockDescriptors: new Uint8Array(0),
      pages: [{ page: 10, subpage: 0, savable: false, parameters: new Uint8Array(10) }],
    });
    list[0] = 0;
    expect(parseModeParameters(list, 6)?.pages).toEqual([]);
    expect(parseModeParameters(list, 6, true)?.pages).toMatchObject([{ page: 10, offset: 4 }]);
  });
});

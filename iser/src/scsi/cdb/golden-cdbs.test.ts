import { expect, test } from "vitest";
import { operationName } from "../opcode.ts";
import { decodeCompareAndWrite, encodeCompareAndWrite } from "./compare-and-write.ts";
import { decodeGetLbaStatus, encodeGetLbaStatus } from "./get-lba-status.ts";
import { decodeInquiry, encodeInquiry } from "./inquiry.ts";
import { immediateFlag, LbaCommand, TransferFlag, VerifyFlag, WriteSameFlag } from "./lba-command.ts";
import { decodeModeSelect6, encodeModeSelect6 } from "./mode-select-6.ts";
import { decodeModeSelect10, encodeModeSelect10 } from "./mode-select-10.ts";
import { decodeModeSense6, encodeModeSense6 } from "./mode-sense-6.ts";
import { decodeModeSense10, encodeModeSense10 } from "./mode-sense-10.ts";
import { decodeOrWrite16, encodeOrWrite16 } from "./or-write-16.ts";
import { decodePreFetch10, encodePreFetch10 } from "./pre-fetch-10.ts";
import { decodePreFetch16, encodePreFetch16 } from "./pre-fetch-16.ts";
import { decodeRead6, encodeRead6 } from "./read-6.ts";
import { decodeRead10, encodeRead10 } from "./read-10.ts";
import { decodeRead12, encodeRead12 } from "./read-12.ts";
import { decodeRead16, encodeRead16 } from "./read-16.ts";
import { encodeReadCapacity10 } from "./read-capacity-10.ts";
import { decodeReadCapacity16, encodeReadCapacity16 } from "./read-capacity-16.ts";
import { decodeReportLuns, encodeReportLuns } from "./report-luns.ts";
import { decodeReportSupportedOperationCodes, encodeReportSupportedOperationCodes } from "./report-supported-operation-codes.ts";
import { decodeReportTargetPortGroups, encodeReportTargetPortGroups } from "./report-target-port-groups.ts";
import { decodeRequestSense, encodeRequestSense } from "./request-sense.ts";
import { decodeStartStopUnit, encodeStartStopUnit } from "./start-stop-unit.ts";
import { decodeSynchronizeCache10, encodeSynchronizeCache10 } from "./synchronize-cache-10.ts";
import { decodeSynchronizeCache16, encodeSynchronizeCache16 } from "./synchronize-cache-16.ts";
import { encodeTestUnitReady } from "./test-unit-ready.ts";
import { decodeUnmap, encodeUnmap } from "./unmap.ts";
import { decodeVerify10, encodeVerify10 } from "./verify-10.ts";
import { decodeVerify12, encodeVerify12 } from "./verify-12.ts";
import { decodeVerify16, encodeVerify16 } from "./verify-16.ts";
import { decodeWrite6, encodeWrite6 } from "./write-6.ts";
import { decodeWrite10, encodeWrite10 } from "./write-10.ts";
import { decodeWrite12, encodeWrite12 } from "./write-12.ts";
import { decodeWrite16, encodeWrite16 } from "./write-16.ts";
import { decodeWriteAndVerify10, encodeWriteAndVerify10 } from "./write-and-verify-10.ts";
import { decodeWriteAndVerify12, encodeWriteAndVerify12 } from "./write-and-verify-12.ts";
import { decodeWriteAndVerify16, encodeWriteAndVerify16 } from "./write-and-verify-16.ts";
import { decodeWriteAtomic16, encodeWriteAtomic16, WriteAtomicCommand } from "./write-atomic-16.ts";
import { decodeWriteSame10, encodeWriteSame10 } from "./write-same-10.ts";
import { decodeWriteSame16, encodeWriteSame16 } from "./write-same-16.ts";

/** The command as the standard prints it, its bytes, how they are written and what is read from them. */
interface Golden {
  readonly name: string;
  readonly hex: string;
  readonly encode: (cdb: Uint8Array) => number;
  readonly decode?: (cdb: Uint8Array) => unknown;
  readonly value?: object;
}

function lba(decode: (cdb: Uint8Array, into: LbaCommand) => void): (cdb: Uint8Array) => unknown {
  return (cdb) => {
    const into = new LbaCommand();
    decode(cdb, into);
    return { ...into };
  };
}

const { disablePageOut, forceUnitAccess } = TransferFlag;
const dpoFua = disablePageOut | forceUnitAccess;
const fields = (lba: number, blocks: number, flags = 0, groupNumber = 0) => ({ lba, blocks, flags, groupNumber });

const golden: readonly Golden[] = [
  {
    name: "READ (6)",
    hex: "081234560800",
    encode: (cdb) => encodeRead6(cdb, 0x123456, 8),
    decode: lba(decodeRead6),
    value: fields(0x123456, 8),
  },
  {
    name: "READ (6)",
    hex: "081fffff0000",
    encode: (cdb) => encodeRead6(cdb, 0x1fffff, 256),
    decode: lba(decodeRead6),
    value: fields(0x1fffff, 256),
  },
  { name: "WRITE (6)", hex: "0a0000010100", encode: (cdb) => encodeWrite6(cdb, 1, 1), decode: lba(decodeWrite6), value: fields(1, 1) },
  {
    name: "READ (10)",
    hex: "2818deadbeef05123400",
    encode: (cdb) => encodeRead10(cdb, 0xdeadbeef, 0x1234, dpoFua, 5),
    decode: lba(decodeRead10),
    value: fields(0xdeadbeef, 0x1234, dpoFua, 5),
  },
  {
    name: "WRITE (10)",
    hex: "2a080000000100ffff00",
    encode: (cdb) => encodeWrite10(cdb, 1, 0xffff, forceUnitAccess),
    decode: lba(decodeWrite10),
    value: fields(1, 0xffff, forceUnitAccess),
  },
  {
    name: "READ (12)",
    hex: "a80000000002000100000700",
    encode: (cdb) => encodeRead12(cdb, 2, 0x10000, 0, 7),
    decode: lba(decodeRead12),
    value: fields(2, 0x10000, 0, 7),
  },
  {
    name: "WRITE (12)",
    hex: "aa10ffffffff000000010000",
    encode: (cdb) => encodeWrite12(cdb, 0xffffffff, 1, disablePageOut),
    decode: lba(decodeWrite12),
    value: fields(0xffffffff, 1, disablePageOut),
  },
  {
    name: "READ (16)",
    hex: "88000001020304050607000800000300",
    encode: (cdb) => encodeRead16(cdb, 0x1020304050607, 0x80000, 0, 3),
    decode: lba(decodeRead16),
    value: fields(0x1020304050607, 0x80000, 0, 3),
  },
  {
    name: "WRITE (16)",
    hex: "8a080000000100000000000000080000",
    encode: (cdb) => encodeWrite16(cdb, 2 ** 32, 8, forceUnitAccess),
    decode: lba(decodeWrite16),
    value: fields(2 ** 32, 8, forceUnitAccess),
  },
  {
    name: "ORWRITE (16)",
    hex: "8b000000000000000010000000010000",
    encode: (cdb) => encodeOrWrite16(cdb, 16, 1),
    decode: lba(decodeOrWrite16),
    value: fields(16, 1),
  },
  {
    name: "VERIFY (10)",
    hex: "2f020000000900000100",
    encode: (cdb) => encodeVerify10(cdb, 9, 1, VerifyFlag.byteCheck),
    decode: lba(decodeVerify10),
    value: fields(9, 1, VerifyFlag.byteCheck),
  },
  {
    name: "VERIFY (12)",
    hex: "af0600000009000000020000",
    encode: (cdb) => encodeVerify12(cdb, 9, 2, VerifyFlag.byteCheckOneBlock),
    decode: lba(decodeVerify12),
    value: fields(9, 2, VerifyFlag.byteCheckOneBlock),
  },
  {
    name: "VERIFY (16)",
    hex: "8f000000000000000009000000020000",
    encode: (cdb) => encodeVerify16(cdb, 9, 2),
    decode: lba(decodeVerify16),
    value: fields(9, 2),
  },
  {
    name: "WRITE AND VERIFY (10)",
    hex: "2e000000000900000100",
    encode: (cdb) => encodeWriteAndVerify10(cdb, 9, 1),
    decode: lba(decodeWriteAndVerify10),
    value: fields(9, 1),
  },
  {
    name: "WRITE AND VERIFY (12)",
    hex: "ae0000000009000000010000",
    encode: (cdb) => encodeWriteAndVerify12(cdb, 9, 1),
    decode: lba(decodeWriteAndVerify12),
    value: fields(9, 1),
  },
  {
    name: "WRITE AND VERIFY (16)",
    hex: "8e000000000000000009000000010000",
    encode: (cdb) => encodeWriteAndVerify16(cdb, 9, 1),
    decode: lba(decodeWriteAndVerify16),
    value: fields(9, 1),
  },
  {
    name: "PRE-FETCH (10)",
    hex: "34020000000900000100",
    encode: (cdb) => encodePreFetch10(cdb, 9, 1, immediateFlag),
    decode: lba(decodePreFetch10),
    value: fields(9, 1, 2),
  },
  {
    name: "PRE-FETCH (16)",
    hex: "90020000000000000009000000010000",
    encode: (cdb) => encodePreFetch16(cdb, 9, 1, immediateFlag),
    decode: lba(decodePreFetch16),
    value: fields(9, 1, 2),
  },
  {
    name: "SYNCHRONIZE CACHE (10)",
    hex: "35000000000000000000",
    encode: (cdb) => encodeSynchronizeCache10(cdb, 0, 0),
    decode: lba(decodeSynchronizeCache10),
    value: fields(0, 0),
  },
  {
    name: "SYNCHRONIZE CACHE (16)",
    hex: "91020000000000000001000000020000",
    encode: (cdb) => encodeSynchronizeCache16(cdb, 1, 2, immediateFlag),
    decode: lba(decodeSynchronizeCache16),
    value: fields(1, 2, immediateFlag),
  },
  {
    name: "WRITE SAME (10)",
    hex: "41080000000000100000",
    encode: (cdb) => encodeWriteSame10(cdb, 0, 0x1000, WriteSameFlag.unmap),
    decode: lba(decodeWriteSame10),
    value: fields(0, 0x1000, WriteSameFlag.unmap),
  },
  {
    name: "WRITE SAME (16)",
    hex: "93190000000000000000000010000000",
    encode: (cdb) => encodeWriteSame16(cdb, 0, 0x1000, WriteSameFlag.anchor | WriteSameFlag.unmap | WriteSameFlag.noDataOut),
    decode: lba(decodeWriteSame16),
    value: fields(0, 0x1000, 0x19),
  },
  {
    name: "COMPARE AND WRITE",
    hex: "89080000000000000007000000ff0200",
    encode: (cdb) => encodeCompareAndWrite(cdb, 7, 255, forceUnitAccess, 2),
    decode: lba(decodeCompareAndWrite),
    value: fields(7, 255, forceUnitAccess, 2),
  },
  {
    name: "WRITE ATOMIC (16)",
    hex: "9c000000000000000007001000200000",
    encode: (cdb) => encodeWriteAtomic16(cdb, 7, 32, 16),
    decode: (cdb) => {
      const into = new WriteAtomicCommand();
      decodeWriteAtomic16(cdb, into);
      return { ...into };
    },
    value: { ...fields(7, 32), boundary: 16 },
  },
  { name: "TEST UNIT READY", hex: "000000000000", encode: encodeTestUnitReady },
  {
    name: "REQUEST SENSE",
    hex: "03010000fc00",
    encode: (cdb) => encodeRequestSense(cdb, { descriptorFormat: true, allocationLength: 252 }),
    decode: decodeRequestSense,
    value: { descriptorFormat: true, allocationLength: 252 },
  },
  {
    name: "INQUIRY",
    hex: "120183010400",
    encode: (cdb) => encodeInquiry(cdb, { vitalProductData: true, page: 0x83, allocationLength: 260 }),
    decode: decodeInquiry,
    value: { vitalProductData: true, page: 0x83, allocationLength: 260 },
  },
  {
    name: "START STOP UNIT",
    hex: "1b0100003700",
    encode: (cdb) => encodeStartStopUnit(cdb, { immediate: true, powerCondition: 3, noFlush: true, loadEject: true, start: true }),
    decode: decodeStartStopUnit,
    value: { immediate: true, powerCondition: 3, noFlush: true, loadEject: true, start: true },
  },
  {
    name: "MODE SENSE (6)",
    hex: "1a0888020400",
    encode: (cdb) => encodeModeSense6(cdb, { disableBlockDescriptors: true, pageControl: 2, page: 8, subpage: 2, allocationLength: 4 }),
    decode: decodeModeSense6,
    value: { disableBlockDescriptors: true, pageControl: 2, page: 8, subpage: 2, allocationLength: 4 },
  },
  {
    name: "MODE SENSE (10)",
    hex: "5a187fff000000020000",
    encode: (cdb) =>
      encodeModeSense10(cdb, {
        longLba: true,
        disableBlockDescriptors: true,
        pageControl: 1,
        page: 0x3f,
        subpage: 0xff,
        allocationLength: 512,
      }),
    decode: decodeModeSense10,
    value: { longLba: true, disableBlockDescriptors: true, pageControl: 1, page: 0x3f, subpage: 0xff, allocationLength: 512 },
  },
  {
    name: "MODE SELECT (6)",
    hex: "151100001800",
    encode: (cdb) => encodeModeSelect6(cdb, { pageFormat: true, savePages: true, parameterListLength: 24 }),
    decode: decodeModeSelect6,
    value: { pageFormat: true, savePages: true, parameterListLength: 24 },
  },
  {
    name: "MODE SELECT (10)",
    hex: "55100000000000012c00",
    encode: (cdb) => encodeModeSelect10(cdb, { pageFormat: true, savePages: false, parameterListLength: 300 }),
    decode: decodeModeSelect10,
    value: { pageFormat: true, savePages: false, parameterListLength: 300 },
  },
  { name: "READ CAPACITY (10)", hex: "25000000000000000000", encode: encodeReadCapacity10 },
  {
    name: "READ CAPACITY (16)",
    hex: "9e100000000000000000000000200000",
    encode: (cdb) => encodeReadCapacity16(cdb, { allocationLength: 32 }),
    decode: decodeReadCapacity16,
    value: { allocationLength: 32 },
  },
  {
    name: "GET LBA STATUS",
    hex: "9e120000000100000002000004080000",
    encode: (cdb) => encodeGetLbaStatus(cdb, 0x100000002, 1032),
    decode: decodeGetLbaStatus,
    value: { startingLba: 0x100000002, allocationLength: 1032 },
  },
  {
    name: "UNMAP",
    hex: "42010000000000001800",
    encode: (cdb) => encodeUnmap(cdb, true, 24),
    decode: decodeUnmap,
    value: { anchor: true, parameterListLength: 24 },
  },
  {
    name: "REPORT LUNS",
    hex: "a00002000000000010000000",
    encode: (cdb) => encodeReportLuns(cdb, { selectReport: 2, allocationLength: 4096 }),
    decode: decodeReportLuns,
    value: { selectReport: 2, allocationLength: 4096 },
  },
  {
    name: "REPORT TARGET PORT GROUPS",
    hex: "a32a00000000000000ff0000",
    encode: (cdb) => encodeReportTargetPortGroups(cdb, { extendedHeader: true, allocationLength: 255 }),
    decode: decodeReportTargetPortGroups,
    value: { extendedHeader: true, allocationLength: 255 },
  },
  {
    name: "REPORT SUPPORTED OPERATION CODES",
    hex: "a30c829e0010000000400000",
    encode: (cdb) =>
      encodeReportSupportedOperationCodes(cdb, {
        timeouts: true,
        reportingOptions: 2,
        opcode: 0x9e,
        serviceAction: 0x10,
        allocationLength: 64,
      }),
    decode: decodeReportSupportedOperationCodes,
    value: { timeouts: true, reportingOptions: 2, opcode: 0x9e, serviceAction: 0x10, allocationLength: 64 },
  },
];

test.each(golden)("$name $hex", ({ name, hex, encode, decode, value }) => {
  // A slot that held another command before: what the new one does not use must be zero.
  const cdb = new Uint8Array(16).fill(0xa5);
  const length = encode(cdb);
  expect(Buffer.from(cdb.subarray(0, length)).toString("hex")).toBe(hex);
  expect(cdb.subarray(length).every((byte) => byte === 0)).toBe(true);
  expect(operationName(cdb)).toBe(name);
  if (decode !== undefined) expect(decode(cdb)).toEqual(value);
});

test.each([
  ["READ (6) of an LBA above 21 bits", () => encodeRead6(new Uint8Array(16), 0x200000, 1)],
  ["READ (6) of no blocks", () => encodeRead6(new Uint8Array(16), 0, 0)],
  ["READ (10) at 2^32", () => encodeRead10(new Uint8Array(16), 2 ** 32, 1)],
  ["READ (10) of 65536 blocks", () => encodeRead10(new Uint8Array(16), 0, 0x10000)],
  ["READ (12) at 2^32", () => encodeRead12(new Uint8Array(16), 2 ** 32, 1)],
  ["WRITE (16) at 2^53", () => encodeWrite16(new Uint8Array(16), 2 ** 53, 1)],
  ["WRITE (16) of 2^32 blocks", () => encodeWrite16(new Uint8Array(16), 0, 2 ** 32)],
  ["READ (16) at no number", () => encodeRead16(new Uint8Array(16), Number.NaN, 1)],
  ["COMPARE AND WRITE of 256 blocks", () => encodeCompareAndWrite(new Uint8Array(16), 0, 256)],
  ["a 16-byte command into 12 bytes", () => encodeGetLbaStatus(new Uint8Array(12), 0, 8)],
])("%s does not fit", (_name, encode) => {
  expect(encode).toThrow(RangeError);
});

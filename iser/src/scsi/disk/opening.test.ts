import { VirtualClock } from "kit/clock";
import { describe, expect, test } from "vitest";
import { AdditionalSense } from "../additional-sense.ts";
import { ScsiDisk } from "../disk.ts";
import type { ScsiCommand } from "../initiator-port.ts";
import { Opcode } from "../opcode.ts";
import { type SenseData, SenseKey } from "../sense.ts";
import { ScsiStatus } from "../status.ts";
import { DiskDouble } from "../testing/disk-double.ts";
import { elapse, openDisk } from "../testing/opened-disk.ts";
import { answer, fail, type Script, ScriptedPort } from "../testing/scripted-port.ts";
import { Association, CodeSet, DesignatorType } from "../vpd/device-identification.ts";

const text = (value: string) => new Uint8Array(Buffer.from(value));

test("a thin 512e disk is described by what it says", async () => {
  const { disk } = await openDisk({
    blocks: 4096,
    physicalBlockExponent: 3,
    thin: { unmap: true, zeroes: true },
    limits: { unmapGranularity: 8, unmapAlignment: 3, optimalTransfer: 128 },
    writeCache: true,
    dpoFua: true,
  });
  expect(disk.geometry).toEqual({ blockSize: 512, size: 2 * 1024 * 1024, physicalBlockSize: 4096, optimalTransfer: 65536 });
  expect(disk.features).toEqual({
    readOnly: false,
    writeCache: true,
    fua: true,
    unmap: true,
    writeZeroes: true,
    unmapZeroes: true,
    blockStatus: true,
    unmapGranularity: 4096,
    unmapAlignment: 1536,
    rotational: false,
  });
  expect(disk.identity).toMatchObject({
    vendor: "DOUBLE",
    product: "DISK",
    revision: "1",
    serial: "42",
    id: "naa.60014050000000000000000000000001",
  });
});

test("a thick 4Kn disk without a cache needs no flush and has no holes", async () => {
  const { disk } = await openDisk({ blocks: 64, blockSize: 4096 });
  expect(disk.geometry).toEqual({ blockSize: 4096, size: 262144, physicalBlockSize: 4096, optimalTransfer: 0 });
  expect(disk.features).toMatchObject({ writeCache: false, fua: true, unmap: false, unmapZeroes: false, blockStatus: false });
});

test("an old disk that knows only the ten-byte commands and no pages can be used", async () => {
  const { disk, promised } = await openDisk({
    blocks: 64,
    unknown: ["READ CAPACITY (16)", "MODE SENSE (6)", "MODE SENSE (10)", "REPORT SUPPORTED OPERATION CODES", "SYNCHRONIZE CACHE (16)"],
  });
  expect(disk.geometry.size).toBe(32768);
  // Nobody said that there is no cache.
  expect(disk.features.writeCache).toBe(true);
  await promised.write(0, new Uint8Array(512));
  await promised.flush();
});

describe("identity", () => {
  const unit = { association: Association.logicalUnit, codeSet: CodeSet.binary };
  const port = {
    type: DesignatorType.naa,
    association: Association.targetPort,
    codeSet: CodeSet.binary,
    bytes: new Uint8Array(8).fill(0x55),
  };
  const t10 = { ...unit, type: DesignatorType.t10VendorId, bytes: text("IET     00010001\0\0") };
  const localNaa = { ...unit, type: DesignatorType.naa, bytes: new Uint8Array([0x30, 0, 0, 0, 0, 0, 0, 1]) };
  const name = { ...unit, type: DesignatorType.scsiNameString, bytes: text("iqn.2026-11.test:disk\0\0\0") };
  const eui = { ...unit, type: DesignatorType.eui64, bytes: new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7]) };
  const uuid = { ...unit, type: DesignatorType.uuid, bytes: new Uint8Array([0x10, 0, ...new Uint8Array(16).fill(0xab)]) };
  const naa5 = { ...unit, type: DesignatorType.naa, bytes: new Uint8Array([0x50, 1, 2, 3, 4, 5, 6, 7]) };

  test.each([
    ["a registered NAA name before anything else", [port, t10, eui, naa5], "naa.5001020304050607"],
    ["EUI-64 before a name string", [name, eui], "eui.0001020304050607"],
    ["a name string before a T10 name", [t10, name], "iqn.2026-11.test:disk"],
    ["a UUID before a local NAA name", [localNaa, uuid], `uuid.${"ab".repeat(16)}`],
    ["a local NAA name before a T10 name", [t10, localNaa], "naa.3000000000000001"],
    ["a T10 name in one word", [port, t10], "t10.IET_____00010001"],
    ["the serial number when there is no name of the unit", [port], "serial.DOUBLE.DISK.42"],
  ])("%s", async (_name, designators, id) => {
    const { disk } = await openDisk({ blocks: 8, designators });
    expect(disk.identity.id).toBe(id);
  });
});

/** A double whose commands `first` may answer instead. */
function opening(first: (command: ScsiCommand, nth: number) => boolean, signal?: AbortSignal) {
  const double = new DiskDouble({ blocks: 64 });
  let count = 0;
  const script: Script = (command) => (first(command, ++count) ? undefined : double.script(command));
  const port = new ScriptedPort(script);
  const clock = new VirtualClock();
  const attentions: SenseData[] = [];
  const opened = ScsiDisk.open(port, 0, { clock, onUnitAttention: (sense) => attentions.push(sense) }, signal);
  return { opened, port, clock, attentions };
}

test("unit attentions at the first commands are told and passed over", async () => {
  const waiting = [AdditionalSense.powerOnOrReset, AdditionalSense.nexusLoss, AdditionalSense.modeParametersChanged];
  const { opened, attentions } = opening((command) => {
    const code = command.cdb[0] === Opcode.testUnitReady ? waiting.shift() : undefined;
    if (code !== undefined) fail(command, SenseKey.unitAttention, code);
    return code !== undefined;
  });
  await opened;
  expect(attentions.map(({ code }) => code)).toEqual([0x2900, 0x2907, 0x2a01]);
});

test("a disk that is becoming ready is waited for", async () => {
  const { opened, clock } = opening((command, nth) => {
    const early = command.cdb[0] === Opcode.testUnitReady && nth < 6;
    if (early) fail(command, SenseKey.notReady, AdditionalSense.becomingReady);
    return early;
  });
  await elapse(clock);
  await opened;
  expect(clock.now()).toBeGreaterThan(0);
});

test("unit attentions without end are an error", async () => {
  const { opened, port } = opening((command) => {
    fail(command, SenseKey.unitAttention, AdditionalSense.powerOnOrReset);
    return true;
  });
  await expect(opened).rejects.toMatchObject({ code: "EIO", message: expect.stringContaining("UNIT ATTENTION") });
  expect(port.cdbs.length).toBe(12);
});

test.each([
  ["no logical unit there", (c: ScsiCommand) => answer(c, new Uint8Array([0x7f, 0, 6, 2, 0])), "EINVAL", "no logical unit at LUN 0"],
  ["a tape", (c: ScsiCommand) => answer(c, new Uint8Array([0x01, 0, 6, 2, 0])), "ENOTSUP", "device type 0x01"],
  ["an empty answer", (c: ScsiCommand) => answer(c, new Uint8Array(0)), "EIO", "nothing that can be read"],
  ["a LUN that is not supported", (c: ScsiCommand) => fail(c, SenseKey.illegalRequest, 0x2500), "ESHUTDOWN", "LOGICAL UNIT NOT SUPPORTED"],
])("%s cannot be opened", async (_name, inquiry, code, message) => {
  const { opened } = opening((command) => {
    if (command.cdb[0] !== Opcode.inquiry) return false;
    inquiry(command);
    return true;
  });
  await expect(opened).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
});

test("a disk without a medium, and one that is reserved, cannot be opened", async () => {
  const empty = opening((command) => {
    if (command.cdb[0] === Opcode.testUnitReady) fail(command, SenseKey.notReady, AdditionalSense.mediumNotPresent);
    return command.cdb[0] === Opcode.testUnitReady;
  });
  await expect(empty.opened).rejects.toMatchObject({ code: "EIO", message: expect.stringContaining("MEDIUM NOT PRESENT") });
  const reserved = opening((command) => {
    if (command.cdb[0] === Opcode.testUnitReady) command.status = ScsiStatus.reservationConflict;
    return command.cdb[0] === Opcode.testUnitReady;
  });
  await expect(reserved.opened).rejects.toMatchObject({ code: "EBUSY" });
});

test("blocks of 520 bytes are refused rather than misread", async () => {
  await expect(openDisk({ blocks: 8, blockSize: 520 })).rejects.toMatchObject({ code: "ENOTSUP", message: expect.stringContaining("520") });
});

test("a capacity of 2^32 blocks needs READ CAPACITY (16)", async () => {
  const options = { blocks: 2 ** 32, contents: false };
  expect((await openDisk(options)).disk.geometry.size).toBe(2 ** 41);
  await expect(openDisk({ ...options, unknown: ["READ CAPACITY (16)"] })).rejects.toMatchObject({ code: "ENOTSUP" });
});

test("opening can be given up, while a command is out and while waiting", async () => {
  const out = new AbortController();
  const double = new DiskDouble({ blocks: 8 });
  const port = new ScriptedPort((command) => {
    if (command.cdb[0] !== Opcode.testUnitReady) return double.script(command);
    setImmediate(() => out.abort());
    return "hold";
  });
  const opened = ScsiDisk.open(port, 0, { clock: new VirtualClock() }, out.signal);
  await expect(opened).rejects.toMatchObject({ code: "ECANCELED" });

  const waiting = new AbortController();
  const busy = opening((command) => {
    command.status = ScsiStatus.busy;
    return true;
  }, waiting.signal);
  setImmediate(() => waiting.abort());
  await expect(busy.opened).rejects.toMatchObject({ code: "ECANCELED" });
  expect(busy.clock.waiting).toBe(0);
});

test("a VPD page longer than 255 bytes is asked for again at its length", async () => {
  const bytes = new Uint8Array(200).fill(0x61);
  const designators = [1, 2, 3].map(() => ({ type: DesignatorType.vendorSpecific, association: 0, codeSet: CodeSet.ascii, bytes }));
  const { disk } = await openDisk({ blocks: 8, designators });
  expect(disk.identity.designators).toHaveLength(3);
});

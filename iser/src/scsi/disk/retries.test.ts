import { describe, expect, test, vi } from "vitest";
import { AdditionalSense } from "../additional-sense.ts";
import { type ScsiCommand, ScsiTransportError } from "../initiator-port.ts";
import { Opcode } from "../opcode.ts";
import { type SenseData, SenseKey } from "../sense.ts";
import { ScsiStatus } from "../status.ts";
import { elapse, ended, type OpenedDisk, openDisk, settle } from "../testing/opened-disk.ts";
import { fail } from "../testing/scripted-port.ts";
import { maxAttempts } from "./verdict.ts";

/** Makes the next `times` commands end as `how` says, the others as the double does. */
function next({ port, double }: OpenedDisk, times: number, how: (command: ScsiCommand) => void): void {
  let left = times;
  port.script = (command) => {
    if (left-- <= 0) return double.script(command);
    how(command);
    return undefined;
  };
}

const status = (value: number) => (command: ScsiCommand) => {
  command.status = value;
};
const sense =
  (key: number, code: number, extra = {}) =>
  (command: ScsiCommand) =>
    fail(command, key, code, extra);
const failure = (reason: ScsiTransportError["reason"]) => (command: ScsiCommand) => {
  command.failure = new ScsiTransportError(reason, `the port says ${reason}`, { mayHaveExecuted: true });
};

describe("sent again", () => {
  test.each([
    ["BUSY", status(ScsiStatus.busy), true],
    ["TASK SET FULL", status(ScsiStatus.taskSetFull), true],
    ["TASK ABORTED", status(ScsiStatus.taskAborted), true],
    ["ABORTED COMMAND", sense(SenseKey.abortedCommand, 0x4703), true],
    ["becoming ready", sense(SenseKey.notReady, AdditionalSense.becomingReady), true],
    ["CHECK CONDITION without sense", status(ScsiStatus.checkCondition), true],
    ["a unit attention", sense(SenseKey.unitAttention, AdditionalSense.nexusLoss), false],
    ["a reset that swept it away", failure("reset"), false],
  ])("after %s", async (_name, how, waits) => {
    const opened = await openDisk({ blocks: 64 });
    next(opened, 3, how);
    const end = opened.promised.read(0, 512);
    await settle();
    expect(opened.clock.waiting).toBe(waits ? 1 : 0);
    await elapse(opened.clock);
    await end;
    expect(opened.port.cdbs.length).toBe(4);
    expect(opened.disk.counters.retries).toBe(3);
  });

  test("but not for ever", async () => {
    const opened = await openDisk({ blocks: 64 });
    next(opened, 1000, status(ScsiStatus.busy));
    const end = ended((done) => opened.disk.readInto(0, new Uint8Array(512), done));
    await elapse(opened.clock);
    expect(await end).toMatchObject({ code: "EIO", message: expect.stringContaining("BUSY") });
    expect(opened.port.cdbs.length).toBe(maxAttempts);
    expect(opened.clock.now()).toBeLessThan(15_000);
  });
});

describe("not sent again", () => {
  test.each([
    ["a bad block", sense(SenseKey.mediumError, 0x1100, { information: 1234 }), "EIO", "LBA 1234"],
    ["a hardware error", sense(SenseKey.hardwareError, 0x4400), "EIO", "HARDWARE ERROR"],
    ["write protection", sense(SenseKey.dataProtect, AdditionalSense.writeProtected), "EPERM", "protected"],
    [
      "a thin disk that ran out",
      sense(SenseKey.dataProtect, AdditionalSense.spaceAllocationFailedWriteProtect),
      "ENOSPC",
      "run out of space",
    ],
    ["an LBA out of range", sense(SenseKey.illegalRequest, AdditionalSense.lbaOutOfRange), "ENOSPC", "OUT OF RANGE"],
    ["a LUN that is gone", sense(SenseKey.illegalRequest, AdditionalSense.logicalUnitNotSupported), "ESHUTDOWN", "NOT SUPPORTED"],
    ["a field that is refused", sense(SenseKey.illegalRequest, AdditionalSense.invalidFieldInCdb), "EINVAL", "INVALID FIELD"],
    ["a miscompare", sense(SenseKey.miscompare, AdditionalSense.miscompareDuringVerify), "EILSEQ", "MISCOMPARE"],
    ["no medium", sense(SenseKey.notReady, AdditionalSense.mediumNotPresent), "EIO", "MEDIUM NOT PRESENT"],
    ["a reservation", status(ScsiStatus.reservationConflict), "EBUSY", "reserved"],
    ["a status nobody knows", status(0x22), "EIO", "0x22"],
    ["a lost connection", failure("disconnected"), "EIO", "the port says disconnected"],
    ["a command out of time", failure("timed-out"), "EIO", "the port says timed-out"],
    ["a port that is closed", failure("closed"), "ESHUTDOWN", "the port says closed"],
  ])("%s", async (_name, how, code, words) => {
    const opened = await openDisk({ blocks: 64 });
    next(opened, 1, how);
    await expect(opened.promised.write(512, new Uint8Array(1024))).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
    expect(opened.port.cdbs.length).toBe(1);
    // The slot is as good as new.
    await opened.promised.write(512, new Uint8Array(1024));
  });

  test("the message names the command and its blocks", async () => {
    const opened = await openDisk({ blocks: 64 });
    next(opened, 1, sense(SenseKey.hardwareError, 0x4400));
    await expect(opened.promised.write(512, new Uint8Array(1024))).rejects.toThrow("WRITE (10) of 2 blocks at LBA 1 failed");
  });
});

test("a recovered error is a success", async () => {
  const opened = await openDisk({ blocks: 64 });
  next(opened, 1, sense(SenseKey.recoveredError, 0x1701));
  await opened.promised.read(0, 512);
  expect(opened.port.cdbs.length).toBe(1);
});

test("an error reported late fails the next flush, not the command that met it", async () => {
  const opened = await openDisk({ blocks: 64, writeCache: true });
  next(opened, 1, sense(SenseKey.mediumError, AdditionalSense.writeError, { deferred: true, information: 9 }));
  await opened.promised.write(0, new Uint8Array(512));
  await expect(opened.promised.flush()).rejects.toMatchObject({ code: "EIO", message: expect.stringContaining("earlier write") });
  await opened.promised.flush();
});

describe("unit attentions", () => {
  test("are counted and told", async () => {
    const onUnitAttention = vi.fn<(sense: SenseData) => void>();
    const opened = await openDisk({ blocks: 64 }, { onUnitAttention });
    next(opened, 2, sense(SenseKey.unitAttention, AdditionalSense.powerOnOrReset));
    await opened.promised.read(0, 512);
    expect(opened.disk.counters.unitAttentions).toBe(2);
    expect(onUnitAttention.mock.calls.map(([told]) => told.code)).toEqual([0x2900, 0x2900]);
  });

  test("of another list of LUNs are told apart", async () => {
    const onLunsChanged = vi.fn<() => void>();
    const opened = await openDisk({ blocks: 64 }, { onLunsChanged });
    next(opened, 1, sense(SenseKey.unitAttention, AdditionalSense.reportedLunsDataChanged));
    await opened.promised.read(0, 512);
    expect(onLunsChanged).toHaveBeenCalledOnce();
  });

  test("of another capacity have it read again and told", async () => {
    const opened = await openDisk({ blocks: 64 });
    const told = vi.fn<() => void>();
    opened.disk.onGeometryChange(told);
    opened.double.options = { ...opened.double.options, blocks: 128, contents: false };
    next(opened, 1, sense(SenseKey.unitAttention, AdditionalSense.capacityChanged));
    await opened.promised.read(0, 512);
    await settle();
    expect(told).toHaveBeenCalledOnce();
    expect(opened.disk.geometry.size).toBe(65536);
    await opened.promised.readInto(65024, new Uint8Array(512));
  });

  test("while the disk is asked again have it asked once more", async () => {
    const opened = await openDisk({ blocks: 64 });
    let blocks = 64;
    const { double, port } = opened;
    const attentions = [Opcode.read10, Opcode.testUnitReady, Opcode.testUnitReady] as number[];
    port.script = (command) => {
      if (command.cdb[0] !== attentions[0]) return double.script(command);
      attentions.shift();
      blocks *= 2;
      double.options = { ...double.options, blocks, contents: false };
      fail(command, SenseKey.unitAttention, AdditionalSense.capacityChanged);
      return undefined;
    };
    await opened.promised.read(0, 512);
    await settle();
    expect(opened.disk.geometry.size).toBe(512 * 512);
    expect(opened.disk.counters.unitAttentions).toBe(3);
  });

  test("of a cache that was switched on have flushes sent", async () => {
    const opened = await openDisk({ blocks: 64 });
    opened.double.options = { ...opened.double.options, writeCache: true };
    next(opened, 1, sense(SenseKey.unitAttention, AdditionalSense.modeParametersChanged));
    await opened.promised.read(0, 512);
    await settle();
    expect(opened.disk.features.writeCache).toBe(true);
  });

  test("after which another disk answers end all use of it", async () => {
    const opened = await openDisk({ blocks: 64 });
    opened.double.options = { ...opened.double.options, designators: [] };
    next(opened, 1, sense(SenseKey.unitAttention, AdditionalSense.inquiryDataChanged));
    await opened.promised.read(0, 512);
    await settle();
    await expect(opened.promised.read(0, 512)).rejects.toMatchObject({
      code: "ESHUTDOWN",
      message: expect.stringContaining("naa.6001405"),
    });
  });
});

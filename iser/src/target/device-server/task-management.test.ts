import { describe, expect, it } from "vitest";
import { BlockError, type BlockErrorCode } from "#block";
import {
  AdditionalSense,
  encodeInquiry,
  encodeRead10,
  encodeTestUnitReady,
  encodeWrite10,
  ScsiStatus,
  SenseKey,
  type TaskManagementOutcome,
} from "#scsi";
import { HeldDisk } from "../testing/held-disk.ts";
import { cdbOf, filled, hexCdb, scriptedUnit } from "./testing/scripted-unit.ts";

const read = (blocks: number) => cdbOf((cdb) => encodeRead10(cdb, 0, blocks));
const write = (blocks: number) => cdbOf((cdb) => encodeWrite10(cdb, 0, blocks));
const testUnitReady = cdbOf(encodeTestUnitReady);
const noLun = new Uint8Array(8);

describe("ABORT TASK", () => {
  it("of a command whose turn has not come gives its memory back", () => {
    const { initiator, target } = scriptedUnit();
    const task = initiator.prepare(write(1), { data: filled(1, 1) });
    expect(target.lentBytes).toBe(512);
    let done = false;
    target.abort(task, () => {
      done = true;
    });
    expect([done, task.released, task.outcome, target.lentBytes]).toEqual([true, true, undefined, 0]);
  });

  it("waits for block I/O that is under way, and there is no status", () => {
    const disk = new HeldDisk();
    const { initiator, target } = scriptedUnit({}, disk);
    disk.held = true;
    const task = initiator.start(write(1), { data: filled(1, 1) });
    const done: string[] = [];
    target.abort(task, () => done.push("first"));
    target.abort(task, () => done.push("second")); // its slot is its owner's again: nothing to wait for
    expect([done, target.lentBytes]).toEqual([["second"], 512]);
    disk.letGo();
    expect([done, target.lentBytes, task.outcome]).toEqual([["second", "first"], 0, undefined]);
  });

  it("of a command that waits for memory lets the next have it", () => {
    const disk = new HeldDisk();
    const { initiator, target } = scriptedUnit({ maxTransferBytes: 64 * 512 }, disk, { dataBytes: 128 * 512 });
    disk.held = true;
    const tasks = [read(64), read(64), read(64), read(1)].map((cdb) => initiator.start(cdb));
    expect(disk.underWay).toBe(2);
    target.abort(tasks[2]!, () => {});
    expect([tasks[2]!.released, disk.underWay]).toEqual([true, 2]);
    disk.letGo(1);
    expect(disk.underWay).toBe(2);
    disk.letGo();
    expect(tasks.map(({ isGood }) => isGood)).toEqual([true, true, false, true]);
    expect(target.lentBytes).toBe(0);
  });

  it("of one that is over is harmless", () => {
    const { initiator, target } = scriptedUnit();
    const task = initiator.start(testUnitReady);
    let done = false;
    target.abort(task, () => {
      done = true;
    });
    expect([done, task.isGood]).toEqual([true, true]);
  });
});

describe("memory", () => {
  it("that is used up makes reads wait and writes end in TASK SET FULL", () => {
    const disk = new HeldDisk();
    const { initiator, target } = scriptedUnit({ maxTransferBytes: 64 * 512 }, disk, { dataBytes: 128 * 512 });
    disk.held = true;
    const first = initiator.start(write(64), { data: filled(64, 1) });
    const second = initiator.start(write(1), { data: filled(1, 1) });
    expect([first.outcome, second.outcome?.status]).toEqual([undefined, ScsiStatus.taskSetFull]);
    const reads = [initiator.start(read(64)), initiator.start(read(64))];
    expect(disk.underWay).toBe(2);
    disk.letGo();
    disk.letGo();
    expect([first.isGood, ...reads.map(({ isGood }) => isGood)]).toEqual([true, true, true]);
    expect(target.lentBytes).toBe(0);
  });

  it("is lent until the response is on the wire", () => {
    const { initiator, target } = scriptedUnit();
    initiator.holdsResponses = true;
    const task = initiator.start(read(4), { expect: 2048 });
    expect([task.isGood, target.lentBytes]).toEqual([true, 2048]);
    task.sendResponse();
    expect(target.lentBytes).toBe(0);
  });

  it("must be enough for what a unit takes", () => {
    expect(() => scriptedUnit({ maxTransferBytes: 4096 }, undefined, { dataBytes: 4096 })).toThrow(RangeError);
  });
});

describe("task management", () => {
  /** Two initiators with a write each under way. */
  function busy() {
    const disk = new HeldDisk();
    const { initiator, another, target } = scriptedUnit({}, disk);
    const other = another(2);
    disk.held = true;
    const mine = initiator.start(write(1), { data: filled(1, 1) });
    const theirs = other.start(write(1), { data: filled(1, 1) });
    const outcomes: TaskManagementOutcome[] = [];
    const manage = (what: "abort-task-set" | "clear-task-set" | "lun-reset" | "target-warm-reset" | "clear-aca", lun = noLun) =>
      target.manage(initiator.nexus, what, lun, (outcome) => outcomes.push(outcome));
    return { disk, initiator, other, target, mine, theirs, outcomes, manage };
  }

  it("ABORT TASK SET ends the nexus's own", () => {
    const { disk, mine, theirs, outcomes, manage } = busy();
    manage("abort-task-set");
    expect([mine.released, theirs.released, outcomes]).toEqual([true, false, []]);
    disk.letGo();
    expect([theirs.isGood, outcomes]).toEqual([true, ["complete"]]);
  });

  it("CLEAR TASK SET ends everybody's, and others are told", () => {
    const { disk, initiator, other, mine, theirs, outcomes, manage } = busy();
    manage("clear-task-set");
    disk.letGo();
    expect([mine.released, theirs.released, outcomes]).toEqual([true, true, ["complete"]]);
    expect(initiator.run(testUnitReady).status).toBe(ScsiStatus.good);
    expect(other.run(testUnitReady).sense?.code).toBe(AdditionalSense.commandsClearedByAnotherInitiator);
  });

  it.each(["lun-reset", "target-warm-reset"] as const)("%s ends everybody's, and all are told", (reset) => {
    const { disk, initiator, other, theirs, outcomes, manage } = busy();
    manage(reset);
    disk.letGo();
    expect([theirs.released, outcomes]).toEqual([true, ["complete"]]);
    for (const who of [initiator, other]) {
      expect(who.run(testUnitReady).sense).toMatchObject({ key: SenseKey.unitAttention, code: AdditionalSense.busDeviceReset });
      expect(who.run(testUnitReady).status).toBe(ScsiStatus.good);
    }
  });

  it("lets a status that is on its way get there", () => {
    const { initiator, target } = scriptedUnit();
    initiator.holdsResponses = true;
    const task = initiator.start(read(1), { expect: 512 });
    const outcomes: TaskManagementOutcome[] = [];
    target.manage(initiator.nexus, "abort-task-set", noLun, (outcome) => outcomes.push(outcome));
    expect([task.released, outcomes]).toEqual([false, []]);
    task.sendResponse();
    expect(outcomes).toEqual(["complete"]);
  });

  it("knows no other LUN, and no ACA", () => {
    const { outcomes, manage } = busy();
    manage("lun-reset", Uint8Array.of(0, 9, 0, 0, 0, 0, 0, 0));
    manage("clear-aca");
    expect(outcomes).toEqual(["no-such-lun", "not-supported"]);
  });

  it("of a lost nexus ends its commands", () => {
    const { disk, initiator, other, target, mine, theirs } = busy();
    target.closeNexus(initiator.nexus);
    disk.letGo();
    expect([mine.released, mine.outcome, theirs.isGood]).toEqual([true, undefined, true]);
    expect(other.run(testUnitReady).status).toBe(ScsiStatus.good);
    expect(target.lentBytes).toBe(0);
  });
});

describe("unit attention", () => {
  it("comes once, before anything else but INQUIRY, REPORT LUNS and REQUEST SENSE", () => {
    const { initiator, target } = scriptedUnit();
    target.manage(initiator.nexus, "lun-reset", noLun, () => {});
    const inquiry = cdbOf((cdb) => encodeInquiry(cdb, { vitalProductData: false, page: 0, allocationLength: 96 }));
    expect(initiator.run(inquiry).status).toBe(ScsiStatus.good);
    expect(initiator.run(hexCdb("c1")).sense?.code).toBe(AdditionalSense.busDeviceReset);
    expect(initiator.run(hexCdb("c1")).sense?.code).toBe(AdditionalSense.invalidCommandOperationCode);
  });

  it("of a new nexus can be left out", () => {
    const { initiator } = scriptedUnit({}, undefined, { powerOnAttention: false });
    expect(initiator.run(testUnitReady).status).toBe(ScsiStatus.good);
  });
});

describe("a block device's failure", () => {
  const cases: readonly (readonly [BlockErrorCode, number, number])[] = [
    ["EIO", ScsiStatus.checkCondition, SenseKey.mediumError],
    ["EINVAL", ScsiStatus.checkCondition, SenseKey.illegalRequest],
    ["ENOTSUP", ScsiStatus.checkCondition, SenseKey.illegalRequest],
    ["ENOSPC", ScsiStatus.checkCondition, SenseKey.dataProtect],
    ["EPERM", ScsiStatus.checkCondition, SenseKey.dataProtect],
    ["EBUSY", ScsiStatus.reservationConflict, SenseKey.noSense],
    ["ENOMEM", ScsiStatus.busy, SenseKey.noSense],
    ["EILSEQ", ScsiStatus.checkCondition, SenseKey.miscompare],
    ["ESHUTDOWN", ScsiStatus.checkCondition, SenseKey.notReady],
    ["ECANCELED", ScsiStatus.checkCondition, SenseKey.abortedCommand],
  ];

  it.each(cases)("%s has its name in SCSI", (code, status, key) => {
    const disk = new HeldDisk();
    const { initiator } = scriptedUnit({}, disk);
    disk.writeFrom = (_offset, _source, _fua, done) => done(new BlockError(code, "made to fail"));
    const outcome = initiator.run(write(1), { data: filled(1, 1) });
    expect([outcome.status, outcome.sense?.key ?? SenseKey.noSense]).toEqual([status, key]);
  });
});

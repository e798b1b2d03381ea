import { describe, expect, it } from "vitest";
import {
  AdditionalSense,
  encodeCompareAndWrite,
  encodeOrWrite16,
  encodeRead16,
  encodeWrite16,
  encodeWriteAtomic16,
  ScsiStatus,
  SenseKey,
  TaskAttribute,
} from "#scsi";
import { HeldDisk } from "../../testing/held-disk.ts";
import { cdbOf, filled, scriptedUnit } from "../testing/scripted-unit.ts";

const compareAndWrite = (lba: number, blocks: number) => cdbOf((cdb) => encodeCompareAndWrite(cdb, lba, blocks));
const read = (lba: number, blocks: number) => cdbOf((cdb) => encodeRead16(cdb, lba, blocks));
const write = (lba: number, blocks: number) => cdbOf((cdb) => encodeWrite16(cdb, lba, blocks));

describe("COMPARE AND WRITE", () => {
  it("writes when the comparison holds", () => {
    const { initiator } = scriptedUnit();
    const data = Buffer.concat([filled(2, 0), filled(2, 9)]);
    expect(initiator.run(compareAndWrite(4, 2), { data })).toMatchObject({ status: ScsiStatus.good, residual: 0 });
    expect(initiator.run(read(4, 2), { expect: 1024 }).data).toEqual(filled(2, 9));
  });

  it("says where the comparison fails, once, and leaves the medium alone", () => {
    const { initiator, target } = scriptedUnit();
    const data = Buffer.concat([filled(2, 0), filled(2, 9)]);
    data[1000] = 1;
    const outcome = initiator.run(compareAndWrite(4, 2), { data });
    expect(outcome.sense).toMatchObject({ key: SenseKey.miscompare, code: AdditionalSense.miscompareDuringVerify, information: 1000 });
    expect(initiator.run(read(4, 2), { expect: 1024 }).data).toEqual(filled(2, 0));
    expect(target.lentBytes).toBe(0);
  });

  it("wants exactly twice its blocks of data", () => {
    const { initiator } = scriptedUnit();
    for (const blocks of [2, 3, 5]) {
      const { sense } = initiator.run(compareAndWrite(0, 2), { data: filled(blocks, 0) });
      expect(sense?.key).toBe(SenseKey.illegalRequest);
    }
  });

  it("keeps other commands from its blocks, and only from those", () => {
    const disk = new HeldDisk();
    const { initiator, another } = scriptedUnit({}, disk);
    const other = another(2);
    disk.held = true;
    const atomic = initiator.start(compareAndWrite(10, 2), { data: Buffer.concat([filled(2, 0), filled(2, 9)]) });
    const overlapping = other.start(write(11, 1), { data: filled(1, 5) });
    const elsewhere = other.start(write(12, 1), { data: filled(1, 5) });
    expect(disk.underWay).toBe(2); // the comparison's read, and the write elsewhere
    disk.letGo();
    expect([atomic.isGood, elsewhere.isGood, overlapping.isGood]).toEqual([false, true, false]);
    disk.letGo();
    expect([atomic.isGood, overlapping.isGood]).toEqual([true, false]);
    disk.letGo();
    expect(overlapping.isGood).toBe(true);
    disk.held = false;
    expect(initiator.run(read(10, 2), { expect: 1024 }).data).toEqual(Uint8Array.from([...filled(1, 9), ...filled(1, 5)]));
  });

  it("waits for what touches its blocks already, and lets nobody overtake it", () => {
    const disk = new HeldDisk();
    const { initiator } = scriptedUnit({}, disk);
    disk.held = true;
    const before = initiator.start(write(10, 1), { data: filled(1, 0) });
    const atomic = initiator.start(compareAndWrite(10, 1), { data: Buffer.concat([filled(1, 0), filled(1, 9)]) });
    const after = initiator.start(read(10, 1), { expect: 512 });
    expect(disk.underWay).toBe(1);
    disk.letGo(1);
    expect([before.isGood, disk.underWay]).toEqual([true, 1]);
    disk.letGo(1);
    disk.letGo(1);
    expect([atomic.isGood, after.isGood]).toEqual([true, false]);
    disk.letGo(1);
    expect(after.outcome?.data).toEqual(filled(1, 9));
  });

  it("does not leave others waiting when it is aborted", () => {
    const disk = new HeldDisk();
    const { initiator, target } = scriptedUnit({}, disk);
    disk.held = true;
    const atomic = initiator.start(compareAndWrite(10, 1), { data: Buffer.concat([filled(1, 0), filled(1, 9)]) });
    const after = initiator.start(read(10, 1), { expect: 512 });
    let aborted = false;
    target.abort(atomic, () => {
      aborted = true;
    });
    // Its read is on the way still, so that the next may not start.
    expect([aborted, disk.underWay]).toEqual([false, 1]);
    disk.letGo(1);
    expect([aborted, disk.underWay, atomic.outcome]).toEqual([true, 1, undefined]);
    disk.letGo(1);
    expect(after.outcome?.data).toEqual(filled(1, 0));
  });
});

describe("ORWRITE", () => {
  it("leaves old OR new", () => {
    const { initiator } = scriptedUnit();
    initiator.run(write(0, 2), { data: filled(2, 0b1010) });
    expect(
      initiator.run(
        cdbOf((cdb) => encodeOrWrite16(cdb, 0, 2)),
        { data: filled(2, 0b0110) },
      ).status,
    ).toBe(ScsiStatus.good);
    expect(initiator.run(read(0, 2), { expect: 1024 }).data).toEqual(filled(2, 0b1110));
  });
});

describe("WRITE ATOMIC", () => {
  it("writes, and wants all of its data", () => {
    const { initiator } = scriptedUnit();
    const atomic = cdbOf((cdb) => encodeWriteAtomic16(cdb, 3, 2));
    expect(initiator.run(atomic, { data: filled(2, 4) }).status).toBe(ScsiStatus.good);
    expect(initiator.run(read(3, 2), { expect: 1024 }).data).toEqual(filled(2, 4));
    expect(initiator.run(atomic, { data: filled(1, 5) }).sense?.key).toBe(SenseKey.illegalRequest);
    const bounded = cdbOf((cdb) => encodeWriteAtomic16(cdb, 3, 2, 1));
    expect(initiator.run(bounded, { data: filled(2, 4) }).sense).toMatchObject({ specific: { byte: 11, bit: 0 } });
  });
});

describe("task attributes", () => {
  it("ORDERED waits for all before it and holds up all behind it", () => {
    const disk = new HeldDisk();
    const { initiator } = scriptedUnit({}, disk);
    disk.held = true;
    const first = initiator.start(write(0, 1), { data: filled(1, 1) });
    const ordered = initiator.start(write(100, 1), { data: filled(1, 1), attribute: TaskAttribute.ordered });
    const last = initiator.start(write(200, 1), { data: filled(1, 1) });
    expect(disk.underWay).toBe(1);
    disk.letGo();
    expect([first.isGood, ordered.isGood, disk.underWay]).toEqual([true, false, 1]);
    disk.letGo();
    expect([ordered.isGood, last.isGood, disk.underWay]).toEqual([true, false, 1]);
    disk.letGo();
    expect(last.isGood).toBe(true);
  });

  it("HEAD OF QUEUE passes an ORDERED command that has not started", () => {
    const disk = new HeldDisk();
    const { initiator } = scriptedUnit({}, disk);
    disk.held = true;
    initiator.start(write(0, 1), { data: filled(1, 1) });
    const ordered = initiator.start(write(100, 1), { data: filled(1, 1), attribute: TaskAttribute.ordered });
    const urgent = initiator.start(write(200, 1), { data: filled(1, 1), attribute: TaskAttribute.headOfQueue });
    expect(disk.underWay).toBe(2);
    disk.letGo();
    expect([urgent.isGood, ordered.isGood]).toEqual([true, false]);
    disk.letGo();
    expect(ordered.isGood).toBe(true);
  });
});

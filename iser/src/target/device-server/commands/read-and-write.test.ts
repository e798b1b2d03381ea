import { describe, expect, it } from "vitest";
import {
  AdditionalSense,
  encodeRead6,
  encodeRead10,
  encodeRead12,
  encodeRead16,
  encodeWrite6,
  encodeWrite10,
  encodeWrite12,
  encodeWrite16,
  ScsiStatus,
  SenseKey,
} from "#scsi";
import { cdbOf, filled, hexCdb, scriptedUnit, testBlocks } from "../testing/scripted-unit.ts";

const forms = [
  { name: "6", read: encodeRead6, write: encodeWrite6 },
  { name: "10", read: encodeRead10, write: encodeWrite10 },
  { name: "12", read: encodeRead12, write: encodeWrite12 },
  { name: "16", read: encodeRead16, write: encodeWrite16 },
];

describe.each(forms)("READ and WRITE ($name)", ({ read, write }) => {
  it("give back what was written", () => {
    const { initiator } = scriptedUnit();
    const data = filled(3, 0x5a);
    expect(
      initiator.run(
        cdbOf((cdb) => write(cdb, 7, 3)),
        { data },
      ),
    ).toMatchObject({ status: ScsiStatus.good, residual: 0 });
    const outcome = initiator.run(
      cdbOf((cdb) => read(cdb, 6, 5)),
      { expect: 5 * 512 },
    );
    expect(outcome.residual).toBe(0);
    expect(Buffer.compare(outcome.data, Buffer.concat([filled(1, 0), data, filled(1, 0)]))).toBe(0);
  });

  it("refuse blocks past the end, and say which", () => {
    const { initiator } = scriptedUnit();
    for (const [lba, blocks] of [
      [testBlocks, 1],
      [testBlocks - 1, 2],
    ] as const) {
      const outcome = initiator.run(cdbOf((cdb) => read(cdb, lba, blocks)));
      expect(outcome.sense).toMatchObject({ key: SenseKey.illegalRequest, code: AdditionalSense.lbaOutOfRange, information: lba });
      const data = filled(blocks, 1);
      expect(
        initiator.run(
          cdbOf((cdb) => write(cdb, lba, blocks)),
          { data },
        ).sense?.code,
      ).toBe(AdditionalSense.lbaOutOfRange);
    }
  });
});

describe("READ and WRITE", () => {
  it("move what there is room for, and report the rest", () => {
    const { initiator } = scriptedUnit();
    initiator.run(
      cdbOf((cdb) => encodeWrite10(cdb, 0, 2)),
      { data: filled(2, 1) },
    );
    const read = cdbOf((cdb) => encodeRead10(cdb, 0, 2));
    expect(initiator.run(read, { expect: 200 })).toMatchObject({ status: ScsiStatus.good, residual: 200 - 1024 });
    expect(initiator.run(read, { expect: 200 }).data.length).toBe(200);
    expect(initiator.run(read, { expect: 0 })).toMatchObject({ status: ScsiStatus.good, residual: -1024 });
    expect(initiator.run(read, { expect: 10_000 })).toMatchObject({ status: ScsiStatus.good, residual: 10_000 - 1024 });
  });

  it("write the blocks that come whole when the initiator has fewer than the CDB says", () => {
    const { initiator } = scriptedUnit();
    const write = cdbOf((cdb) => encodeWrite10(cdb, 0, 2));
    expect(initiator.run(write, { data: filled(1, 7) })).toMatchObject({ status: ScsiStatus.good, residual: -512 });
    expect(
      initiator.run(
        cdbOf((cdb) => encodeRead10(cdb, 0, 2)),
        { expect: 1024 },
      ).data,
    ).toEqual(Uint8Array.from([...filled(1, 7), ...filled(1, 0)]));
    expect(initiator.run(write, { data: new Uint8Array(200) })).toMatchObject({
      status: ScsiStatus.checkCondition,
      sense: { code: AdditionalSense.invalidFieldInCommandInformationUnit },
      residual: 200 - 1024,
    });
    expect(initiator.run(write, { data: filled(3, 7) })).toMatchObject({ status: ScsiStatus.good, residual: 512 });
    expect(initiator.run(write, { expectedDataOut: 0 })).toMatchObject({ status: ScsiStatus.good, residual: -1024 });
  });

  it("know DPO and FUA, and refuse protection information and what else they do not know", () => {
    const { initiator } = scriptedUnit();
    const read = cdbOf((cdb) => encodeRead16(cdb, 0, 1, 0x18));
    expect(initiator.run(read).status).toBe(ScsiStatus.good);
    for (let protect = 1; protect < 8; protect++) {
      read[1] = protect << 5;
      const { sense } = initiator.run(read);
      expect(sense).toMatchObject({ code: AdditionalSense.invalidFieldInCdb, specific: { inCdb: true, byte: 1 } });
    }
    read[1] = 0;
    read[15] = 0x04;
    expect(initiator.run(read).sense).toMatchObject({ specific: { byte: 15, bit: 2 } });
  });

  it("take no more than the greatest transfer, and no memory for what is refused", () => {
    const { initiator, target } = scriptedUnit({ maxTransferBytes: 4096 });
    const data = filled(8, 1);
    expect(
      initiator.run(
        cdbOf((cdb) => encodeWrite10(cdb, 0, 8)),
        { data },
      ).status,
    ).toBe(ScsiStatus.good);
    expect(initiator.run(cdbOf((cdb) => encodeRead10(cdb, 0, 9))).sense?.code).toBe(AdditionalSense.invalidFieldInCdb);
    const task = initiator.prepare(
      cdbOf((cdb) => encodeWrite16(cdb, 0, 0xffffffff)),
      { expectedDataOut: 0xffffffff },
    );
    expect(task.dataOut).toBeUndefined();
    expect(target.lentBytes).toBe(0);
    target.execute(task);
    expect(task.outcome?.sense?.code).toBe(AdditionalSense.invalidFieldInCdb);
  });

  it("say what became of write data that did not come", () => {
    const { initiator, target } = scriptedUnit();
    const write = cdbOf((cdb) => encodeWrite10(cdb, 0, 1));
    const data = filled(1, 1);
    expect(initiator.run(write, { data, fetchFails: "data-digest" }).sense).toMatchObject({
      key: SenseKey.abortedCommand,
      code: AdditionalSense.protocolServiceCrcError,
    });
    expect(initiator.run(write, { data, fetchFails: "sequence" }).sense?.key).toBe(SenseKey.abortedCommand);
    expect(target.lentBytes).toBe(0);
  });

  it("are writes that a write-protected unit refuses", () => {
    const { initiator } = scriptedUnit({ readOnly: true });
    const outcome = initiator.run(
      cdbOf((cdb) => encodeWrite10(cdb, 0, 1)),
      { data: filled(1, 1) },
    );
    expect(outcome.sense).toMatchObject({ key: SenseKey.dataProtect, code: AdditionalSense.writeProtected });
    expect(
      initiator.run(
        cdbOf((cdb) => encodeRead10(cdb, 0, 1)),
        { expect: 512 },
      ).status,
    ).toBe(ScsiStatus.good);
  });

  it("of no blocks are good within the unit only", () => {
    const { initiator } = scriptedUnit();
    expect(initiator.run(cdbOf((cdb) => encodeRead16(cdb, 0, 0))).status).toBe(ScsiStatus.good);
    expect(initiator.run(hexCdb("88 00 ffffffffffffffff 00000000 00 00")).sense).toMatchObject({
      code: AdditionalSense.lbaOutOfRange,
      information: undefined,
    });
  });
});

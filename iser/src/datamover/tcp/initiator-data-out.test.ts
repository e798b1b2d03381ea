import { describe, expect, it } from "vitest";
import { type ProtocolFault, readDataOut, readScsiCommand, type TransferParameters } from "#iscsi";
import { openParameters, type SentTask, TestInitiator } from "../testing/test-ends.ts";
import { TcpInitiatorDatamover } from "./initiator-datamover.ts";
import { r2t, response, type WirePdu, WirePeer } from "./testing/wire-peer.ts";

function start(parameters: Partial<TransferParameters> = {}) {
  const datamover = new TcpInitiatorDatamover();
  const initiator = new TestInitiator(datamover);
  const target = new WirePeer(datamover);
  datamover.enable({ ...openParameters, ...parameters });
  target.digests = { ...openParameters, ...parameters };
  return { datamover, initiator, target };
}

const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => (index * 7) & 0xff);

/** Data-Out PDUs in a few words: tag, DataSN, offset, length, F. */
function outline(pdus: readonly WirePdu[]): string[] {
  return pdus.map(({ bhs, data }) => {
    const { targetTransferTag, dataSn, bufferOffset, final } = readDataOut(bhs);
    return `${targetTransferTag === 0xffffffff ? "unsolicited" : targetTransferTag} #${dataSn} ${bufferOffset}+${data.length}${final ? " F" : ""}`;
  });
}

describe("the data that goes along with a write", () => {
  it("is none without ImmediateData, and the command is final", () => {
    const { initiator, target } = start({ immediateData: false });
    initiator.send({ write: bytes(100) });
    const [command] = target.drain();
    expect(command?.data).toHaveLength(0);
    expect(readScsiCommand(command!.bhs)).toMatchObject({ final: true, expectedDataTransferLength: 100 });
  });

  it("is as much immediate data as FirstBurstLength and the segment allow", () => {
    const data = bytes(1000);
    for (const [parameters, length] of [
      [{ firstBurstLength: 512 }, 512],
      [{ maxSendDataSegmentLength: 600 }, 600],
      [{}, 1000],
    ] as const) {
      const { initiator, target } = start(parameters);
      initiator.send({ write: data });
      const [command, ...more] = target.drain();
      expect(command?.data).toEqual(data.subarray(0, length));
      expect(readScsiCommand(command!.bhs).final).toBe(true);
      expect(more).toEqual([]);
    }
  });

  it("is followed by unsolicited Data-Out without InitialR2T, up to FirstBurstLength", () => {
    const { initiator, target } = start({ initialR2T: false, maxSendDataSegmentLength: 300, firstBurstLength: 1000 });
    initiator.send({ write: bytes(1500) });
    const [command, ...dataOuts] = target.drain();
    expect(readScsiCommand(command!.bhs).final).toBe(false);
    expect(command?.data).toHaveLength(300);
    expect(outline(dataOuts)).toEqual(["unsolicited #0 300+300", "unsolicited #1 600+300", "unsolicited #2 900+100 F"]);
  });

  it("is unsolicited Data-Out alone without ImmediateData", () => {
    const { initiator, target } = start({ initialR2T: false, immediateData: false });
    initiator.send({ write: bytes(700) });
    const [command, ...dataOuts] = target.drain();
    expect([command?.data.length, readScsiCommand(command!.bhs).final]).toEqual([0, false]);
    expect(outline(dataOuts)).toEqual(["unsolicited #0 0+700 F"]);
  });

  it("carries additional header segments and digests", () => {
    const { initiator, target } = start({ headerDigest: true, dataDigest: true });
    const ahs = Uint8Array.of(0, 5, 2, 0, 0, 0, 2, 0);
    initiator.send({ write: bytes(33), ahs });
    const [command] = target.drain();
    expect(command?.ahs).toEqual(ahs);
    expect(command?.data).toEqual(bytes(33));
  });
});

describe("an R2T", () => {
  it("is answered with what it asks for, in segments, with its tag and the LUN", () => {
    const { initiator, target } = start({ immediateData: false, maxSendDataSegmentLength: 400 });
    const data = bytes(2000);
    const task = initiator.send({ write: data });
    target.drain();
    initiator.expStatSn = 99;
    target.send(r2t(task, { bufferOffset: 500, desiredDataTransferLength: 1000, targetTransferTag: 5, statSn: 42 }));
    expect(initiator.events).toContain("next StatSN 42");
    const dataOuts = target.drain();
    expect(outline(dataOuts)).toEqual(["5 #0 500+400", "5 #1 900+400", "5 #2 1300+200 F"]);
    expect(readDataOut(dataOuts[0]!.bhs)).toMatchObject({
      expStatSn: 99,
      lun: Uint8Array.of(0, 7, 0, 0, 0, 0, 0, 0),
      initiatorTaskTag: task.initiatorTaskTag,
    });
    expect(Buffer.concat(dataOuts.map((pdu) => pdu.data)).equals(data.subarray(500, 1500))).toBe(true);
    target.send(response(task));
    expect(task.outcome).toMatchObject({ status: 0 });
  });

  it("is answered in order when several are open, DataSN starting over", () => {
    const { initiator, target } = start({ immediateData: false, maxOutstandingR2T: 2, maxSendDataSegmentLength: 100 });
    const task = initiator.send({ write: bytes(600) });
    target.drain();
    target.send(r2t(task, { r2tSn: 0, targetTransferTag: 1, desiredDataTransferLength: 200 }));
    target.send(r2t(task, { r2tSn: 1, targetTransferTag: 2, bufferOffset: 200, desiredDataTransferLength: 100 }));
    expect(outline(target.drain())).toEqual(["1 #0 0+100", "1 #1 100+100 F", "2 #0 200+100 F"]);
    target.send(r2t(task, { r2tSn: 2, targetTransferTag: 3, bufferOffset: 300, desiredDataTransferLength: 300 }));
    expect(outline(target.drain())).toHaveLength(3);
  });

  it("for much data does not fill memory: PDUs are made as the stream takes them", () => {
    const { initiator, datamover } = start({ immediateData: false, maxBurstLength: 1 << 23, maxSendDataSegmentLength: 8192 });
    const target = new WirePeer(datamover);
    const task = initiator.send({ write: new Uint8Array(1 << 22) });
    target.send(r2t(task, { desiredDataTransferLength: 1 << 22 }));
    const batch = datamover.takeOutput();
    const length = batch.reduce((sum, piece) => sum + piece.length, 0);
    expect(length).toBeGreaterThan(500_000);
    expect(length).toBeLessThan(600_000);
  });

  const offences: readonly {
    readonly name: string;
    readonly fault: ProtocolFault;
    readonly commit: (target: WirePeer, task: SentTask, reading: SentTask) => void;
  }[] = [
    {
      name: "past the data",
      fault: "sequence",
      commit: (t, task) => t.send(r2t(task, { bufferOffset: 950, desiredDataTransferLength: 51 })),
    },
    {
      name: "far away",
      fault: "sequence",
      commit: (t, task) => t.send(r2t(task, { bufferOffset: 0xffffffff, desiredDataTransferLength: 1 })),
    },
    {
      name: "for everything there is",
      fault: "sequence",
      commit: (t, task) => t.send(r2t(task, { desiredDataTransferLength: 0xffffffff })),
    },
    { name: "for more than MaxBurstLength", fault: "sequence", commit: (t, task) => t.send(r2t(task, { desiredDataTransferLength: 801 })) },
    { name: "for nothing", fault: "field", commit: (t, task) => t.send(r2t(task, { desiredDataTransferLength: 0 })) },
    { name: "out of order", fault: "sequence", commit: (t, task) => t.send(r2t(task, { r2tSn: 1 })) },
    { name: "with the reserved tag", fault: "tag", commit: (t, task) => t.send(r2t(task, { targetTransferTag: 0xffffffff })) },
    { name: "for an unknown task", fault: "tag", commit: (t) => t.send(r2t(0x00770001, {})) },
    {
      name: "for a command that writes nothing",
      fault: "sequence",
      commit: (t, _, reading) => t.send(r2t(reading, { desiredDataTransferLength: 1 })),
    },
    { name: "with data", fault: "framing", commit: (t, task) => t.send(r2t(task), Uint8Array.of(1)) },
    {
      name: "beyond MaxOutstandingR2T",
      fault: "sequence",
      commit: (t, task) => {
        t.send(r2t(task));
        t.send(r2t(task, { r2tSn: 1, bufferOffset: 100 }));
      },
    },
  ];

  it.each(offences)("$name is the target's fault", ({ commit, fault }) => {
    const { initiator, target } = start({ immediateData: false, maxBurstLength: 800 });
    const task = initiator.send({ write: bytes(1000) });
    const reading = initiator.send({ read: 100 });
    target.drain();
    commit(target, task, reading);
    expect(initiator.faults.map((error) => error.fault)).toEqual([fault]);
    expect([task.outcome, reading.outcome]).toEqual(["released", "released"]);
    target.close();
    expect(initiator.violations).toEqual([]);
  });
});

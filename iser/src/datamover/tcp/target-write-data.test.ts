import { describe, expect, it } from "vitest";
import { type FetchFailure, type ProtocolFault, readR2t, TargetOpcode, type TransferParameters } from "#iscsi";
import { openParameters, TestOperation, TestTarget, testCdb } from "../testing/test-ends.ts";
import { TcpTargetDatamover } from "./target-datamover.ts";
import { command, dataOut, encodePdu, type WirePdu, WirePeer } from "./testing/wire-peer.ts";

function start(parameters: Partial<TransferParameters> = {}) {
  const datamover = new TcpTargetDatamover();
  const target = new TestTarget(datamover, 100_000);
  const initiator = new WirePeer(datamover);
  datamover.enable({ ...openParameters, ...parameters });
  initiator.digests = { ...openParameters, ...parameters };
  return { datamover, target, initiator };
}

const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => (index * 5 + 1) & 0xff);

function write(length: number, final = true, tag = 1): Uint8Array {
  return command(tag, {
    write: true,
    final,
    expectedDataTransferLength: length,
    cdb: Uint8Array.from([...testCdb(TestOperation.write, 0, length), 0, 0, 0, 0, 0, 0]),
  });
}

/** What the target sent in a few words. */
function outline(pdus: readonly WirePdu[]): string[] {
  return pdus.map(({ bhs }) => {
    const opcode = bhs[0]! & 0x3f;
    if (opcode === TargetOpcode.scsiResponse) return `response ${bhs[3]}`;
    const { r2tSn, bufferOffset, desiredDataTransferLength } = readR2t(bhs);
    return `R2T ${r2tSn} ${bufferOffset}+${desiredDataTransferLength}`;
  });
}

/** Answers R2Ts as they should be. */
function answer(initiator: WirePeer, r2ts: readonly WirePdu[], data: Uint8Array, tag = 1): void {
  for (const { bhs } of r2ts) {
    const { bufferOffset: from, desiredDataTransferLength: length, targetTransferTag } = readR2t(bhs);
    const half = from + (length >> 1);
    initiator.send(dataOut(tag, { targetTransferTag, bufferOffset: from }), data.subarray(from, half));
    initiator.send(dataOut(tag, { targetTransferTag, dataSn: 1, bufferOffset: half, final: true }), data.subarray(half, from + length));
  }
}

describe("write data", () => {
  it("that came along whole needs no R2T", () => {
    const { target, initiator } = start();
    initiator.send(write(1000), bytes(1000), 17);
    expect(outline(initiator.drain())).toEqual(["response 0"]);
    expect(target.disk.subarray(0, 1000)).toEqual(bytes(1000));
    expect(target.tasks.map(({ finished }) => finished)).toEqual([1]);
  });

  it("is asked for in bursts, as many at once as was agreed", () => {
    const { target, initiator } = start({ maxBurstLength: 300, maxOutstandingR2T: 2 });
    const data = bytes(1000);
    initiator.send(write(1000), data.subarray(0, 100));
    const first = initiator.drain();
    expect(outline(first)).toEqual(["R2T 0 100+300", "R2T 1 400+300"]);
    expect(readR2t(first[0]!.bhs)).toMatchObject({ statSn: 1, expCmdSn: 1, maxCmdSn: 64, initiatorTaskTag: 1 });
    answer(initiator, first.slice(0, 1), data);
    const second = initiator.drain();
    expect(outline(second)).toEqual(["R2T 2 700+300"]);
    answer(initiator, [...first.slice(1), ...second], data);
    expect(outline(initiator.drain())).toEqual(["response 0"]);
    expect(target.disk.subarray(0, 1000)).toEqual(data);
  });

  it("that was announced is waited for before the command is ready", () => {
    const { target, initiator } = start({ initialR2T: false });
    const data = bytes(900);
    initiator.send(write(900, false), data.subarray(0, 100));
    initiator.send(dataOut(1, { bufferOffset: 100 }), data.subarray(100, 500));
    expect(initiator.drain()).toEqual([]);
    initiator.send(dataOut(1, { dataSn: 1, bufferOffset: 500, final: true }), data.subarray(500, 600));
    const r2ts = initiator.drain();
    expect(outline(r2ts)).toEqual(["R2T 0 600+300"]);
    answer(initiator, r2ts, data);
    expect(outline(initiator.drain())).toEqual(["response 0"]);
    expect(target.disk.subarray(0, 900)).toEqual(data);
  });

  it("beyond what the target wants is thrown away", () => {
    const { target, initiator } = start();
    const bhs = write(1000);
    bhs.set(testCdb(TestOperation.write, 0, 512), 32);
    initiator.send(bhs, bytes(1000), 100);
    expect(outline(initiator.drain())).toEqual(["response 0"]);
    expect(target.disk.subarray(0, 512)).toEqual(bytes(512));
    expect(target.disk[512]).toBe(0);
    expect(target.violations).toEqual([]);
  });

  it("of a command that is ignored is thrown away, also what follows", () => {
    const { target, initiator } = start({ initialR2T: false });
    target.accept = false;
    initiator.send(write(900, false), bytes(100));
    initiator.send(dataOut(1, { bufferOffset: 100, final: true }), bytes(800));
    target.accept = true;
    initiator.send(write(10, true, 2), bytes(10));
    expect(outline(initiator.drain())).toEqual(["response 0"]);
    expect(target.faults).toEqual([]);
  });

  it("of a command that was answered early is thrown away", () => {
    const { target, initiator } = start();
    target.onReady = (task) => {
      target.datamover.fetch(task, 1000, (failure) => (task.failure = failure));
      target.end(task, { status: 2 });
    };
    initiator.send(write(1000));
    const [r2t, response] = initiator.drain();
    expect(outline([r2t!, response!])).toEqual(["R2T 0 0+1000", "response 2"]);
    answer(initiator, [r2t!], bytes(1000));
    expect(target.tasks[0]?.dataOut?.every((byte) => byte === 0xdd)).toBe(true);
    expect([target.faults, target.violations]).toEqual([[], []]);
  });
});

describe("write data that breaks the order of its task", () => {
  const failures: readonly {
    readonly name: string;
    readonly reason: FetchFailure["reason"];
    readonly commit: (initiator: WirePeer, transferTag: number) => void;
  }[] = [
    {
      name: "a DataSN that is not due",
      reason: "sequence",
      commit: (i, targetTransferTag) => i.send(dataOut(1, { targetTransferTag, dataSn: 1 }), bytes(100)),
    },
    {
      name: "a gap",
      reason: "sequence",
      commit: (i, targetTransferTag) => i.send(dataOut(1, { targetTransferTag, bufferOffset: 1 }), bytes(100)),
    },
    {
      name: "more than was asked for",
      reason: "sequence",
      commit: (i, targetTransferTag) => i.send(dataOut(1, { targetTransferTag }), bytes(501)),
    },
    {
      name: "less than was asked for",
      reason: "sequence",
      commit: (i, targetTransferTag) => i.send(dataOut(1, { targetTransferTag, final: true }), bytes(499)),
    },
    {
      name: "the second R2T first",
      reason: "sequence",
      commit: (i, tag) => i.send(dataOut(1, { targetTransferTag: tag + 1, bufferOffset: 500 }), bytes(100)),
    },
    { name: "unsolicited data that was not announced", reason: "sequence", commit: (i) => i.send(dataOut(1), bytes(100)) },
    {
      name: "a data digest that does not match",
      reason: "data-digest",
      commit: (i, targetTransferTag) => {
        const wire = encodePdu(dataOut(1, { targetTransferTag, final: true }), bytes(500), i.digests);
        wire[60]! ^= 4;
        i.sendBytes(wire, 33);
      },
    },
  ];

  it.each(failures)("$name fails the task and nothing else", ({ commit, reason }) => {
    const { target, initiator } = start({ maxBurstLength: 500, maxOutstandingR2T: 2, dataDigest: true });
    initiator.send(write(1000));
    const [r2t] = initiator.drain();
    commit(initiator, readR2t(r2t!.bhs).targetTransferTag);
    expect(outline(initiator.drain())).toEqual(["response 2"]);
    expect(target.tasks[0]?.failure).toEqual({ reason });
    initiator.send(write(10, true, 2), bytes(10));
    expect(outline(initiator.drain())).toEqual(["response 0"]);
    expect([target.faults, target.violations]).toEqual([[], []]);
  });

  it("before the command is ready fails it when it is", () => {
    for (const [bufferOffset, dataSn] of [
      [1, 0],
      [0, 1],
    ] as const) {
      const { target, initiator } = start({ initialR2T: false });
      initiator.send(write(900, false));
      initiator.send(dataOut(1, { bufferOffset, dataSn }), bytes(100));
      expect(initiator.drain()).toEqual([]);
      initiator.send(dataOut(1, { bufferOffset: 100, dataSn: 1, final: true }), bytes(100));
      expect(outline(initiator.drain())).toEqual(["response 2"]);
      expect(target.tasks[0]?.failure).toEqual({ reason: "sequence" });
    }
  });

  it("damaged on its way with the command fails it", () => {
    const { target, initiator } = start({ dataDigest: true });
    const wire = encodePdu(write(20), bytes(20), { dataDigest: true });
    wire[50]! ^= 1;
    initiator.sendBytes(wire);
    expect(outline(initiator.drain())).toEqual(["response 2"]);
    expect(target.tasks[0]?.failure).toEqual({ reason: "data-digest" });
  });
});

describe("an initiator at fault", () => {
  const offences: readonly {
    readonly name: string;
    readonly fault: ProtocolFault;
    readonly parameters?: Partial<TransferParameters>;
    readonly commit: (initiator: WirePeer) => void;
  }[] = [
    {
      name: "immediate data that was not agreed",
      fault: "field",
      parameters: { immediateData: false },
      commit: (i) => i.send(write(100), bytes(100)),
    },
    {
      name: "immediate data beyond FirstBurstLength",
      fault: "field",
      parameters: { firstBurstLength: 512 },
      commit: (i) => i.send(write(1000), bytes(513)),
    },
    { name: "more immediate data than the command writes", fault: "field", commit: (i) => i.send(write(10), bytes(12)) },
    {
      name: "data along with a read",
      fault: "field",
      commit: (i) => i.send(command(2, { read: true, expectedDataTransferLength: 100 }), bytes(12)),
    },
    { name: "unsolicited data that was not agreed", fault: "field", commit: (i) => i.send(write(1000, false)) },
    { name: "the reserved task tag", fault: "tag", commit: (i) => i.send(write(10, true, 0xffffffff), bytes(10)) },
    {
      name: "a segment longer than declared",
      fault: "framing",
      parameters: { maxRecvDataSegmentLength: 512 },
      commit: (i) => i.send(write(1000), bytes(516)),
    },
    {
      name: "a tag that is in use",
      fault: "tag",
      commit: (i) => {
        i.send(write(1000));
        i.send(write(1000));
      },
    },
    {
      name: "a transfer tag nobody gave out",
      fault: "tag",
      commit: (i) => {
        i.send(write(1000));
        i.send(dataOut(1, { targetTransferTag: 0x12345678 }), bytes(100));
      },
    },
    {
      name: "a header digest that does not match",
      fault: "header-digest",
      parameters: { headerDigest: true },
      commit: (i) => {
        const wire = encodePdu(write(100), bytes(100), { headerDigest: true });
        wire[40]! ^= 1;
        i.sendBytes(wire, 5);
      },
    },
  ];

  it.each(offences)("$name", ({ commit, fault, parameters }) => {
    const { target, initiator, datamover } = start(parameters);
    initiator.send(write(2000, true, 50));
    commit(initiator);
    expect(target.faults.map((error) => error.fault)).toEqual([fault]);
    expect(datamover.wantsClose).toBe("reset");
    expect(target.tasks[0]?.failure).toEqual({ reason: "closed" });
    initiator.sendBytes(write(10, true, 51));
    initiator.close();
    expect(target.closed).toBe(1);
    expect(target.violations).toEqual([]);
  });
});

describe("a task that is released", () => {
  it("ends its fetch, and takes no more data", () => {
    const { target, initiator, datamover } = start();
    initiator.send(write(1000));
    const [r2t] = initiator.drain();
    const task = target.tasks[0]!;
    target.onReady = () => {};
    let released = 0;
    target.end = () => {}; // an aborted task is not answered
    datamover.release(task, () => released++);
    expect([task.failure, released]).toEqual([{ reason: "released" }, 1]);
    answer(initiator, [r2t!], bytes(1000));
    expect(task.dataOut?.every((byte) => byte === 0xdd)).toBe(true);
    expect(target.faults).toEqual([]);
    datamover.release(task, () => released++);
    expect(released).toBe(2);
  });

  it("in the middle of a PDU takes no more of it", () => {
    const { target, initiator, datamover } = start();
    const wire = encodePdu(write(100), bytes(100));
    initiator.sendBytes(wire.subarray(0, 58));
    let released = 0;
    datamover.release(target.tasks[0]!, () => released++);
    expect(released).toBe(1);
    initiator.sendBytes(wire.subarray(58));
    expect(target.tasks[0]?.dataOut?.subarray(10).every((byte) => byte === 0xdd)).toBe(true);
    expect(initiator.drain()).toEqual([]);
  });
});

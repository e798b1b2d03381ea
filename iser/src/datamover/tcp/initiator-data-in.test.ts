import { describe, expect, it } from "vitest";
import { type ProtocolFault, senseSegment } from "#iscsi";
import { openParameters, type SentTask, TestInitiator } from "../testing/test-ends.ts";
import { TcpInitiatorDatamover } from "./initiator-datamover.ts";
import { dataIn, encodePdu, response, WirePeer } from "./testing/wire-peer.ts";

function start(parameters = openParameters) {
  const datamover = new TcpInitiatorDatamover();
  const initiator = new TestInitiator(datamover);
  const target = new WirePeer(datamover);
  datamover.enable(parameters);
  target.digests = parameters;
  return { datamover, initiator, target };
}

const bytes = (length: number, first = 1): Uint8Array => Uint8Array.from({ length }, (_, index) => first + index);

describe("a read", () => {
  it("ends with the status in its last Data-In", () => {
    const { initiator, target } = start();
    const task = initiator.send({ read: 10 });
    target.send(dataIn(task, {}), bytes(6));
    expect(task.outcome).toBeUndefined();
    target.send(dataIn(task, { dataSn: 1, bufferOffset: 6, final: true, hasStatus: true, statSn: 9 }), bytes(4, 7));
    expect(task.outcome).toMatchObject({ response: 0, status: 0, residual: 0 });
    expect(task.dataIn).toEqual(bytes(10));
    expect(initiator.events).toEqual(["open", "StatSN 9"]);
  });

  it("ends with a SCSI Response and its sense data", () => {
    const { initiator, target } = start();
    const task = initiator.send({ read: 10 });
    const sense = Uint8Array.of(0x70, 0, 3, 0, 0);
    target.send(response(task, { status: 2, residual: 10 }), senseSegment(sense), 5);
    expect(task.outcome).toEqual({ response: 0, status: 2, residual: 10, sense });
  });

  it("that the target could not carry out ends with the response code, whatever comes behind it", () => {
    const { initiator, target } = start();
    const task = initiator.send({ read: 10 });
    target.send(response(task, { response: 1 }), Uint8Array.of(0xff, 0xff, 1));
    expect(task.outcome).toMatchObject({ response: 1, residual: 0 });
    expect(initiator.faults).toEqual([]);
  });

  it("reports what did not come as residual, whatever the target says", () => {
    const { initiator, target } = start();
    const silent = initiator.send({ read: 10 });
    target.send(dataIn(silent, { final: true, hasStatus: true }), bytes(6));
    expect(silent.outcome).toMatchObject({ status: 0, residual: 4 });
    const honest = initiator.send({ read: 10 });
    target.send(dataIn(honest, { final: true, hasStatus: true, residual: 4 }), bytes(6));
    expect(honest.outcome).toMatchObject({ status: 0, residual: 4 });
    const overflow = initiator.send({ read: 6 });
    target.send(dataIn(overflow, { final: true, hasStatus: true, residual: -90 }), bytes(6));
    expect(overflow.outcome).toMatchObject({ status: 0, residual: -90 });
  });

  it("is answered by several sequences longer than MaxBurstLength: tgt does so, and it harms nobody", () => {
    const { initiator, target } = start({ ...openParameters, maxBurstLength: 512 });
    const task = initiator.send({ read: 2048 });
    target.send(dataIn(task, {}), new Uint8Array(1024));
    target.send(dataIn(task, { dataSn: 1, bufferOffset: 1024, final: true, hasStatus: true }), new Uint8Array(1024));
    expect(task.outcome).toMatchObject({ status: 0, residual: 0 });
  });

  it("takes the digests that were agreed", () => {
    const { initiator, target } = start({ ...openParameters, headerDigest: true, dataDigest: true });
    const task = initiator.send({ read: 7 });
    target.send(dataIn(task, { final: true, hasStatus: true }), bytes(7), 3);
    expect(task.outcome).toMatchObject({ status: 0, residual: 0 });
    expect(target.drain()).toHaveLength(1);
  });
});

/** Each is one thing a target must not do; the connection ends, nothing is written outside the buffer, and the task comes back once. */
const offences: readonly {
  readonly name: string;
  readonly fault: ProtocolFault;
  readonly commit: (target: WirePeer, task: SentTask) => void;
}[] = [
  { name: "Data-In for a tag nobody gave out", fault: "tag", commit: (t) => t.send(dataIn(0x12345678, {}), bytes(4)) },
  { name: "Data-In for the reserved tag", fault: "tag", commit: (t) => t.send(dataIn(0xffffffff, {}), bytes(4)) },
  { name: "Data-In past the buffer", fault: "sequence", commit: (t, task) => t.send(dataIn(task, {}), new Uint8Array(101)) },
  {
    name: "Data-In that ends past the buffer",
    fault: "sequence",
    commit: (t, task) => t.send(dataIn(task, { bufferOffset: 99 }), bytes(2)),
  },
  { name: "Data-In far away", fault: "sequence", commit: (t, task) => t.send(dataIn(task, { bufferOffset: 0xffffffff }), bytes(2)) },
  { name: "Data-In with a gap", fault: "sequence", commit: (t, task) => t.send(dataIn(task, { bufferOffset: 10 }), bytes(2)) },
  { name: "a DataSN that is not due", fault: "sequence", commit: (t, task) => t.send(dataIn(task, { dataSn: 1 }), bytes(2)) },
  {
    name: "Data-In twice",
    fault: "sequence",
    commit: (t, task) => {
      t.send(dataIn(task, {}), bytes(2));
      t.send(dataIn(task, { dataSn: 1 }), bytes(2));
    },
  },
  {
    name: "overflow and underflow at once",
    fault: "field",
    commit: (t, task) => {
      const bhs = dataIn(task, { final: true, hasStatus: true });
      bhs[1]! |= 0x06;
      t.send(bhs, bytes(2));
    },
  },
  {
    name: "status without F",
    fault: "field",
    commit: (t, task) => t.send(dataIn(task, { hasStatus: true }), bytes(2)),
  },
  { name: "a segment longer than declared", fault: "framing", commit: (t, task) => t.sendBytes(oversized(dataIn(task, {}))) },
  {
    name: "SenseLength past the segment",
    fault: "framing",
    commit: (t, task) => t.send(response(task, { status: 2 }), Uint8Array.of(0, 9, 1)),
  },
  {
    name: "a second response",
    fault: "tag",
    commit: (t, task) => {
      t.send(response(task, {}));
      t.send(response(task, {}));
    },
  },
];

function oversized(bhs: Uint8Array): Uint8Array {
  bhs.set([0xff, 0xff, 0xff], 5);
  return bhs;
}

describe("a target at fault", () => {
  it.each(offences)("$name", ({ commit, fault }) => {
    const { initiator, target, datamover } = start();
    const task = initiator.send({ read: 100 });
    const other = initiator.send({ read: 100 });
    target.drain();
    commit(target, task);
    expect(initiator.faults.map((error) => error.fault)).toEqual([fault]);
    expect([task.returned, other.returned, datamover.wantsClose]).toEqual([1, 1, "reset"]);
    const late = initiator.send({ read: 100 });
    expect(late.outcome).toBe("released");
    target.sendBytes(new Uint8Array(500).fill(0x25));
    target.close();
    expect(initiator.faults).toHaveLength(1);
    expect(initiator.violations).toEqual([]);
  });

  it.each([
    ["header-digest", 30],
    ["data-digest", 54],
  ] as const)("damages a PDU: %s", (fault, position) => {
    const { initiator, target } = start({ ...openParameters, headerDigest: true, dataDigest: true });
    const task = initiator.send({ read: 8 });
    const wire = encodeDamaged(dataIn(task, { final: true, hasStatus: true }), position);
    target.sendBytes(wire, 7);
    expect(initiator.faults.map((error) => error.fault)).toEqual([fault]);
    expect(task.outcome).toBe("released");
  });

  it("stops in the middle of a PDU", () => {
    const { initiator, target, datamover } = start();
    const task = initiator.send({ read: 100 });
    expect(datamover.deadline()).toBeUndefined();
    target.now = 1000;
    target.sendBytes(dataIn(task, {}).subarray(0, 20));
    expect(datamover.deadline()).toBe(31_000);
    datamover.timeout(30_999);
    expect(initiator.faults).toEqual([]);
    datamover.timeout(31_000);
    expect(initiator.faults.map((error) => error.fault)).toEqual(["timeout"]);
    expect(task.outcome).toBe("released");
  });
});

function encodeDamaged(bhs: Uint8Array, position: number): Uint8Array {
  const wire = encodePdu(bhs, bytes(8), { headerDigest: true, dataDigest: true });
  wire[position]! ^= 0x10;
  return wire;
}

describe("a PDU that is not about data", () => {
  it("is handed on with its text, whole or in pieces", () => {
    const { initiator, target } = start();
    const bhs = new Uint8Array(48).fill(7);
    bhs[0] = 0x24;
    bhs[4] = 0;
    target.send(bhs, Buffer.from("SendTargets=All"));
    target.send(bhs, Buffer.from("SendTargets=All"), 1);
    expect(initiator.controls.map(({ data }) => Buffer.from(data).toString())).toEqual(["SendTargets=All", "SendTargets=All"]);
    expect(initiator.controls[1]?.bhs).toEqual(initiator.controls[0]?.bhs);
  });
});

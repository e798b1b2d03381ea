import { describe, expect, it } from "vitest";
import { senseSegment } from "#iscsi";
import { openParameters, TestInitiator } from "../testing/test-ends.ts";
import { TcpInitiatorDatamover } from "./initiator-datamover.ts";
import { dataIn, encodePdu, r2t, response, WirePeer } from "./testing/wire-peer.ts";

function start(parameters = openParameters) {
  const datamover = new TcpInitiatorDatamover();
  const initiator = new TestInitiator(datamover);
  const target = new WirePeer(datamover);
  datamover.enable(parameters);
  return { datamover, initiator, target };
}

const large = 200_000;

describe("write data that the socket still holds", () => {
  it("keeps the response back until it is sent, and its sense intact", () => {
    const { initiator, target } = start({ ...openParameters, immediateData: false });
    const task = initiator.send({ write: new Uint8Array(large) });
    target.drain();
    target.send(r2t(task, { desiredDataTransferLength: large }));
    expect(target.take()).toHaveLength(1);
    target.send(response(task, { status: 2, statSn: 5 }), senseSegment(Uint8Array.of(0x70, 0, 4)));
    expect(initiator.events).toContain("StatSN 5");
    expect(task.outcome).toBeUndefined();
    target.sent();
    expect(task.outcome).toEqual({ response: 0, status: 2, residual: 0, sense: Uint8Array.of(0x70, 0, 4) });
  });

  it("keeps a released task back until it is sent", () => {
    const { initiator, target, datamover } = start();
    const task = initiator.send({ write: new Uint8Array(large) });
    target.take();
    datamover.release(task);
    expect(task.outcome).toBeUndefined();
    target.sent();
    expect(task.outcome).toBe("released");
  });

  it("that is short was copied: the task comes back at once", () => {
    const { initiator, target, datamover } = start();
    const task = initiator.send({ write: new Uint8Array(512) });
    target.take();
    datamover.release(task);
    expect(task.outcome).toBe("released");
  });

  it("comes back when the stream is gone", () => {
    const { initiator, target } = start();
    const sent = initiator.send({ write: new Uint8Array(large) });
    target.take();
    const queued = initiator.send({ write: new Uint8Array(large) });
    target.close();
    expect([sent.outcome, queued.outcome, initiator.closed]).toEqual(["released", "released", 1]);
  });

  it("is no longer sent for a task that is over", () => {
    const { initiator, target } = start({ ...openParameters, immediateData: false, maxOutstandingR2T: 2 });
    const task = initiator.send({ write: new Uint8Array(1000) });
    target.drain();
    target.send(r2t(task, {}));
    target.send(response(task, { status: 8 }));
    expect(task.outcome).toMatchObject({ status: 8 });
    expect(target.drain()).toEqual([]);
  });
});

describe("a placement that the kernel still holds", () => {
  /** The header of a large Data-In is here, and the shell has asked where its data goes. */
  function placing() {
    const parts = start();
    const task = parts.initiator.send({ read: large });
    const wire = encodePdu(dataIn(task, { final: true, hasStatus: true }), new Uint8Array(large).fill(1));
    parts.target.sendBytes(wire.subarray(0, 100));
    const placement = parts.datamover.placement();
    return { ...parts, task, wire, placement };
  }

  it("is the rest of the read buffer, in place", () => {
    const { placement, task } = placing();
    expect(placement?.length).toBe(large - 52);
    expect(placement?.buffer).toBe(task.dataIn?.buffer);
    expect(placement?.byteOffset).toBe(task.dataIn!.byteOffset + 52);
  });

  it("keeps a released task back until that read is over, and the rest is thrown away", () => {
    const { placement, task, datamover, initiator, target, wire } = placing();
    datamover.release(task);
    expect(task.outcome).toBeUndefined();
    placement!.fill(1, 0, 50_000);
    datamover.placed(50_000, 0);
    expect(task.outcome).toBe("released");
    expect(datamover.placement()).toBeUndefined();
    const after = task.dataIn!.slice();
    target.sendBytes(wire.subarray(100 + 50_000));
    expect(Buffer.compare(task.dataIn!, after)).toBe(0);
    const next = initiator.send({ read: 4 });
    target.send(dataIn(next, { final: true, hasStatus: true, statSn: 2 }), Uint8Array.of(1, 2, 3, 4));
    expect(next.outcome).toMatchObject({ status: 0 });
    expect(initiator.faults).toEqual([]);
  });

  it("is over when the shell reads otherwise", () => {
    const { task, datamover, target, wire } = placing();
    datamover.release(task);
    target.sendBytes(wire.subarray(100, 101));
    expect(task.outcome).toBe("released");
  });

  it("is over when the stream is gone", () => {
    const { task, target, initiator } = placing();
    target.close();
    expect(task.outcome).toBe("released");
    expect(initiator.violations).toEqual([]);
  });

  it("keeps its task back after a fault until the stream is gone", () => {
    const { task, datamover, target, initiator } = placing();
    datamover.timeout(1e6);
    expect(initiator.faults).toHaveLength(1);
    expect(task.outcome).toBeUndefined();
    target.close();
    expect(task.outcome).toBe("released");
  });

  it("checks the data digest of what was placed without a second pass", () => {
    const digests = { headerDigest: true, dataDigest: true };
    for (const damage of [false, true]) {
      const { initiator, target, datamover } = start({ ...openParameters, ...digests });
      const task = initiator.send({ read: large });
      const payload = Uint8Array.from({ length: large }, (_, index) => index * 3);
      const wire = encodePdu(dataIn(task, { final: true, hasStatus: true }), payload, digests);
      target.sendBytes(wire.subarray(0, 52));
      datamover.placement()!.set(payload);
      if (damage) task.dataIn![77]! ^= 1;
      datamover.placed(large, 0);
      target.sendBytes(wire.subarray(52 + large));
      expect(initiator.faults.map(({ fault }) => fault)).toEqual(damage ? ["data-digest"] : []);
      expect(task.outcome).toEqual(damage ? "released" : expect.objectContaining({ status: 0 }));
    }
  });
});

describe("a task that was released", () => {
  it("may still be spoken of by the target: its data and status concern nobody", () => {
    const { initiator, target, datamover } = start();
    const task = initiator.send({ read: 100 });
    datamover.release(task);
    expect(task.outcome).toBe("released");
    target.send(dataIn(task, {}), new Uint8Array(50));
    target.send(r2t(task));
    target.send(response(task, { statSn: 3 }));
    expect(initiator.faults).toEqual([]);
    expect(initiator.events.at(-1)).toBe("StatSN 3");
    expect(initiator.violations).toEqual([]);
  });

  it("in the middle of its Data-In is not written to any more", () => {
    const { initiator, target, datamover } = start();
    const task = initiator.send({ read: 100 });
    const wire = encodePdu(dataIn(task, {}), new Uint8Array(100).fill(1));
    target.sendBytes(wire.subarray(0, 60));
    datamover.release(task);
    expect(task.outcome).toBe("released");
    target.sendBytes(wire.subarray(60));
    expect(task.dataIn?.subarray(12).every((byte) => byte === 0xdd)).toBe(true);
    expect(initiator.faults).toEqual([]);
  });

  it("by a callback about its own PDU ends once", () => {
    const { initiator, target, datamover } = start();
    const task = initiator.send({ read: 4 });
    initiator.onStatSn = () => datamover.release(task);
    target.send(dataIn(task, { final: true, hasStatus: true }), new Uint8Array(4));
    expect([task.returned, task.outcome]).toEqual([1, "released"]);
  });

  it("may be followed by another in the same slot from within its own callback", () => {
    const { initiator, target, datamover } = start();
    const first = initiator.send({ read: 4 });
    let second: typeof first | undefined;
    initiator.onReturn = (task) => {
      if (task === first) second = initiator.send({ read: 4 });
    };
    target.send(dataIn(first, { final: true, hasStatus: true }), Uint8Array.of(1, 2, 3, 4));
    expect(second!.initiatorTaskTag & 0xffff).toBe(first.initiatorTaskTag & 0xffff);
    target.send(dataIn(second!, { final: true, hasStatus: true }), Uint8Array.of(5, 6, 7, 8));
    expect([first.dataIn, second!.dataIn]).toEqual([Uint8Array.of(1, 2, 3, 4), Uint8Array.of(5, 6, 7, 8)]);
    expect(datamover.counters).toMatchObject({ pdusReceived: 2, payloadBytes: 8, payloadBytesCopied: 8 });
  });
});

describe("the size of bulk reads", () => {
  it("is large for small answers, and leaves the payload of large ones to be placed", () => {
    const { initiator, target, datamover } = start();
    expect(datamover.bulkReadBytes).toBeGreaterThan(65536);
    const small = initiator.send({ read: 4096 });
    expect(datamover.bulkReadBytes).toBe(16384);
    const one = initiator.send({ read: 1 << 20 });
    expect(datamover.bulkReadBytes).toBeLessThan(16384);
    target.send(dataIn(small, { final: true, hasStatus: true }), new Uint8Array(4096));
    for (let dataSn = 0; dataSn < 4; dataSn++) {
      const last = dataSn === 3;
      target.send(dataIn(one, { dataSn, bufferOffset: dataSn << 18, final: last, hasStatus: last }), new Uint8Array(1 << 18));
    }
    expect(one.outcome).toMatchObject({ status: 0 });
    // Nothing is out, but the next command is likely to be of the same kind, and the buffer is chosen before it is known.
    expect(datamover.bulkReadBytes).toBeLessThan(16384);
  });

  it("is a third of the answers of short writes, so that the target gets the next ones while we look at the rest", () => {
    const { initiator, datamover } = start();
    for (let i = 0; i < 12; i++) initiator.send({ write: new Uint8Array(4096) });
    expect(datamover.bulkReadBytes).toBe(4 * 48);
    initiator.send({ write: new Uint8Array(65536) });
    expect(datamover.bulkReadBytes).toBeGreaterThan(65536);
    initiator.send({ read: 4096 });
    expect(datamover.bulkReadBytes).toBe(16384);
  });

  it("is large too when the target cuts large reads into small segments", () => {
    const { initiator, target, datamover } = start();
    const task = initiator.send({ read: 1 << 20 });
    target.send(dataIn(task, {}), new Uint8Array(65536));
    expect(datamover.bulkReadBytes).toBeGreaterThan(65536);
  });
});

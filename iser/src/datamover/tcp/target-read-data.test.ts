import { describe, expect, it } from "vitest";
import { readDataIn, readScsiResponse, TargetOpcode, type TransferParameters, viewSense } from "#iscsi";
import { openParameters, TestTarget } from "../testing/test-ends.ts";
import { TcpTargetDatamover } from "./target-datamover.ts";
import { command, type WirePdu, WirePeer } from "./testing/wire-peer.ts";

function start(parameters: Partial<TransferParameters> = {}) {
  const datamover = new TcpTargetDatamover();
  const target = new TestTarget(datamover);
  const initiator = new WirePeer(datamover);
  datamover.enable({ ...openParameters, ...parameters });
  target.onReady = () => {};
  return { datamover, target, initiator };
}

const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => (index * 3 + 1) & 0xff);
const read = (length: number, tag = 1): Uint8Array => command(tag, { read: true, expectedDataTransferLength: length });

/** What the target sent in a few words. */
function outline(pdus: readonly WirePdu[]): string[] {
  return pdus.map(({ bhs, data }) => {
    if ((bhs[0]! & 0x3f) === TargetOpcode.scsiResponse) {
      const { status, statSn, residual, expDataSn } = readScsiResponse(bhs);
      return `response ${status}, StatSN ${statSn}, residual ${residual}, ExpDataSN ${expDataSn}`;
    }
    const { dataSn, bufferOffset, final, hasStatus, statSn, residual } = readDataIn(bhs);
    return `#${dataSn} ${bufferOffset}+${data.length}${final ? " F" : ""}${hasStatus ? `, StatSN ${statSn}, residual ${residual}` : ""}`;
  });
}

describe("read data", () => {
  it("leaves in one PDU with its status", () => {
    const { target, initiator } = start();
    initiator.send(read(100));
    target.end(target.tasks[0]!, {}, bytes(100));
    const pdus = initiator.take();
    expect(outline(pdus)).toEqual(["#0 0+100 F, StatSN 1, residual 0"]);
    expect(pdus[0]?.data).toEqual(bytes(100));
    expect(readDataIn(pdus[0]!.bhs)).toMatchObject({ initiatorTaskTag: 1, targetTransferTag: 0xffffffff, expCmdSn: 1, maxCmdSn: 64 });
    expect(target.tasks[0]?.finished).toBe(0);
    initiator.sent();
    expect(target.tasks[0]?.finished).toBe(1);
  });

  it("is cut into segments and sequences", () => {
    const { target, initiator } = start({ maxSendDataSegmentLength: 400, maxBurstLength: 600 });
    initiator.send(read(1500));
    target.end(target.tasks[0]!, { residual: 300 }, bytes(1200));
    const pdus = initiator.drain();
    expect(outline(pdus)).toEqual(["#0 0+400", "#1 400+200 F", "#2 600+400", "#3 1000+200 F, StatSN 1, residual 300"]);
    expect(Buffer.concat(pdus.map(({ data }) => data)).equals(bytes(1200))).toBe(true);
  });

  it("is followed by a SCSI Response when the end is not good", () => {
    const { target, initiator } = start();
    initiator.send(read(100));
    target.end(target.tasks[0]!, { status: 2, sense: Uint8Array.of(0x70, 0, 3), residual: 60 }, bytes(40));
    const pdus = initiator.drain();
    expect(outline(pdus)).toEqual(["#0 0+40 F", "response 2, StatSN 1, residual 60, ExpDataSN 1"]);
    expect(viewSense(pdus[1]!.data)).toEqual(Uint8Array.of(0x70, 0, 3));
    expect(target.tasks[0]?.finished).toBe(1);
  });

  it("of many tasks takes StatSN in the order in which the stream carries it, also beside control PDUs", () => {
    const { target, initiator, datamover } = start();
    for (let tag = 0; tag < 3; tag++) initiator.send(read(100, tag));
    for (const task of target.tasks) target.end(task, {}, bytes(100));
    const nopIn = new Uint8Array(48);
    nopIn[0] = TargetOpcode.nopIn;
    new DataView(nopIn.buffer).setUint32(24, target.takeStatSn());
    datamover.sendControl(nopIn);
    const statSns = initiator.drain().map(({ bhs }) => new DataView(bhs.buffer).getUint32(24));
    expect(statSns).toEqual([1, 2, 3, 4]);
  });

  it("is the target's own again only when the socket has sent it", () => {
    const { target, initiator, datamover } = start();
    initiator.send(read(1 << 21));
    const data = new Uint8Array(1 << 21);
    target.end(target.tasks[0]!, {}, data);
    const first = datamover.takeOutput();
    const second = datamover.takeOutput();
    expect(first.reduce((sum, piece) => sum + piece.length, 0)).toBeLessThan(1 << 20);
    expect(second.length).toBeGreaterThan(0);
    datamover.outputSent(0);
    datamover.outputSent(0);
    expect(target.tasks[0]?.finished).toBe(0);
    initiator.drain();
    expect(target.tasks[0]?.finished).toBe(1);
  });

  it("that is longer than the initiator expects is our own mistake", () => {
    const { target, initiator } = start();
    initiator.send(read(100));
    expect(() => target.end(target.tasks[0]!, {}, bytes(101))).toThrow(RangeError);
  });
});

describe("a response under way", () => {
  it("is abandoned with its task: no more of its data is sent", () => {
    const { target, initiator, datamover } = start();
    initiator.send(read(1 << 20));
    target.end(target.tasks[0]!, {}, new Uint8Array(1 << 20));
    datamover.takeOutput();
    let released = 0;
    datamover.release(target.tasks[0]!, () => released++);
    expect(released).toBe(0);
    expect(datamover.takeOutput()).toEqual([]);
    datamover.outputSent(0);
    expect([released, target.tasks[0]?.finished]).toEqual([1, 1]);
  });

  it("comes back when the stream is gone, sent or not", () => {
    const { target, initiator, datamover } = start();
    for (let tag = 0; tag < 4; tag++) initiator.send(read(300_000, tag));
    for (const task of target.tasks) target.end(task, {}, new Uint8Array(300_000));
    datamover.takeOutput();
    initiator.close();
    expect(target.tasks.map(({ finished }) => finished)).toEqual([1, 1, 1, 1]);
    let late = 0;
    datamover.respond(target.tasks[0]!, { response: 0, status: 0, residual: 0, sense: new Uint8Array(0) }, undefined, () => late++);
    datamover.fetch(target.tasks[0]!, 0, (failure) => expect(failure).toEqual({ reason: "closed" }));
    expect(late).toBe(1);
  });
});

describe("an initiator that stops in the middle of a PDU", () => {
  it("is at fault after a while", () => {
    const { target, initiator, datamover } = start();
    initiator.now = 500;
    initiator.sendBytes(read(100).subarray(0, 47));
    datamover.timeout(30_499);
    expect(target.faults).toEqual([]);
    datamover.timeout(30_500);
    expect(target.faults.map(({ fault }) => fault)).toEqual(["timeout"]);
  });
});

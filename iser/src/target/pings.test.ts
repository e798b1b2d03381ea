import { describe, expect, it } from "vitest";
import { readNopIn, reservedTag, TargetOpcode } from "#iscsi";
import { nothingLeft, TestTarget } from "./testing/test-target.ts";

describe("pings", () => {
  it("are answered with their data, and with no more than the initiator takes", () => {
    const target = new TestTarget();
    const { initiator, link } = target.logIn({ keys: [{ key: "MaxRecvDataSegmentLength", value: "512" }] });
    const data = Uint8Array.from({ length: 700 }, (_, index) => index & 0xff);
    const tag = initiator.ping(data.subarray(0, 5));
    initiator.ping(data);
    link.run();
    const first = initiator.take(TargetOpcode.nopIn);
    expect(readNopIn(first.bhs).initiatorTaskTag).toBe(tag);
    expect(first.data).toEqual(data.slice(0, 5));
    expect(initiator.take(TargetOpcode.nopIn).data).toEqual(data.slice(0, 512));
  });

  it("of the target find out whether a silent initiator is still there", () => {
    const target = new TestTarget({ limits: { pingAfterMs: 1000, pingMs: 500 } });
    const { initiator, link } = target.logIn();
    target.pass(1000);
    const ping = readNopIn(initiator.take(TargetOpcode.nopIn).bhs);
    expect(ping.initiatorTaskTag).toBe(reservedTag);
    initiator.pong(ping.targetTransferTag);
    link.run();
    target.pass(999);
    expect(initiator.received).toEqual([]);
    target.pass(1);
    initiator.take(TargetOpcode.nopIn);
    target.pass(499);
    expect(initiator.isClosed).toBe(false);
    target.pass(1);
    expect(initiator.isClosed).toBe(true);
    expect(target.endings).toEqual(["failed"]);
    expect(target.leftovers).toEqual(nothingLeft);
  });

  it("do not use StatSN up when nobody has to answer for it", () => {
    const target = new TestTarget({ limits: { pingAfterMs: 1000 } });
    const { initiator, link } = target.logIn();
    target.pass(1000);
    const statSn = readNopIn(initiator.take(TargetOpcode.nopIn).bhs).statSn;
    initiator.ping();
    link.run();
    expect(readNopIn(initiator.take(TargetOpcode.nopIn).bhs).statSn).toBe(statSn);
    initiator.ping();
    link.run();
    expect(readNopIn(initiator.take(TargetOpcode.nopIn).bhs).statSn).toBe(statSn + 1);
  });

  it("asked without end by a peer that never reads stop being taken before memory fills", () => {
    const target = new TestTarget({ limits: { maxBacklogBytes: 10_000 } });
    const { initiator, link } = target.logIn();
    initiator.inputPaused = true;
    for (let count = 0; count < 1000; count += 1) {
      initiator.ping(new Uint8Array(1000));
      link.run();
    }
    const { bytesReceived } = target.server.statistics;
    expect(bytesReceived).toBeLessThan(20_000);
    initiator.inputPaused = false;
    link.run();
    expect(initiator.tags(TargetOpcode.nopIn)).toHaveLength(1000);
  });
});

import { describe, expect, it } from "vitest";
import { BhsField, RejectReason, readNopIn, readUint32, TargetOpcode, viewRejectedHeader } from "#iscsi";
import type { HandInitiator } from "./testing/hand-initiator.ts";
import { TestTarget } from "./testing/test-target.ts";

function takeReject(initiator: HandInitiator): { readonly reason: number; readonly header: Uint8Array | undefined } {
  const { bhs, data } = initiator.take(TargetOpcode.reject);
  return { reason: bhs[2]!, header: viewRejectedHeader(data) };
}

describe("what may come next", () => {
  it("is as many commands as came together last, and those that are not answered yet", () => {
    const target = new TestTarget();
    const { initiator, stream, link } = target.logIn();
    expect(stream.awaited).toBe(0);
    target.disk.held = true;
    initiator.read(0, 1);
    link.run();
    expect(stream.awaited).toBe(1 + 1);
    target.disk.letGo();
    link.run();
    expect(stream.awaited).toBe(1);
  });
});

describe("commands outside the window", () => {
  it("are ignored, and those inside are served in the order of their numbers", () => {
    const target = new TestTarget({ limits: { queueDepth: 4 } });
    const { initiator, link } = target.logIn({}, 0xfffffffe);
    initiator.testUnitReady({ cmdSn: 0xfffffffd });
    initiator.testUnitReady({ cmdSn: 2 });
    link.run();
    expect(initiator.received).toEqual([]);
    const late = initiator.testUnitReady({ cmdSn: 0 });
    const first = initiator.testUnitReady({ cmdSn: 0xfffffffe });
    link.run();
    expect(initiator.tags(TargetOpcode.scsiResponse)).toEqual([first]);
    const second = initiator.testUnitReady({ cmdSn: 0xffffffff });
    link.run();
    expect(initiator.tags(TargetOpcode.scsiResponse)).toEqual([first, second, late]);
    const [, , last] = initiator.received;
    expect([readUint32(last!.bhs, BhsField.expCmdSn), readUint32(last!.bhs, BhsField.maxCmdSn)]).toEqual([1, 4]);
  });

  it("cannot be made to keep more data than is wanted by leaving one command out", () => {
    const target = new TestTarget({ limits: { maxWaitingBytes: 10_000 } });
    const { initiator, link } = target.logIn();
    initiator.cmdSn = 2;
    for (let count = 0; count < 20; count += 1) initiator.ping(new Uint8Array(1000), false);
    link.run();
    expect(initiator.opcodes).toEqual(Array.from({ length: 10 }, () => "0x3f"));
    initiator.received.length = 0;
    const missing = initiator.testUnitReady({ cmdSn: 1 });
    const behind = initiator.testUnitReady();
    link.run();
    expect(initiator.tags(TargetOpcode.nopIn)).toHaveLength(10);
    expect(initiator.tags(TargetOpcode.scsiResponse)).toEqual([missing, behind]);
  });

  it("that are immediate are served at once, but only so many at a time", () => {
    const target = new TestTarget({ limits: { queueDepth: 1, maxImmediate: 2 } });
    const { initiator, link } = target.logIn();
    target.disk.held = true;
    initiator.read(0, 1);
    initiator.read(0, 1);
    link.run();
    // The second one is outside a window of one.
    expect(target.disk.underWay).toBe(1);
    for (let count = 0; count < 3; count += 1) initiator.read(0, 1, { immediate: true });
    link.run();
    expect(target.disk.underWay).toBe(3);
    expect(takeReject(initiator).reason).toBe(RejectReason.tooManyImmediateCommands);
    target.disk.letGo();
    link.run();
    expect(initiator.opcodes).toEqual(["0x25", "0x25", "0x25"]);
  });
});

describe("the command window", () => {
  it("closes as memory for data runs short, never strands an initiator, and opens again", () => {
    const kibi = 1024;
    const target = new TestTarget({ target: { dataBytes: 64 * kibi, luns: [] } });
    const [node] = target.server.targets;
    node!.addLun({ lun: 0, device: target.disk, maxTransferBytes: 16 * kibi });
    const { initiator, link } = target.logIn();
    target.disk.held = true;
    for (let count = 0; count < 4; count += 1) initiator.read(0, 32);
    link.run();
    expect(target.leftovers.memory).toBe(64 * kibi);
    const window = (): number => {
      initiator.ping();
      link.run();
      const { expCmdSn, maxCmdSn } = readNopIn(initiator.take(TargetOpcode.nopIn).bhs);
      return maxCmdSn - expCmdSn + 1;
    };
    // What was promised before is not taken back: the window becomes smaller by being used.
    expect(window()).toBe(124);
    for (let count = 0; count < 124; count += 1) initiator.testUnitReady();
    link.run();
    expect(initiator.tags(TargetOpcode.scsiResponse)).toHaveLength(124);
    initiator.received.length = 0;
    expect(window()).toBe(0);
    target.disk.letGo(1);
    link.run();
    expect(window()).toBeGreaterThan(0);
    target.disk.held = false;
    target.disk.letGo();
    link.run();
    // 16 KiB each, in segments of the 8 KiB that nobody negotiated away.
    expect(initiator.tags(TargetOpcode.dataIn)).toHaveLength(8);
    expect(window()).toBe(128);
  });

  it("leaves room for one command although all memory is somebody else's", () => {
    const kibi = 1024;
    const target = new TestTarget({ target: { dataBytes: 32 * kibi, luns: [] }, limits: { queueDepth: 2 } });
    const [node] = target.server.targets;
    node!.addLun({ lun: 0, device: target.disk, maxTransferBytes: 16 * kibi });
    const greedy = target.logIn({ isid: 1 });
    const modest = target.logIn({ isid: 2 });
    target.disk.held = true;
    greedy.initiator.read(0, 32);
    greedy.initiator.read(0, 32);
    greedy.link.run();
    expect(target.leftovers.memory).toBe(32 * kibi);
    for (let count = 0; count < 10; count += 1) {
      modest.initiator.testUnitReady();
      modest.link.run();
      modest.initiator.take(TargetOpcode.scsiResponse);
    }
  });
});

import { describe, expect, it } from "vitest";
import { TaskManagementResponseCode as Code, readTaskManagementResponse, TargetOpcode } from "#iscsi";
import type { HandInitiator } from "./testing/hand-initiator.ts";
import { TestTarget } from "./testing/test-target.ts";

function takeOutcome(initiator: HandInitiator, tag: number): number {
  const response = readTaskManagementResponse(initiator.take(TargetOpcode.taskManagementResponse).bhs);
  expect(response.initiatorTaskTag).toBe(tag);
  return response.response;
}

function heldWrite(target: TestTarget, initiator: HandInitiator, lba = 0): number {
  target.disk.held = true;
  const tag = initiator.write(lba, 1, { data: new Uint8Array(512).fill(0xee) });
  target.run();
  return tag;
}

describe("ABORT TASK", () => {
  it("is answered when the task is quiet: when its write can not reach the disk any more", () => {
    const target = new TestTarget();
    const { initiator, link } = target.logIn();
    const write = heldWrite(target, initiator);
    const abort = initiator.manage("abort-task", { referenced: write, refCmdSn: 1 });
    link.run();
    expect(initiator.received).toEqual([]);
    target.disk.letGo();
    link.run();
    expect(takeOutcome(initiator, abort)).toBe(Code.complete);
    expect(initiator.received).toEqual([]);
    expect(target.leftovers.commands).toBe(0);
  });

  it("of a task that waits for its data ends it, and what still comes of the data concerns nobody", () => {
    const target = new TestTarget();
    const { initiator, link } = target.logIn();
    const write = initiator.write(0, 4);
    link.run();
    initiator.take(TargetOpcode.r2t);
    const abort = initiator.manage("abort-task", { referenced: write, refCmdSn: 1 });
    initiator.dataOut(write, new Uint8Array(2048), { final: true, transferTag: 0 });
    link.run();
    expect(takeOutcome(initiator, abort)).toBe(Code.complete);
    expect(initiator.received).toEqual([]);
    initiator.testUnitReady();
    link.run();
    initiator.take(TargetOpcode.scsiResponse);
  });

  it("of a task whose unsolicited data never came lets the commands behind it run", () => {
    const target = new TestTarget();
    const { initiator, link } = target.logIn({ keys: [{ key: "InitialR2T", value: "No" }] });
    const write = initiator.write(0, 4, { final: false });
    const behind = initiator.testUnitReady();
    link.run();
    expect(initiator.received).toEqual([]);
    const abort = initiator.manage("abort-task", { referenced: write, refCmdSn: 1 });
    link.run();
    expect(takeOutcome(initiator, abort)).toBe(Code.complete);
    expect(initiator.tags(TargetOpcode.scsiResponse)).toEqual([behind]);
  });

  it("of a task that nobody knows says so", () => {
    const target = new TestTarget();
    const { initiator, link } = target.logIn();
    const abort = initiator.manage("abort-task", { referenced: 77, refCmdSn: 0 });
    link.run();
    expect(takeOutcome(initiator, abort)).toBe(Code["no-such-task"]);
  });

  it("that comes too late is answered behind the status of the task", () => {
    const target = new TestTarget();
    const { initiator, link } = target.logIn();
    const read = initiator.read(0, 8);
    const abort = initiator.manage("abort-task", { referenced: read, refCmdSn: 1 });
    link.run();
    expect(initiator.opcodes).toEqual(["0x25", "0x22"]);
    expect(takeOutcome(initiator, abort)).toBe(Code["no-such-task"]);
  });

  it("of a command that is still on its way uses its number up: it is ignored when it comes", () => {
    const target = new TestTarget();
    const { initiator, link } = target.logIn();
    initiator.cmdSn = 2;
    const abort = initiator.manage("abort-task", { referenced: 55, refCmdSn: 1 });
    link.run();
    expect(takeOutcome(initiator, abort)).toBe(Code.complete);
    initiator.testUnitReady({ tag: 55, cmdSn: 1 });
    const next = initiator.testUnitReady({ cmdSn: 2 });
    link.run();
    expect(initiator.tags(TargetOpcode.scsiResponse)).toEqual([next]);
  });
});

describe("functions for many tasks", () => {
  for (const [name, reset] of [
    ["abort-task-set", false],
    ["clear-task-set", false],
    ["lun-reset", true],
    ["target-warm-reset", true],
  ] as const) {
    it(`${name} ends what was there, is answered when that is quiet, and leaves the session usable`, () => {
      const target = new TestTarget();
      const { initiator, link } = target.logIn();
      heldWrite(target, initiator, 0);
      heldWrite(target, initiator, 1);
      initiator.write(2, 4);
      link.run();
      initiator.take(TargetOpcode.r2t);
      const management = initiator.manage(name);
      link.run();
      expect(initiator.received).toEqual([]);
      target.disk.letGo(1);
      link.run();
      expect(initiator.received).toEqual([]);
      target.disk.held = false;
      target.disk.letGo();
      link.run();
      expect(takeOutcome(initiator, management)).toBe(Code.complete);
      expect(initiator.received).toEqual([]);
      expect(target.leftovers).toMatchObject({ commands: 0, memory: 0 });
      initiator.testUnitReady();
      link.run();
      // A reset is told to everybody by a unit attention.
      expect(initiator.take(TargetOpcode.scsiResponse).bhs[3]).toBe(reset ? 0x02 : 0);
    });
  }

  it("LUN RESET concerns other initiators' commands as well, and they are told by a unit attention", () => {
    const target = new TestTarget();
    const one = target.logIn({ isid: 1 });
    const other = target.logIn({ isid: 2 });
    heldWrite(target, other.initiator);
    const reset = one.initiator.manage("lun-reset");
    target.run();
    target.disk.held = false;
    target.disk.letGo();
    target.run();
    expect(takeOutcome(one.initiator, reset)).toBe(Code.complete);
    expect(other.initiator.received).toEqual([]);
    other.initiator.testUnitReady();
    other.link.run();
    expect(other.initiator.take(TargetOpcode.scsiResponse).bhs[3]).toBe(0x02);
  });

  it("for a LUN that is not there say so", () => {
    const target = new TestTarget();
    const { initiator, link } = target.logIn();
    const reset = initiator.manage("lun-reset", { lun: 5 });
    link.run();
    expect(takeOutcome(initiator, reset)).toBe(Code["no-such-lun"]);
  });

  it("TARGET COLD RESET ends every session with the target, the asker's behind the answer", () => {
    const target = new TestTarget();
    const one = target.logIn({ isid: 1 });
    const other = target.logIn({ isid: 2 });
    const reset = one.initiator.manage("target-cold-reset");
    target.run();
    expect(takeOutcome(one.initiator, reset)).toBe(Code.complete);
    expect([one.initiator.isClosed, other.initiator.isClosed]).toEqual([true, true]);
    expect(target.server.sessions).toEqual([]);
  });

  it("that are not offered say so", () => {
    const target = new TestTarget();
    const { initiator, link } = target.logIn();
    const reassign = initiator.manage(8);
    const unknown = initiator.manage(99);
    link.run();
    expect(takeOutcome(initiator, reassign)).toBe(Code["no-reassignment"]);
    expect(takeOutcome(initiator, unknown)).toBe(Code["not-supported"]);
  });

  it("in CmdSN order wait for the commands before them", () => {
    const target = new TestTarget();
    const { initiator, link } = target.logIn();
    const abort = initiator.manage("abort-task-set", { immediate: false });
    initiator.received.length = 0;
    link.run();
    expect(takeOutcome(initiator, abort)).toBe(Code.complete);
    // A number is missing: the request waits until it comes.
    const missing = initiator.cmdSn;
    initiator.cmdSn += 1;
    const later = initiator.manage("abort-task-set", { immediate: false });
    link.run();
    expect(initiator.received).toEqual([]);
    initiator.testUnitReady({ cmdSn: missing });
    link.run();
    expect(initiator.opcodes).toEqual(["0x21", "0x22"]);
    expect(takeOutcome(initiator, later)).toBe(Code.complete);
  });

  it("more than a few at once are rejected: each one costs memory until it is answered", () => {
    const target = new TestTarget({ limits: { maxImmediate: 4 } });
    const { initiator, link } = target.logIn();
    heldWrite(target, initiator);
    for (let count = 0; count < 6; count += 1) initiator.manage("lun-reset");
    link.run();
    expect(initiator.opcodes).toEqual(["0x3f", "0x3f"]);
    target.disk.letGo();
    link.run();
    expect(initiator.opcodes).toEqual(["0x3f", "0x3f", "0x22", "0x22", "0x22", "0x22"]);
  });
});

import { describe, expect, it } from "vitest";
import { LogoutReason, TargetOpcode } from "#iscsi";
import { nothingLeft, TestTarget } from "./testing/test-target.ts";

describe("logging out", () => {
  it("ends the session behind the answer, and aborts what was under way", () => {
    const target = new TestTarget();
    const { initiator, link } = target.logIn();
    target.disk.held = true;
    initiator.write(0, 1, { data: new Uint8Array(512) });
    initiator.logout();
    link.run();
    expect(initiator.received).toEqual([]);
    initiator.ping();
    target.disk.letGo();
    link.run();
    expect(initiator.opcodes).toEqual(["0x26"]);
    expect(initiator.take(TargetOpcode.logoutResponse).bhs[2]).toBe(0);
    expect(initiator.isClosed).toBe(true);
    expect(target.endings).toEqual(["logged-out"]);
    expect(target.leftovers).toEqual(nothingLeft);
  });

  it("lets out what was answered before", () => {
    const target = new TestTarget();
    const { initiator, link } = target.logIn();
    initiator.read(0, 128);
    initiator.logout();
    link.run();
    expect(initiator.opcodes.at(-1)).toBe("0x26");
    expect(initiator.received.filter(({ opcode }) => opcode === TargetOpcode.dataIn).reduce((sum, { data }) => sum + data.length, 0)).toBe(
      65536,
    );
  });

  it("of a connection works by its CID alone, and for recovery not at all", () => {
    const target = new TestTarget();
    const { initiator, link } = target.logIn({ connectionId: 3 });
    initiator.logout(LogoutReason.closeConnection, 4);
    initiator.logout(LogoutReason.removeConnectionForRecovery, 3);
    link.run();
    expect(initiator.take(TargetOpcode.logoutResponse).bhs[2]).toBe(1);
    expect(initiator.take(TargetOpcode.logoutResponse).bhs[2]).toBe(2);
    initiator.logout(LogoutReason.closeConnection, 3);
    link.run();
    expect(initiator.take(TargetOpcode.logoutResponse).bhs[2]).toBe(0);
    expect(initiator.isClosed).toBe(true);
  });

  it("does not wait for ever for a disk that hangs", () => {
    const target = new TestTarget({ limits: { logoutMs: 1000 } });
    const { initiator, link } = target.logIn();
    target.disk.held = true;
    initiator.write(0, 1, { data: new Uint8Array(512) });
    initiator.logout();
    link.run();
    target.pass(1000);
    expect(initiator.isClosed).toBe(true);
    expect(target.leftovers).toMatchObject({ connections: 0, sessions: 0 });
    target.disk.letGo();
    expect(target.leftovers).toEqual(nothingLeft);
  });
});

import { describe, expect, it } from "vitest";
import { LoginStatus, TargetOpcode } from "#iscsi";
import { nothingLeft, TestTarget } from "./testing/test-target.ts";

describe("an initiator that logs in again with the same name and ISID", () => {
  it("has its old session ended, and goes on with a new one", () => {
    const target = new TestTarget();
    const old = target.logIn();
    const anew = target.logIn();
    target.run();
    expect(anew.tsih).not.toBe(old.tsih);
    expect(old.initiator.isClosed).toBe(true);
    expect(target.server.sessions.map(({ tsih }) => tsih)).toEqual([anew.tsih]);
    anew.initiator.testUnitReady();
    anew.link.run();
    anew.initiator.take(TargetOpcode.scsiResponse);
    anew.link.cut();
    expect(target.leftovers).toEqual(nothingLeft);
  });

  it("waits with its commands until nothing of the old session can reach the disk any more", () => {
    const target = new TestTarget();
    const old = target.logIn();
    target.disk.held = true;
    old.initiator.write(0, 1, { data: new Uint8Array(512).fill(0xaa) });
    old.link.run();
    expect(target.disk.underWay).toBe(1);

    const anew = target.logIn();
    anew.initiator.write(0, 1, { data: new Uint8Array(512).fill(0xbb) });
    anew.link.run();
    // The new write is not under way while the old one is.
    expect(target.disk.underWay).toBe(1);
    target.disk.letGo();
    expect(target.disk.underWay).toBe(1);
    target.disk.held = false;
    target.disk.letGo();
    anew.link.run();
    anew.initiator.take(TargetOpcode.scsiResponse);
    anew.initiator.read(0, 1);
    anew.link.run();
    expect(anew.initiator.take(TargetOpcode.dataIn).data.every((byte) => byte === 0xbb)).toBe(true);
  });

  it("but another ISID, or another name, has a session beside it", () => {
    const target = new TestTarget();
    target.logIn({ isid: 1 });
    target.logIn({ isid: 2 });
    target.logIn({ isid: 1, initiatorName: "iqn.2026-11.test:other" });
    expect(target.server.sessions).toHaveLength(3);
  });

  it("by another portal group has a session beside it, which is another port of the target", () => {
    const target = new TestTarget({ portalGroups: [{ tag: 1 }, { tag: 7 }] });
    const one = target.logIn({}, 1, 1);
    const other = target.logIn({}, 1, 7);
    target.run();
    expect(target.server.sessions.map(({ tsih }) => tsih)).toEqual([one.tsih, other.tsih]);
    const names = [...(target.server.targets[0]?.device.nexuses ?? [])].map(({ portalGroupTag }) => portalGroupTag);
    expect(names).toEqual([1, 7]);
    target.logIn({}, 1, 7);
    expect(target.server.sessions).toHaveLength(2);
    expect(one.initiator.isClosed).toBe(false);
  });

  it("may do so although there is no room for another session", () => {
    const target = new TestTarget({ limits: { maxSessions: 1 } });
    target.logIn();
    target.logIn();
    expect(target.server.sessions).toHaveLength(1);
  });
});

describe("a login with the TSIH of a session", () => {
  it("and its CID takes the session over: tasks of the old connection are gone, numbers go on", () => {
    const target = new TestTarget();
    const old = target.logIn();
    target.disk.held = true;
    old.initiator.read(0, 8);
    old.link.run();

    const { initiator, link } = target.connect();
    initiator.cmdSn = old.initiator.cmdSn;
    initiator.login({ tsih: old.tsih });
    link.run();
    target.run();
    expect(initiator.takeLoginResponse()).toMatchObject({ status: 0, tsih: old.tsih });
    expect(old.initiator.isClosed).toBe(true);
    expect(old.initiator.received).toEqual([]);

    const tag = initiator.testUnitReady();
    link.run();
    expect(initiator.received).toEqual([]);
    target.disk.letGo();
    link.run();
    expect(initiator.tags(TargetOpcode.scsiResponse)).toEqual([tag]);
    expect(target.server.sessions).toHaveLength(1);
    expect(target.leftovers.memory).toBe(0);
    link.cut();
    expect(target.leftovers).toEqual(nothingLeft);
  });

  it("and another CID is refused: one connection makes a session", () => {
    const target = new TestTarget();
    const { tsih } = target.logIn();
    const { initiator, link } = target.connect();
    initiator.login({ tsih, connectionId: 1 });
    link.run();
    expect(initiator.takeLoginResponse().status).toBe(LoginStatus.tooManyConnections);
    expect(target.server.sessions).toHaveLength(1);
  });

  it("that nobody has, or somebody else has, is refused", () => {
    const target = new TestTarget();
    const { tsih } = target.logIn();
    for (const login of [{ tsih: tsih + 1 }, { tsih, isid: 9 }, { tsih, initiatorName: "iqn.2026-11.test:thief" }]) {
      const { initiator, link } = target.connect();
      initiator.login(login);
      link.run();
      expect(initiator.takeLoginResponse().status).toBe(LoginStatus.sessionDoesNotExist);
    }
    expect(target.server.sessions).toHaveLength(1);
  });
});

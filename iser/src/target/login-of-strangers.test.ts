import { SystemRandom } from "kit/clock";
import { describe, expect, it } from "vitest";
import { encodeText, LoginStage, LoginStatus, TargetOpcode } from "#iscsi";
import { nothingLeft, TestTarget } from "./testing/test-target.ts";

describe("whoever connects", () => {
  it("and says nothing is dropped after the login time-out", () => {
    const target = new TestTarget({ limits: { loginMs: 10_000 } });
    const { initiator } = target.connect();
    target.pass(9_999);
    expect(initiator.isClosed).toBe(false);
    target.pass(1);
    expect(initiator.isClosed).toBe(true);
    expect(target.endings).toEqual(["failed"]);
    expect(target.leftovers).toEqual(nothingLeft);
  });

  it("and stops in the middle of the login is dropped as well, however often bytes trickle in", () => {
    const target = new TestTarget({ limits: { loginMs: 10_000 } });
    const { initiator, link } = target.connect();
    for (let second = 0; second < 10 && !initiator.isClosed; second += 1) {
      initiator.sendBytes(Uint8Array.of(0x43));
      link.run();
      target.pass(1_000);
    }
    expect(initiator.isClosed).toBe(true);
    expect(target.leftovers).toEqual(nothingLeft);
  });

  it.each(["MPA ID Req Frame", "GET / HTTP/1.1", "\u0016\u0003\u0001"])("and begins with %j is dropped at the first byte", (beginning) => {
    const target = new TestTarget();
    const { initiator, link } = target.connect();
    initiator.sendBytes(Buffer.from(beginning, "latin1").subarray(0, 1));
    link.run();
    expect(initiator.isClosed).toBe(true);
    expect(target.endings).toEqual(["failed"]);
    expect(target.leftovers).toEqual(nothingLeft);
  });

  it("and begins with something else than a Login Request is dropped without an answer", () => {
    const target = new TestTarget();
    for (const speak of ["ping", "testUnitReady", "logout"] as const) {
      const { initiator, link } = target.connect();
      initiator[speak]();
      link.run();
      expect(initiator.isClosed).toBe(true);
      expect(initiator.received).toEqual([]);
    }
    expect(target.leftovers).toEqual(nothingLeft);
  });

  it("and sends a command in the middle of the login is told so and dropped", () => {
    const target = new TestTarget();
    const { initiator, link } = target.connect();
    const text = encodeText([
      { key: "InitiatorName", value: "iqn.2026-11.test:initiator" },
      { key: "SessionType", value: "Discovery" },
    ]);
    initiator.sendLogin({ text, stage: LoginStage.securityNegotiation, next: LoginStage.operationalNegotiation });
    link.run();
    expect(initiator.takeLoginResponse().status).toBe(0);
    initiator.testUnitReady();
    link.run();
    expect(initiator.takeLoginResponse().status).toBe(LoginStatus.invalidDuringLogin);
    expect(initiator.isClosed).toBe(true);
    expect(target.endings).toEqual(["login-failed"]);
    expect(target.leftovers).toEqual(nothingLeft);
  });

  it("and asks for a target that is not here is told so", () => {
    const target = new TestTarget();
    const { initiator, link } = target.connect();
    initiator.login({ targetName: "iqn.2026-11.test:other" });
    link.run();
    expect(initiator.takeLoginResponse().status).toBe(LoginStatus.notFound);
    expect(initiator.isClosed).toBe(true);
  });

  it("and is not on the list of initiators may not use the target, and does not learn of it", () => {
    const target = new TestTarget({ target: { initiators: ["iqn.2026-11.test:friend"] } });
    const stranger = target.connect();
    stranger.initiator.login();
    stranger.link.run();
    expect(stranger.initiator.takeLoginResponse().status).toBe(LoginStatus.authorizationFailure);
    const curious = target.logIn({ targetName: "" });
    curious.initiator.text(encodeText([{ key: "SendTargets", value: "All" }]));
    curious.link.run();
    expect(curious.initiator.take(TargetOpcode.textResponse).data).toEqual(new Uint8Array(0));
    target.logIn({ initiatorName: "iqn.2026-11.test:Friend" });
  });

  it("is sent to where the target went, for now or for good, and may come once that is over", () => {
    const target = new TestTarget({ target: { redirect: { permanent: false, address: "192.0.2.1:3260" } } });
    const status = (): [number, string | undefined] => {
      const { initiator, link } = target.connect();
      initiator.login();
      link.run();
      const response = initiator.takeLoginResponse();
      return [response.status, response.text.get("TargetAddress")];
    };
    const [node] = target.server.targets;
    expect(status()).toEqual([LoginStatus.targetMovedTemporarily, "192.0.2.1:3260"]);
    node!.redirect = { permanent: true, address: "[2001:db8::1]:3260,2" };
    expect(status()).toEqual([LoginStatus.targetMovedPermanently, "[2001:db8::1]:3260,2"]);
    expect(target.endings).toEqual(["redirected", "redirected"]);
    node!.redirect = undefined;
    expect(status()[0]).toBe(0);
  });

  it("finds no place when there are as many connections, or sessions, as are wanted", () => {
    const target = new TestTarget({ limits: { maxConnections: 3, maxSessions: 1 } });
    target.logIn({ isid: 1 });
    const second = target.connect();
    second.initiator.login({ isid: 2 });
    second.link.run();
    expect(second.initiator.takeLoginResponse().status).toBe(LoginStatus.outOfResources);
    target.connect();
    target.connect();
    expect(() => target.connect()).toThrow("turned away");
    expect(target.events.at(-1)).toMatchObject({ event: "turned-away" });
    // The one who is there may still open its session anew.
    expect(target.server.sessions).toHaveLength(1);
  });

  it("has to prove who it is where that is demanded, and its secret is in no event", () => {
    const authentication = { kind: "chap", secretOf: () => "a secret of 16 b" } as const;
    const target = new TestTarget({ target: { authentication }, random: new SystemRandom() });
    const { initiator, link } = target.connect();
    initiator.login();
    link.run();
    expect(initiator.takeLoginResponse().status).toBe(LoginStatus.authenticationFailure);
    expect(target.server.statistics.loginsFailed).toBe(1);
    expect(JSON.stringify(target.events)).not.toContain("a secret");
  });

  it("twice with one session's name finds that discovery sessions do not replace each other", () => {
    const target = new TestTarget();
    const first = target.logIn({ targetName: "" });
    target.logIn({ targetName: "" });
    first.initiator.ping();
    first.link.run();
    first.initiator.take(TargetOpcode.nopIn);
  });
});

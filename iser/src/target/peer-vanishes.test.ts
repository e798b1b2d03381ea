import { describe, expect, it } from "vitest";
import { encodeText, LoginStage, readTextResponse, TargetOpcode } from "#iscsi";
import { nothingLeft, type TestConnection, TestTarget } from "./testing/test-target.ts";

/** Ways into every state a connection can be left in. */
const situations: readonly (readonly [name: string, enter: (target: TestTarget) => TestConnection])[] = [
  ["before it said anything", (target) => target.connect()],
  [
    "in the middle of the first header",
    (target) => {
      const connection = target.connect();
      connection.initiator.sendBytes(new Uint8Array(20).fill(0x43));
      return connection;
    },
  ],
  [
    "between two login requests",
    (target) => {
      const connection = target.connect();
      const text = encodeText([
        { key: "InitiatorName", value: "iqn.2026-11.test:initiator" },
        { key: "SessionType", value: "Discovery" },
      ]);
      connection.initiator.sendLogin({ text, stage: LoginStage.securityNegotiation, next: LoginStage.operationalNegotiation });
      return connection;
    },
  ],
  ["right after its login", (target) => target.logIn()],
  ["in a discovery session", (target) => target.logIn({ targetName: "" })],
  [
    "in the middle of the data of a write",
    (target) => {
      const connection = target.logIn();
      const whole = new Uint8Array(48 + 300);
      whole.set([0x01, 0xa1, 0, 0, 0, 0, 2, 0]);
      whole[19] = 9;
      whole[22] = 2;
      whole[27] = 1;
      whole.set([0x2a, 0, 0, 0, 0, 0, 0, 0, 1], 32);
      connection.initiator.sendBytes(whole);
      return connection;
    },
  ],
  [
    "while its write waits for the data that was asked for",
    (target) => {
      const connection = target.logIn();
      connection.initiator.write(0, 16);
      return connection;
    },
  ],
  [
    "while its write waits for data that it announced",
    (target) => {
      const connection = target.logIn({ keys: [{ key: "InitialR2T", value: "No" }] });
      connection.initiator.write(0, 16, { final: false });
      connection.initiator.testUnitReady();
      return connection;
    },
  ],
  [
    "while a command is missing and others wait for their turn",
    (target) => {
      const connection = target.logIn();
      connection.initiator.cmdSn += 1;
      connection.initiator.write(0, 1, { data: new Uint8Array(512) });
      connection.initiator.manage("abort-task-set", { immediate: false });
      return connection;
    },
  ],
  [
    "while its commands are at the disk",
    (target) => {
      const connection = target.logIn();
      target.disk.held = true;
      connection.initiator.read(0, 8);
      connection.initiator.write(8, 1, { data: new Uint8Array(512) });
      return connection;
    },
  ],
  [
    "while its read data waits to be taken",
    (target) => {
      const connection = target.logIn();
      connection.initiator.inputPaused = true;
      for (let count = 0; count < 4; count += 1) connection.initiator.read(0, 256);
      return connection;
    },
  ],
  [
    "while a task management function waits for the disk",
    (target) => {
      const connection = target.logIn();
      target.disk.held = true;
      connection.initiator.read(0, 8);
      connection.initiator.manage("lun-reset");
      connection.initiator.manage("abort-task", { referenced: 1, refCmdSn: 1 });
      return connection;
    },
  ],
  [
    "in the middle of a long text",
    (target) => {
      const connection = target.logIn({ targetName: "" });
      connection.initiator.text(new Uint8Array(10).fill(0x41), { continues: true, final: false });
      connection.link.run();
      readTextResponse(connection.initiator.take(TargetOpcode.textResponse).bhs);
      return connection;
    },
  ],
  [
    "while its logout waits for the disk",
    (target) => {
      const connection = target.logIn();
      target.disk.held = true;
      connection.initiator.read(0, 8);
      connection.initiator.logout();
      return connection;
    },
  ],
  [
    "when it was asked to log out",
    (target) => {
      const connection = target.logIn();
      target.server.requestLogout(60);
      return connection;
    },
  ],
  [
    "when it was pinged",
    (target) => {
      const connection = target.logIn();
      target.pass(target.server.limits.pingAfterMs);
      return connection;
    },
  ],
];

describe("a peer that vanishes", () => {
  for (const [name, enter] of situations) {
    it(`${name} leaves nothing behind`, () => {
      const target = new TestTarget();
      const { link, initiator } = enter(target);
      link.run();
      link.cut(new Error("somebody pulled the plug"));
      expect(initiator.isClosed).toBe(true);
      expect(target.leftovers).toMatchObject({ connections: 0, sessions: 0, commands: 0, nexuses: 0 });
      target.disk.held = false;
      target.disk.letGo();
      expect(target.leftovers).toEqual(nothingLeft);
      expect(target.clock.waiting).toBe(0);
      // And the next one is served as if nothing had been.
      const next = target.logIn();
      next.initiator.read(0, 8);
      next.link.run();
      next.initiator.take(TargetOpcode.dataIn);
    });
  }

  it("for good stops the target from closing no longer than agreed", async () => {
    const target = new TestTarget({ limits: { closeMs: 1000 } });
    const { initiator, link } = target.logIn();
    target.disk.held = true;
    initiator.read(0, 8);
    link.run();
    let over = false;
    const closing = target.server.close().then(() => {
      over = true;
    });
    target.run();
    target.clock.advance(999);
    await Promise.resolve();
    expect(over).toBe(false);
    target.clock.advance(1);
    await closing;
    target.disk.letGo();
    expect(target.leftovers).toEqual(nothingLeft);
  });
});

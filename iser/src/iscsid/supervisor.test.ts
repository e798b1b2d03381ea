import { Secret } from "kit/log";
import { beforeEach, describe, expect, it } from "vitest";
import type { SessionChanges, SessionConfig, SessionStatus } from "#control";
import { config, discovery, nothing, Supervision, two } from "./testing/supervision.ts";

let daemon: Supervision;
beforeEach(() => {
  daemon = new Supervision();
});

describe("adding sessions", () => {
  it("answers at once and shows how far the session is", () => {
    expect(daemon.add(config)).toBe(1);
    expect(daemon.session()).toMatchObject({
      sessionId: 1,
      initiatorName: "iqn.1994-09.org.freebsd:test",
      targetName: "iqn.x:one",
      connected: false,
      failureReason: "Waiting for iscsid(8)",
      negotiated: undefined,
      devices: [],
    });
    daemon.initiator.link(0).lose("Authentication failure");
    expect(daemon.session()).toMatchObject({ connected: false, failureReason: "Authentication failure" });
    daemon.initiator.link(0).connect(0, 5);
    expect(daemon.session()).toMatchObject({
      connected: true,
      failureReason: undefined,
      initiatorPortal: "127.0.0.1:5000",
      targetAlias: "scripted",
      devices: [
        { lun: 0, device: "da0", uri: "nbd+unix:///da0?socket=/run/nbd.sock", size: 1048576, blockSize: 512 },
        { lun: 5, device: "da1" },
      ],
    });
  });

  it("refuses what is there already, and what contradicts itself", () => {
    daemon.add(config);
    expect(daemon.add(config)).toMatchObject({
      code: "EBUSY",
      message: "a session with iqn.x:one at 192.0.2.1 is there already (session 1)",
    });
    expect(daemon.add({ ...config, targetAddress: "192.0.2.2" })).toBe(2);
    expect(daemon.add({ ...config, targetName: undefined })).toMatchObject({ code: "EINVAL" });
    expect(daemon.add({ ...discovery, targetName: "iqn.x:one" })).toMatchObject({ code: "EINVAL" });
    expect(daemon.add({ ...two, user: "me" })).toMatchObject({ code: "EINVAL" });
    expect(daemon.add({ ...two, targetAddress: "host:0" })).toMatchObject({
      code: "EINVAL",
      message: expect.stringContaining('"host:0" is no portal'),
    });
    expect(daemon.supervisor.sessions().length).toBe(2);
  });

  it("only remembers a session that is not enabled", () => {
    daemon.add({ ...config, enable: false });
    expect(daemon.initiator.links).toEqual([]);
    expect(daemon.session()).toMatchObject({ enable: false, connected: false, failureReason: undefined });
    expect(daemon.remove({ all: true }).answer).toEqual({ removed: 1 });
  });

  it("never shows or logs a secret", () => {
    daemon.add({ ...config, user: "me", secret: new Secret("swordfish1234") });
    daemon.initiator.link(0).lose("Authentication failure");
    expect(JSON.stringify([daemon.supervisor.sessions(), daemon.records])).not.toContain("swordfish");
    expect(daemon.session()).toMatchObject({ user: "me", hasSecret: true });
  });
});

describe("removing sessions", () => {
  it("takes the devices away from their daemon.users, then logs out, then answers", () => {
    daemon.add(config);
    daemon.initiator.link(0).connect(0);
    const device = daemon.devices.list()[0]?.device;
    const removal = daemon.remove({ targetName: "iqn.x:one" });
    expect(daemon.supervisor.sessions()).toEqual([]);
    expect(daemon.names()).toEqual([]);
    expect(daemon.initiator.link(0).loggedOut).toBeUndefined();
    daemon.withdrawals[0]?.done();
    expect(daemon.initiator.link(0).loggedOut).toBeDefined();
    expect(removal.answer).toBeUndefined();
    daemon.initiator.link(0).loggedOut?.();
    expect(removal.answer).toEqual({ removed: 1 });
    device?.flush((error) => expect(error).toMatchObject({ code: "ESHUTDOWN" }));
    expect.assertions(7);
  });

  it("is refused while somebody has a device open, unless it is forced", () => {
    daemon.add(config);
    daemon.initiator.link(0).connect(0);
    daemon.users = 1;
    expect(daemon.remove({ all: true }).answer).toMatchObject({ code: "EBUSY", message: expect.stringContaining("da0 is in use") });
    expect(daemon.names()).toEqual(["da0"]);
    const forced = daemon.remove({ all: true, force: true });
    expect(daemon.names()).toEqual([]);
    daemon.withdrawals[0]?.done();
    daemon.initiator.link(0).loggedOut?.();
    expect(forced.answer).toEqual({ removed: 1 });
  });

  it("does not wait for ever for a target that does not answer", () => {
    daemon.add(config);
    daemon.initiator.link(0).connect(0);
    const removal = daemon.remove({ all: true });
    daemon.clock.advance(4999);
    expect(daemon.initiator.link(0).loggedOut).toBeUndefined();
    daemon.clock.advance(1);
    daemon.initiator.link(0).loggedOut?.();
    expect(removal.answer).toEqual({ removed: 1 });
    daemon.withdrawals[0]?.done();
    expect(daemon.clock.waiting).toBe(0);
  });

  it("takes only what matches everything that was given", () => {
    daemon.add(config);
    daemon.add(two);
    daemon.add({ ...two, targetAddress: "192.0.2.2" });
    expect(daemon.remove({ targetName: "iqn.x:three" }).answer).toMatchObject({ code: "ESRCH" });
    expect(daemon.remove({ targetName: "iqn.x:two", targetAddress: "192.0.2.9" }).answer).toMatchObject({ code: "ESRCH" });
    expect(daemon.remove({}).answer).toMatchObject({ code: "ESRCH" });
    const removal = daemon.remove({ targetName: "iqn.x:two" });
    expect(daemon.supervisor.sessions().map(({ sessionId }) => sessionId)).toEqual([1]);
    for (const link of daemon.initiator.links) link.loggedOut?.();
    expect(removal.answer).toEqual({ removed: 2 });
    expect(daemon.remove({ targetName: "iqn.x:two" }).answer).toMatchObject({ code: "ESRCH" });
  });

  it("ignores what the link still says", () => {
    daemon.add(config);
    daemon.remove({ all: true });
    daemon.initiator.link(0).connect(0);
    expect(daemon.names()).toEqual([]);
  });

  it("of all there are says so when there are none", () => {
    expect(daemon.remove({ all: true }).answer).toMatchObject({ code: "ESRCH", message: "there is no session to remove" });
  });
});

describe("changing sessions", () => {
  function modify(
    sessionId: number,
    change: Partial<SessionChanges> | { readonly replacement: SessionConfig },
    force = false,
  ): object | undefined {
    let answer: object | undefined;
    const request =
      "replacement" in change ? { changes: undefined, ...change } : { changes: { ...nothing, ...change }, replacement: undefined };
    daemon.supervisor.modify({ sessionId, force, ...request }, (result) => {
      answer = result;
    });
    return answer;
  }

  it("logs in anew with another address or other credentials, under the same id, with the same devices", () => {
    const id = daemon.added(config);
    daemon.initiator.link(0).connect(0, 1);
    const before = daemon.devices.list().map(({ name, device }) => [name, device]);
    expect(modify(id, { targetAddress: "192.0.2.2", user: "me", secret: new Secret("swordfish1234") })).toEqual({});
    expect(daemon.initiator.link(0).configs).toEqual([
      expect.objectContaining({ targetAddress: "192.0.2.2", user: "me", authMethod: "CHAP" }),
    ]);
    expect(daemon.session()).toMatchObject({ sessionId: id, targetAddress: "192.0.2.2", user: "me", hasSecret: true, connected: false });
    daemon.initiator.link(0).connect(0, 1);
    expect(daemon.session()).toMatchObject({ connected: true });
    expect(daemon.devices.list().map(({ name, device }) => [name, device])).toEqual(before);
    expect(daemon.withdrawals).toEqual([]);
    expect(JSON.stringify([daemon.supervisor.sessions(), daemon.records])).not.toContain("swordfish");
  });

  it("is refused to one that somebody would miss, unless it is forced; another portal takes nothing away", () => {
    daemon.add(config);
    daemon.initiator.link(0).connect(0);
    daemon.users = 1;
    const busy = { code: "EBUSY", message: expect.stringContaining("da0 is in use") };
    expect(modify(1, { enable: false })).toMatchObject(busy);
    expect(modify(1, { targetName: "iqn.x:another" })).toMatchObject(busy);
    expect(modify(1, { replacement: { ...config, enable: false } })).toMatchObject(busy);
    expect(daemon.names()).toEqual(["da0"]);
    expect(modify(1, { targetAddress: "192.0.2.99" })).toEqual({});
    expect(modify(1, { enable: false }, true)).toEqual({});
  });

  it("stays away while it is disabled, and comes back", () => {
    const id = daemon.added(config);
    daemon.initiator.link(0).connect(0);
    modify(id, { enable: false });
    expect(daemon.initiator.link(0).configs.at(-1)).toMatchObject({ enable: false });
    expect(daemon.session()).toMatchObject({ enable: false, connected: false, failureReason: undefined });
    expect(daemon.wait(undefined, 0).pending).toEqual([]);
    modify(id, { enable: true });
    expect(daemon.initiator.link(0).configs.at(-1)).toMatchObject({ enable: true });
    daemon.initiator.link(0).connect(0);
    expect(daemon.session()).toMatchObject({ connected: true, devices: [{ device: "da0" }] });
  });

  it("connects one that was added disabled", () => {
    const id = daemon.added({ ...config, enable: false });
    modify(id, { enable: true });
    daemon.initiator.link(0).connect(0);
    expect(daemon.session()).toMatchObject({ enable: true, connected: true });
  });

  it("lets the disks of another target go first, whose names are free then", () => {
    const id = daemon.added(config);
    daemon.initiator.link(0).connect(0);
    modify(id, { targetName: "iqn.x:other" });
    expect(daemon.names()).toEqual([]);
    modify(id, { user: "me", secret: new Secret("swordfish1234") });
    expect(daemon.initiator.links.length).toBe(1);
    daemon.withdrawals[0]?.done();
    daemon.initiator.link(0).loggedOut?.();
    daemon.initiator.link(0).connect(0);
    expect(daemon.initiator.link(1).config).toMatchObject({ targetName: "iqn.x:other", user: "me" });
    daemon.initiator.link(1).connect(3);
    expect(daemon.session()).toMatchObject({ sessionId: id, targetName: "iqn.x:other", devices: [{ lun: 3, device: "da0" }] });
  });

  it("is removed for good though it is about to change its target", () => {
    const id = daemon.added(config);
    daemon.initiator.link(0).connect(0);
    modify(id, { targetName: "iqn.x:other" });
    const removal = daemon.remove({ all: true });
    daemon.withdrawals[0]?.done();
    expect(removal.answer).toBeUndefined();
    daemon.initiator.link(0).loggedOut?.();
    expect(removal.answer).toEqual({ removed: 1 });
    expect(daemon.initiator.links.length).toBe(1);
  });

  it("takes a whole configuration, of another kind too", () => {
    const id = daemon.added(discovery);
    modify(id, { replacement: { ...discovery, targetAddress: "192.0.2.9" } });
    expect(daemon.initiator.abandonedDiscoveries).toBe(1);
    expect(daemon.initiator.discoveries[1]?.config).toMatchObject({ targetAddress: "192.0.2.9" });
    modify(id, { replacement: two });
    expect(daemon.initiator.abandonedDiscoveries).toBe(2);
    expect(daemon.session()).toMatchObject({ sessionId: id, sessionType: "Normal", targetName: "iqn.x:two" });
  });

  it("is refused for what is not there, is there already, or contradicts itself", () => {
    const id = daemon.added(config);
    daemon.added(two);
    expect(modify(9, { enable: false })).toMatchObject({ code: "ESRCH", message: expect.stringContaining("session-id 9 not found") });
    expect(modify(id, { targetName: "iqn.x:two" })).toMatchObject({ code: "EBUSY" });
    expect(modify(id, { targetAddress: "host:0" })).toMatchObject({ code: "EINVAL" });
    expect(modify(id, { user: "me" })).toMatchObject({ code: "EINVAL" });
    expect(modify(id, { replacement: { ...config, protocol: "iSER" } })).toMatchObject({ code: "ENXIO" });
    expect(daemon.session()).toMatchObject({ targetName: "iqn.x:one", user: undefined });
    expect(daemon.initiator.link(0).configs).toEqual([]);
  });
});

describe("what this platform cannot do", () => {
  it("is said in the log, and done without", () => {
    daemon.added({ ...config, dscp: 46, offload: "cxgbei" });
    daemon.initiator.link(0).connect(0);
    expect(daemon.session()).toMatchObject({ connected: true, dscp: 46 });
    expect(daemon.records.filter(({ message }) => message.includes("without effect")).map(({ fields }) => fields)).toEqual([
      expect.objectContaining({ session: 1, dscp: 46, offload: "cxgbei" }),
    ]);
  });
});

describe("listing", () => {
  it("has secrets only when they are asked for", () => {
    const secret = new Secret("swordfish1234");
    daemon.added({
      ...config,
      authMethod: "CHAP",
      user: "me",
      secret,
      mutualUser: "you",
      mutualSecret: new Secret("marlin1234567"),
      dscp: 46,
    });
    const listed = (showSecrets: boolean): SessionStatus | undefined => {
      let sessions: readonly SessionStatus[] = [];
      daemon.supervisor.list({ showSecrets }, (result) => {
        if ("sessions" in result) sessions = result.sessions;
      });
      return sessions[0];
    };
    expect(listed(false)).toMatchObject({ mutualUser: "you", hasMutualSecret: true, dscp: 46, pcp: undefined });
    expect(listed(false)).not.toHaveProperty("secret");
    expect(listed(true)).toMatchObject({ secret: "swordfish1234", mutualSecret: "marlin1234567" });
  });
});

describe("waiting", () => {
  it("ends when the session is connected", () => {
    const id = daemon.added(config);
    daemon.add(two);
    const waiting = daemon.wait([id], 10_000);
    daemon.clock.advance(9_000);
    expect(waiting.pending).toBeUndefined();
    daemon.initiator.link(0).connect(0);
    expect(waiting.pending).toEqual([]);
    expect(daemon.clock.waiting).toBe(0);
  });

  it("ends with the reason when time is over", () => {
    const id = daemon.added(config);
    const waiting = daemon.wait([id], 5000);
    daemon.initiator.link(0).lose("Not found");
    daemon.clock.advance(5000);
    expect(waiting.pending).toEqual([{ sessionId: id, targetName: "iqn.x:one", targetAddress: "192.0.2.1", reason: "Not found" }]);
  });

  it("for everything ends with the last, and does not wait for what is disabled", () => {
    expect(daemon.wait(undefined, 0).pending).toEqual([]);
    daemon.add(config);
    daemon.add(two);
    daemon.add({ ...config, targetName: "iqn.x:off", enable: false });
    const waiting = daemon.wait(undefined, 0);
    daemon.initiator.link(0).connect();
    daemon.clock.advance(1e9);
    expect(waiting.pending).toBeUndefined();
    daemon.initiator.link(1).connect();
    expect(waiting.pending).toEqual([]);
  });

  it("fails for a session that is removed, and is forgotten when its client leaves", () => {
    const id = daemon.added(config);
    const removed = daemon.wait([id], 0);
    const left = daemon.wait([id], 1000);
    left.abandon();
    daemon.remove({ all: true });
    expect(removed.error).toMatchObject({ code: "ESRCH" });
    expect(daemon.wait([77], 0).error).toMatchObject({ code: "ESRCH" });
    expect(left).toMatchObject({ pending: undefined, error: undefined });
    expect(daemon.clock.waiting).toBe(0);
  });

  it("is refused for longer than a timer can count", () => {
    const answers: unknown[] = [];
    daemon.supervisor.wait({ sessionIds: undefined, timeoutMs: 2 ** 31 }, (answer) => answers.push(answer));
    expect(answers).toEqual([expect.objectContaining({ code: "EINVAL" })]);
  });
});

describe("the iSER transport", () => {
  it("is needed for sessions over it, and the refusal says how it is loaded", () => {
    const overIser: SessionConfig = { ...config, protocol: "iSER" };
    expect(daemon.add(overIser)).toMatchObject({
      code: "ENXIO",
      message: 'iscsid has not loaded the iSER transport; put iser_load="YES" into /etc/loader.conf, or start it with --load iser',
    });
    daemon.iser.isLoaded = true;
    daemon.added(overIser);
    expect(daemon.session()).toMatchObject({ protocol: "iSER" });
    expect(daemon.initiator.link(0).config).toMatchObject({ protocol: "iSER" });
  });

  it("says as much as the variable allows, and errors always", () => {
    const said = (): string[] => {
      daemon.records.splice(0);
      daemon.iser.error("a", "1");
      daemon.iser.warn("b", "2");
      daemon.iser.info("c", "3");
      daemon.iser.debugging("d", "4");
      return daemon.records.map(({ level, message }) => `${level} ${message}`);
    };
    const everything = ["error ERROR: a: 1", "warn WARNING: b: 2", "info INFO: c: 3", "debug DEBUG: d: 4"];
    for (let level = 0; level <= 3; level++) {
      expect(sysctl("kern.iser.debug", level)).toEqual({ value: String(Math.max(0, level - 1)) });
      expect(sysctl("kern.iser.debug")).toEqual({ value: String(level) });
      expect(said()).toEqual(everything.slice(0, level + 1));
    }
    expect(sysctl("kern.iser.debug", 4)).toMatchObject({ code: "EINVAL" });
    expect(sysctl("kern.ostype")).toMatchObject({ code: "ENOENT" });
    expect(sysctl("kern.iser.debug")).toEqual({ value: "3" });
  });

  function sysctl(name: string, value?: number): unknown {
    let answered: unknown;
    daemon.supervisor.sysctl({ name, value: value === undefined ? undefined : String(value) }, (answer) => {
      answered = answer;
    });
    return answered;
  }
});

it("however many units a session has, they come and go as one change each", () => {
  const luns = Array.from({ length: 1024 }, (_, lun) => lun);
  let changes = 0;
  daemon.devices.onChange(() => {
    changes += 1;
  });
  daemon.add(config);
  daemon.initiator.link(0).connect(...luns);
  expect([changes, daemon.names().length]).toEqual([1, luns.length]);
  daemon.remove({ all: true });
  expect([changes, daemon.names().length]).toEqual([2, 0]);
});

describe("discovery", () => {
  const found = [
    { targetName: "iqn.x:one", targetAddress: "192.0.2.1" },
    { targetName: "iqn.x:two", targetAddress: "192.0.2.7:3261" },
  ];

  it("turns into sessions, and who waited for it waits for them", () => {
    const secret = new Secret("swordfish1234");
    daemon.add(config);
    const id = daemon.added({ ...discovery, user: "me", secret });
    expect(daemon.session(1)).toMatchObject({ sessionType: "Discovery", failureReason: undefined, connected: false });
    const waiting = daemon.wait([id], 0);
    daemon.initiator.discoveries[0]?.answer(found);
    expect(daemon.supervisor.sessions().map(({ sessionType, targetName, user }) => [sessionType, targetName, user])).toEqual([
      ["Normal", "iqn.x:one", undefined],
      ["Normal", "iqn.x:two", "me"],
    ]);
    expect(daemon.initiator.link(1).config).toMatchObject({ targetAddress: "192.0.2.7:3261", secret });
    daemon.initiator.link(0).connect(0);
    expect(waiting.pending).toBeUndefined();
    daemon.initiator.link(1).connect(0);
    expect(waiting.pending).toEqual([]);
  });

  it("of far too many targets the first become sessions, and that is told", () => {
    const many = Array.from({ length: 65_536 }, (_, number) => ({ targetName: `iqn.x:${number}`, targetAddress: "192.0.2.1" }));
    daemon.add(discovery);
    daemon.initiator.discoveries[0]?.answer(many);
    expect(daemon.supervisor.sessions().map(({ targetName }) => targetName)).toEqual(
      many.slice(0, 1024).map(({ targetName }) => targetName),
    );
    expect(daemon.records.filter(({ level }) => level === "warn")).toMatchObject([{ fields: { targets: 65_536, takenUp: 1024 } }]);
  });

  it("is tried again, ever more slowly, and shows why", () => {
    daemon.add(discovery);
    const waits: number[] = [];
    for (let attempt = 0; attempt < 8; attempt++) {
      daemon.initiator.discoveries[attempt]?.answer(new Error("connection refused"));
      expect(daemon.session()).toMatchObject({ failureReason: "connection refused" });
      const due = daemon.clock.nextDue() ?? Number.NaN;
      waits.push(due - daemon.clock.now());
      daemon.clock.advanceTo(due);
    }
    expect(daemon.initiator.discoveries.length).toBe(9);
    expect(waits[0]).toBeGreaterThanOrEqual(750);
    expect(waits[0]).toBeLessThan(1250);
    expect(waits[7]).toBeGreaterThanOrEqual(22_500);
    expect(waits[7]).toBeLessThanOrEqual(37_500);
    expect(daemon.records.filter(({ message }) => message === "discovery failed").length).toBe(1);
  });

  it("can be removed while it waits and while it asks", () => {
    daemon.add(discovery);
    daemon.remove({ all: true });
    expect(daemon.initiator.abandonedDiscoveries).toBe(1);
    daemon.add(discovery);
    daemon.initiator.discoveries[1]?.answer(new Error("connection refused"));
    expect(daemon.remove({ targetAddress: "192.0.2.1" }).answer).toEqual({ removed: 1 });
    expect(daemon.clock.waiting).toBe(0);
  });
});

describe("the end of the daemon", () => {
  it("logs every session out, answers who waits, and takes no more", () => {
    daemon.add(config);
    const id = daemon.added(two);
    daemon.initiator.link(0).connect(0);
    const waiting = daemon.wait([id], 0);
    let ended = false;
    daemon.supervisor.close(() => {
      ended = true;
    });
    expect(waiting.error).toMatchObject({ code: "ESHUTDOWN" });
    expect(daemon.add({ ...config, targetName: "iqn.x:late" })).toMatchObject({ code: "ESHUTDOWN" });
    daemon.withdrawals[0]?.done();
    daemon.initiator.link(0).loggedOut?.();
    expect(ended).toBe(false);
    daemon.initiator.link(1).loggedOut?.();
    expect(ended).toBe(true);
    expect(daemon.clock.waiting).toBe(0);
  });
});

it("logs what happens to a session once, not at every attempt", () => {
  daemon.add(config);
  for (let attempt = 0; attempt < 3; attempt++) daemon.initiator.link(0).lose("connection refused");
  daemon.initiator.link(0).connect(0);
  daemon.initiator.link(0).lose("connection reset");
  daemon.initiator.link(0).lose("connection refused");
  expect(daemon.records.map(({ level, message, fields }) => [level, message, fields.reason ?? fields.device ?? fields.devices])).toEqual([
    ["warn", "session cannot be connected", "connection refused"],
    ["info", "device found", "da0"],
    ["info", "session connected", "da0"],
    ["warn", "session lost", "connection reset"],
    ["warn", "session cannot be connected", "connection refused"],
  ]);
});

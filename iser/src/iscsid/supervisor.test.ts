import { SeededRandom, VirtualClock } from "kit/clock";
import { Logger, type LogRecord, Secret } from "kit/log";
import { beforeEach, describe, expect, it } from "vitest";
import type { BlockDevice } from "#block";
import { defaultSessionConfig } from "#config";
import type { ControlError, ResultOf, SessionChanges, SessionConfig, SessionStatus } from "#control";
import { DeviceRegistry } from "./device-registry.ts";
import { IserDriver } from "./iser-driver.ts";
import { SessionIdentities } from "./session-identities.ts";
import { Settings } from "./settings.ts";
import { Supervisor } from "./supervisor.ts";
import { ScriptedInitiator } from "./testing/scripted-initiator.ts";
import { Variables } from "./variables.ts";

const config: SessionConfig = { ...defaultSessionConfig, targetAddress: "192.0.2.1", targetName: "iqn.x:one" };
const two: SessionConfig = { ...config, targetName: "iqn.x:two" };
const discovery: SessionConfig = { ...config, sessionType: "Discovery", targetName: undefined };

let clock: VirtualClock;
let initiator: ScriptedInitiator;
let iser: IserDriver;
let devices: DeviceRegistry;
let withdrawals: { device: BlockDevice; done: () => void }[];
let users: number;
let records: LogRecord[];
let supervisor: Supervisor;

beforeEach(() => {
  clock = new VirtualClock();
  initiator = new ScriptedInitiator();
  devices = new DeviceRegistry();
  withdrawals = [];
  users = 0;
  devices.serveBy({ withdraw: (device, done) => withdrawals.push({ device, done }), usersOf: () => users });
  records = [];
  const log = new Logger((record) => records.push(record), { level: "debug", wallClock: () => 0 });
  const deviceUri = (name: string): string => `nbd+unix:///${name}?socket=/run/nbd.sock`;
  iser = new IserDriver(log);
  const variables = new Variables(new Settings(), iser);
  const loaderFile = "/etc/loader.conf";
  const random = new SeededRandom(1);
  const identities = new SessionIdentities(random);
  supervisor = new Supervisor({ iser, variables, loaderFile, initiator, identities, devices, log, deviceUri, clock, random });
});

function add(session: SessionConfig): number | ControlError {
  let answer: ResultOf<"add"> | ControlError | undefined;
  supervisor.add({ session }, (result) => {
    answer = result;
  });
  if (answer === undefined) throw new Error("add was not answered at once");
  return "sessionId" in answer ? answer.sessionId : answer;
}

function added(session: SessionConfig): number {
  const id = add(session);
  if (typeof id !== "number") throw id;
  return id;
}

/** Starts a removal; `answer` is set when it is over. */
function remove(filter: { all?: boolean; targetName?: string; targetAddress?: string; force?: boolean }): {
  answer: ResultOf<"remove"> | ControlError | undefined;
} {
  const removal: { answer: ResultOf<"remove"> | ControlError | undefined } = { answer: undefined };
  supervisor.remove({ all: false, targetName: undefined, targetAddress: undefined, ...filter }, (answer) => {
    removal.answer = answer;
  });
  return removal;
}

interface Waiting {
  pending: ResultOf<"wait">["pending"] | undefined;
  error: ControlError | undefined;
  abandon: () => void;
}

function wait(sessionIds: number[] | undefined, timeoutMs: number): Waiting {
  const waiting: Waiting = { pending: undefined, error: undefined, abandon: () => {} };
  waiting.abandon = supervisor.wait({ sessionIds, timeoutMs }, (answer) => {
    if ("pending" in answer) waiting.pending = answer.pending;
    else waiting.error = answer;
  });
  return waiting;
}

function session(index = 0): SessionStatus {
  const status = supervisor.sessions()[index];
  if (status === undefined) throw new Error("there is no such session");
  return status;
}

const names = (): string[] => devices.list().map(({ name }) => name);

const nothing: SessionChanges = {
  targetAddress: undefined,
  targetName: undefined,
  user: undefined,
  secret: undefined,
  enable: undefined,
};

describe("sessions that are added together", () => {
  it("have the names of their devices in their order, whichever target answers first", () => {
    added(config);
    added(two);
    initiator.link(1).connect(0, 1);
    expect(names()).toEqual([]);
    expect(session(1)).toMatchObject({ connected: false, failureReason: "Waiting for iscsid(8)", devices: [] });
    const waiting = wait([2], 0);
    initiator.link(0).connect(0);
    expect(session(0).devices.map(({ device }) => device)).toEqual(["da0"]);
    expect(session(1).devices.map(({ device }) => device)).toEqual(["da1", "da2"]);
    expect(waiting.pending).toEqual([]);
  });

  it.each([
    ["that cannot be connected", () => initiator.link(0).lose("Not found")],
    ["that is removed", () => void remove({ targetName: "iqn.x:one" })],
    [
      "that is disabled",
      () => supervisor.modify({ sessionId: 1, changes: { ...nothing, enable: false }, replacement: undefined }, () => {}),
    ],
    ["that says nothing for two seconds", () => clock.advance(2000)],
  ])("do not wait for one %s", (_what, happen) => {
    added(config);
    const id = added(two);
    initiator.link(1).connect(0);
    const waiting = wait([id], 0);
    expect(waiting.pending).toBeUndefined();
    happen();
    expect(names()).toEqual(["da0"]);
    expect(waiting.pending).toEqual([]);
    expect(records.map(({ message }) => message)).toContain("session connected");
  });
});

describe("adding sessions", () => {
  it("answers at once and shows how far the session is", () => {
    expect(add(config)).toBe(1);
    expect(session()).toMatchObject({
      sessionId: 1,
      initiatorName: "iqn.1994-09.org.freebsd:test",
      targetName: "iqn.x:one",
      connected: false,
      failureReason: "Waiting for iscsid(8)",
      negotiated: undefined,
      devices: [],
    });
    initiator.link(0).lose("Authentication failure");
    expect(session()).toMatchObject({ connected: false, failureReason: "Authentication failure" });
    initiator.link(0).connect(0, 5);
    expect(session()).toMatchObject({
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
    add(config);
    expect(add(config)).toMatchObject({ code: "EBUSY", message: "a session with iqn.x:one at 192.0.2.1 is there already (session 1)" });
    expect(add({ ...config, targetAddress: "192.0.2.2" })).toBe(2);
    expect(add({ ...config, targetName: undefined })).toMatchObject({ code: "EINVAL" });
    expect(add({ ...discovery, targetName: "iqn.x:one" })).toMatchObject({ code: "EINVAL" });
    expect(add({ ...two, user: "me" })).toMatchObject({ code: "EINVAL" });
    expect(add({ ...two, targetAddress: "host:0" })).toMatchObject({
      code: "EINVAL",
      message: expect.stringContaining('"host:0" is no portal'),
    });
    expect(supervisor.sessions().length).toBe(2);
  });

  it("only remembers a session that is not enabled", () => {
    add({ ...config, enable: false });
    expect(initiator.links).toEqual([]);
    expect(session()).toMatchObject({ enable: false, connected: false, failureReason: undefined });
    expect(remove({ all: true }).answer).toEqual({ removed: 1 });
  });

  it("never shows or logs a secret", () => {
    add({ ...config, user: "me", secret: new Secret("swordfish1234") });
    initiator.link(0).lose("Authentication failure");
    expect(JSON.stringify([supervisor.sessions(), records])).not.toContain("swordfish");
    expect(session()).toMatchObject({ user: "me", hasSecret: true });
  });
});

describe("device names", () => {
  it("are the smallest free ones, in order of LUNs, and stay across a reconnection", () => {
    add(config);
    add(two);
    initiator.link(0).connect(3);
    initiator.link(1).connect(1, 0);
    expect(session(1).devices.map(({ lun, device }) => [lun, device])).toEqual([
      [0, "da1"],
      [1, "da2"],
    ]);
    expect(session(0).devices.map(({ device }) => device)).toEqual(["da0"]);
    const device = devices.list()[1]?.device;
    initiator.link(1).lose("connection reset");
    expect(session(1)).toMatchObject({ connected: false, failureReason: "connection reset" });
    expect(names()).toEqual(["da0", "da1", "da2"]);
    initiator.link(1).connect(0, 1);
    expect(session(1)).toMatchObject({ connected: true, failureReason: undefined });
    expect(devices.list()[1]?.device).toBe(device);
  });

  it("are free again when the device is gone for good, not before", () => {
    add(config);
    initiator.link(0).connect(0, 1, 2);
    initiator.link(0).connect(0, 2);
    expect(names()).toEqual(["da0", "da2"]);
    initiator.link(0).connect(0, 2, 7);
    expect(names()).toEqual(["da0", "da2", "da3"]);
    withdrawals[0]?.done();
    initiator.link(0).connect(0, 2, 7, 8);
    expect(names()).toEqual(["da0", "da1", "da2", "da3"]);
  });
});

describe("removing sessions", () => {
  it("takes the devices away from their users, then logs out, then answers", () => {
    add(config);
    initiator.link(0).connect(0);
    const device = devices.list()[0]?.device;
    const removal = remove({ targetName: "iqn.x:one" });
    expect(supervisor.sessions()).toEqual([]);
    expect(names()).toEqual([]);
    expect(initiator.link(0).loggedOut).toBeUndefined();
    withdrawals[0]?.done();
    expect(initiator.link(0).loggedOut).toBeDefined();
    expect(removal.answer).toBeUndefined();
    initiator.link(0).loggedOut?.();
    expect(removal.answer).toEqual({ removed: 1 });
    device?.flush((error) => expect(error).toMatchObject({ code: "ESHUTDOWN" }));
    expect.assertions(7);
  });

  it("is refused while somebody has a device open, unless it is forced", () => {
    add(config);
    initiator.link(0).connect(0);
    users = 1;
    expect(remove({ all: true }).answer).toMatchObject({ code: "EBUSY", message: expect.stringContaining("da0 is in use") });
    expect(names()).toEqual(["da0"]);
    const forced = remove({ all: true, force: true });
    expect(names()).toEqual([]);
    withdrawals[0]?.done();
    initiator.link(0).loggedOut?.();
    expect(forced.answer).toEqual({ removed: 1 });
  });

  it("does not wait for ever for a target that does not answer", () => {
    add(config);
    initiator.link(0).connect(0);
    const removal = remove({ all: true });
    clock.advance(4999);
    expect(initiator.link(0).loggedOut).toBeUndefined();
    clock.advance(1);
    initiator.link(0).loggedOut?.();
    expect(removal.answer).toEqual({ removed: 1 });
    withdrawals[0]?.done();
    expect(clock.waiting).toBe(0);
  });

  it("takes only what matches everything that was given", () => {
    add(config);
    add(two);
    add({ ...two, targetAddress: "192.0.2.2" });
    expect(remove({ targetName: "iqn.x:three" }).answer).toMatchObject({ code: "ESRCH" });
    expect(remove({ targetName: "iqn.x:two", targetAddress: "192.0.2.9" }).answer).toMatchObject({ code: "ESRCH" });
    expect(remove({}).answer).toMatchObject({ code: "ESRCH" });
    const removal = remove({ targetName: "iqn.x:two" });
    expect(supervisor.sessions().map(({ sessionId }) => sessionId)).toEqual([1]);
    for (const link of initiator.links) link.loggedOut?.();
    expect(removal.answer).toEqual({ removed: 2 });
    expect(remove({ targetName: "iqn.x:two" }).answer).toMatchObject({ code: "ESRCH" });
  });

  it("ignores what the link still says", () => {
    add(config);
    remove({ all: true });
    initiator.link(0).connect(0);
    expect(names()).toEqual([]);
  });

  it("of all there are says so when there are none", () => {
    expect(remove({ all: true }).answer).toMatchObject({ code: "ESRCH", message: "there is no session to remove" });
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
    supervisor.modify({ sessionId, force, ...request }, (result) => {
      answer = result;
    });
    return answer;
  }

  it("logs in anew with another address or other credentials, under the same id, with the same devices", () => {
    const id = added(config);
    initiator.link(0).connect(0, 1);
    const before = devices.list().map(({ name, device }) => [name, device]);
    expect(modify(id, { targetAddress: "192.0.2.2", user: "me", secret: new Secret("swordfish1234") })).toEqual({});
    expect(initiator.link(0).configs).toEqual([expect.objectContaining({ targetAddress: "192.0.2.2", user: "me", authMethod: "CHAP" })]);
    expect(session()).toMatchObject({ sessionId: id, targetAddress: "192.0.2.2", user: "me", hasSecret: true, connected: false });
    initiator.link(0).connect(0, 1);
    expect(session()).toMatchObject({ connected: true });
    expect(devices.list().map(({ name, device }) => [name, device])).toEqual(before);
    expect(withdrawals).toEqual([]);
    expect(JSON.stringify([supervisor.sessions(), records])).not.toContain("swordfish");
  });

  it("is refused to one that somebody would miss, unless it is forced; another portal takes nothing away", () => {
    add(config);
    initiator.link(0).connect(0);
    users = 1;
    const busy = { code: "EBUSY", message: expect.stringContaining("da0 is in use") };
    expect(modify(1, { enable: false })).toMatchObject(busy);
    expect(modify(1, { targetName: "iqn.x:another" })).toMatchObject(busy);
    expect(modify(1, { replacement: { ...config, enable: false } })).toMatchObject(busy);
    expect(names()).toEqual(["da0"]);
    expect(modify(1, { targetAddress: "192.0.2.99" })).toEqual({});
    expect(modify(1, { enable: false }, true)).toEqual({});
  });

  it("stays away while it is disabled, and comes back", () => {
    const id = added(config);
    initiator.link(0).connect(0);
    modify(id, { enable: false });
    expect(initiator.link(0).configs.at(-1)).toMatchObject({ enable: false });
    expect(session()).toMatchObject({ enable: false, connected: false, failureReason: undefined });
    expect(wait(undefined, 0).pending).toEqual([]);
    modify(id, { enable: true });
    expect(initiator.link(0).configs.at(-1)).toMatchObject({ enable: true });
    initiator.link(0).connect(0);
    expect(session()).toMatchObject({ connected: true, devices: [{ device: "da0" }] });
  });

  it("connects one that was added disabled", () => {
    const id = added({ ...config, enable: false });
    modify(id, { enable: true });
    initiator.link(0).connect(0);
    expect(session()).toMatchObject({ enable: true, connected: true });
  });

  it("lets the disks of another target go first, whose names are free then", () => {
    const id = added(config);
    initiator.link(0).connect(0);
    modify(id, { targetName: "iqn.x:other" });
    expect(names()).toEqual([]);
    modify(id, { user: "me", secret: new Secret("swordfish1234") });
    expect(initiator.links.length).toBe(1);
    withdrawals[0]?.done();
    initiator.link(0).loggedOut?.();
    initiator.link(0).connect(0);
    expect(initiator.link(1).config).toMatchObject({ targetName: "iqn.x:other", user: "me" });
    initiator.link(1).connect(3);
    expect(session()).toMatchObject({ sessionId: id, targetName: "iqn.x:other", devices: [{ lun: 3, device: "da0" }] });
  });

  it("is removed for good though it is about to change its target", () => {
    const id = added(config);
    initiator.link(0).connect(0);
    modify(id, { targetName: "iqn.x:other" });
    const removal = remove({ all: true });
    withdrawals[0]?.done();
    expect(removal.answer).toBeUndefined();
    initiator.link(0).loggedOut?.();
    expect(removal.answer).toEqual({ removed: 1 });
    expect(initiator.links.length).toBe(1);
  });

  it("takes a whole configuration, of another kind too", () => {
    const id = added(discovery);
    modify(id, { replacement: { ...discovery, targetAddress: "192.0.2.9" } });
    expect(initiator.abandonedDiscoveries).toBe(1);
    expect(initiator.discoveries[1]?.config).toMatchObject({ targetAddress: "192.0.2.9" });
    modify(id, { replacement: two });
    expect(initiator.abandonedDiscoveries).toBe(2);
    expect(session()).toMatchObject({ sessionId: id, sessionType: "Normal", targetName: "iqn.x:two" });
  });

  it("is refused for what is not there, is there already, or contradicts itself", () => {
    const id = added(config);
    added(two);
    expect(modify(9, { enable: false })).toMatchObject({ code: "ESRCH", message: expect.stringContaining("session-id 9 not found") });
    expect(modify(id, { targetName: "iqn.x:two" })).toMatchObject({ code: "EBUSY" });
    expect(modify(id, { targetAddress: "host:0" })).toMatchObject({ code: "EINVAL" });
    expect(modify(id, { user: "me" })).toMatchObject({ code: "EINVAL" });
    expect(modify(id, { replacement: { ...config, protocol: "iSER" } })).toMatchObject({ code: "ENXIO" });
    expect(session()).toMatchObject({ targetName: "iqn.x:one", user: undefined });
    expect(initiator.link(0).configs).toEqual([]);
  });
});

describe("what this platform cannot do", () => {
  it("is said in the log, and done without", () => {
    added({ ...config, dscp: 46, offload: "cxgbei" });
    initiator.link(0).connect(0);
    expect(session()).toMatchObject({ connected: true, dscp: 46 });
    expect(records.filter(({ message }) => message.includes("without effect")).map(({ fields }) => fields)).toEqual([
      expect.objectContaining({ session: 1, dscp: 46, offload: "cxgbei" }),
    ]);
  });
});

describe("listing", () => {
  it("has secrets only when they are asked for", () => {
    const secret = new Secret("swordfish1234");
    added({ ...config, authMethod: "CHAP", user: "me", secret, mutualUser: "you", mutualSecret: new Secret("marlin1234567"), dscp: 46 });
    const listed = (showSecrets: boolean): SessionStatus | undefined => {
      let sessions: readonly SessionStatus[] = [];
      supervisor.list({ showSecrets }, (result) => {
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
    const id = added(config);
    add(two);
    const waiting = wait([id], 10_000);
    clock.advance(9_000);
    expect(waiting.pending).toBeUndefined();
    initiator.link(0).connect(0);
    expect(waiting.pending).toEqual([]);
    expect(clock.waiting).toBe(0);
  });

  it("ends with the reason when time is over", () => {
    const id = added(config);
    const waiting = wait([id], 5000);
    initiator.link(0).lose("Not found");
    clock.advance(5000);
    expect(waiting.pending).toEqual([{ sessionId: id, targetName: "iqn.x:one", targetAddress: "192.0.2.1", reason: "Not found" }]);
  });

  it("for everything ends with the last, and does not wait for what is disabled", () => {
    expect(wait(undefined, 0).pending).toEqual([]);
    add(config);
    add(two);
    add({ ...config, targetName: "iqn.x:off", enable: false });
    const waiting = wait(undefined, 0);
    initiator.link(0).connect();
    clock.advance(1e9);
    expect(waiting.pending).toBeUndefined();
    initiator.link(1).connect();
    expect(waiting.pending).toEqual([]);
  });

  it("fails for a session that is removed, and is forgotten when its client leaves", () => {
    const id = added(config);
    const removed = wait([id], 0);
    const left = wait([id], 1000);
    left.abandon();
    remove({ all: true });
    expect(removed.error).toMatchObject({ code: "ESRCH" });
    expect(wait([77], 0).error).toMatchObject({ code: "ESRCH" });
    expect(left).toMatchObject({ pending: undefined, error: undefined });
    expect(clock.waiting).toBe(0);
  });

  it("is refused for longer than a timer can count", () => {
    const answers: unknown[] = [];
    supervisor.wait({ sessionIds: undefined, timeoutMs: 2 ** 31 }, (answer) => answers.push(answer));
    expect(answers).toEqual([expect.objectContaining({ code: "EINVAL" })]);
  });
});

describe("the iSER transport", () => {
  it("is needed for sessions over it, and the refusal says how it is loaded", () => {
    const overIser: SessionConfig = { ...config, protocol: "iSER" };
    expect(add(overIser)).toMatchObject({
      code: "ENXIO",
      message: 'iscsid has not loaded the iSER transport; put iser_load="YES" into /etc/loader.conf, or start it with --load iser',
    });
    iser.isLoaded = true;
    added(overIser);
    expect(session()).toMatchObject({ protocol: "iSER" });
    expect(initiator.link(0).config).toMatchObject({ protocol: "iSER" });
  });

  it("says as much as the variable allows, and errors always", () => {
    const said = (): string[] => {
      records.splice(0);
      iser.error("a", "1");
      iser.warn("b", "2");
      iser.info("c", "3");
      iser.debugging("d", "4");
      return records.map(({ level, message }) => `${level} ${message}`);
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
    supervisor.sysctl({ name, value: value === undefined ? undefined : String(value) }, (answer) => {
      answered = answer;
    });
    return answered;
  }
});

describe("discovery", () => {
  const found = [
    { targetName: "iqn.x:one", targetAddress: "192.0.2.1" },
    { targetName: "iqn.x:two", targetAddress: "192.0.2.7:3261" },
  ];

  it("turns into sessions, and who waited for it waits for them", () => {
    const secret = new Secret("swordfish1234");
    add(config);
    const id = added({ ...discovery, user: "me", secret });
    expect(session(1)).toMatchObject({ sessionType: "Discovery", failureReason: undefined, connected: false });
    const waiting = wait([id], 0);
    initiator.discoveries[0]?.answer(found);
    expect(supervisor.sessions().map(({ sessionType, targetName, user }) => [sessionType, targetName, user])).toEqual([
      ["Normal", "iqn.x:one", undefined],
      ["Normal", "iqn.x:two", "me"],
    ]);
    expect(initiator.link(1).config).toMatchObject({ targetAddress: "192.0.2.7:3261", secret });
    initiator.link(0).connect(0);
    expect(waiting.pending).toBeUndefined();
    initiator.link(1).connect(0);
    expect(waiting.pending).toEqual([]);
  });

  it("is tried again, ever more slowly, and shows why", () => {
    add(discovery);
    const waits: number[] = [];
    for (let attempt = 0; attempt < 8; attempt++) {
      initiator.discoveries[attempt]?.answer(new Error("connection refused"));
      expect(session()).toMatchObject({ failureReason: "connection refused" });
      const due = clock.nextDue() ?? Number.NaN;
      waits.push(due - clock.now());
      clock.advanceTo(due);
    }
    expect(initiator.discoveries.length).toBe(9);
    expect(waits[0]).toBeGreaterThanOrEqual(750);
    expect(waits[0]).toBeLessThan(1250);
    expect(waits[7]).toBeGreaterThanOrEqual(22_500);
    expect(waits[7]).toBeLessThanOrEqual(37_500);
    expect(records.filter(({ message }) => message === "discovery failed").length).toBe(1);
  });

  it("can be removed while it waits and while it asks", () => {
    add(discovery);
    remove({ all: true });
    expect(initiator.abandonedDiscoveries).toBe(1);
    add(discovery);
    initiator.discoveries[1]?.answer(new Error("connection refused"));
    expect(remove({ targetAddress: "192.0.2.1" }).answer).toEqual({ removed: 1 });
    expect(clock.waiting).toBe(0);
  });
});

describe("the end of the daemon", () => {
  it("logs every session out, answers who waits, and takes no more", () => {
    add(config);
    const id = added(two);
    initiator.link(0).connect(0);
    const waiting = wait([id], 0);
    let ended = false;
    supervisor.close(() => {
      ended = true;
    });
    expect(waiting.error).toMatchObject({ code: "ESHUTDOWN" });
    expect(add({ ...config, targetName: "iqn.x:late" })).toMatchObject({ code: "ESHUTDOWN" });
    withdrawals[0]?.done();
    initiator.link(0).loggedOut?.();
    expect(ended).toBe(false);
    initiator.link(1).loggedOut?.();
    expect(ended).toBe(true);
    expect(clock.waiting).toBe(0);
  });
});

it("logs what happens to a session once, not at every attempt", () => {
  add(config);
  for (let attempt = 0; attempt < 3; attempt++) initiator.link(0).lose("connection refused");
  initiator.link(0).connect(0);
  initiator.link(0).lose("connection reset");
  initiator.link(0).lose("connection refused");
  expect(records.map(({ level, message, fields }) => [level, message, fields.reason ?? fields.device ?? fields.devices])).toEqual([
    ["warn", "session cannot be connected", "connection refused"],
    ["info", "device found", "da0"],
    ["info", "session connected", "da0"],
    ["warn", "session lost", "connection reset"],
    ["warn", "session cannot be connected", "connection refused"],
  ]);
});

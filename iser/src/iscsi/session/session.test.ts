import { describe, expect, it } from "vitest";
import { encodeSense, Opcode, plainSense, ScsiCommand, SenseKey } from "#scsi";
import type { ConnectionEnd } from "../connection/connection-end.ts";
import { ScriptedTarget } from "./scripted-target.ts";
import { Session } from "./session.ts";
import type { SessionEvent } from "./session-event.ts";
import type { SessionLimits } from "./session-limits.ts";

function read(bytes = 512): ScsiCommand {
  const command = new ScsiCommand(() => undefined);
  command.dataIn = new Uint8Array(bytes);
  command.cdb[0] = 0x28;
  return command;
}

/** Executes and remembers what became of it. */
function run(session: Session, command = read()): { readonly command: ScsiCommand; readonly ends: ScsiCommand[] } {
  const ends: ScsiCommand[] = [];
  command.done = (ended) => ends.push(ended);
  session.execute(command);
  return { command, ends };
}

function start(limits: Partial<SessionLimits> = {}, maxCmdSn = 100) {
  const ended: ConnectionEnd[] = [];
  const events: SessionEvent[] = [];
  const session = new Session(limits, { onEnded: (end) => ended.push(end), onEvent: (event) => events.push(event) });
  const target = new ScriptedTarget(session, { expCmdSn: 0, maxCmdSn });
  return { session, target, ended, events };
}

const cmdSnOf = (bhs: Uint8Array): number => new DataView(bhs.buffer).getUint32(24);

describe("commands", () => {
  it("are numbered in the order they were executed, and end with what the target said", () => {
    const { session, target } = start();
    const runs = [run(session), run(session), run(session)];
    expect(target.commands.map(({ bhs }) => cmdSnOf(bhs))).toEqual([0, 1, 2]);
    target.respond(target.taskOf(1), { status: 2, sense: Uint8Array.of(0x70, 0, 5), residual: 512 });
    expect(runs.map(({ ends }) => ends.length)).toEqual([0, 1, 0]);
    expect(runs[1]?.command).toMatchObject({ status: 2, residual: 512, failure: undefined, sense: Uint8Array.of(0x70, 0, 5) });
    expect(session.outstanding).toBe(2);
  });

  it("wait while the window is closed and go out in order when it opens", () => {
    const { session, target } = start({}, 1);
    for (let index = 0; index < 5; index += 1) run(session);
    expect([target.commands.length, session.queued]).toEqual([2, 3]);
    target.openWindow(2, 3);
    expect(target.commands.map(({ bhs }) => cmdSnOf(bhs))).toEqual([0, 1, 2, 3]);
  });

  it("fail when the window stays closed though the target has nothing to do, and the connection is dropped", async () => {
    const { session, target, ended } = start({ commandTimeoutMs: 3000 }, 0xffffffff);
    const { command, ends } = run(session);
    for (let sweep = 0; sweep < 3; sweep++) session.onSweep();
    expect(target.closedHow).toBeUndefined();
    session.onSweep();
    target.cut();
    expect(ended).toMatchObject([{ kind: "failed", error: { fault: "timeout", message: /its command window stays closed/ } }]);
    await Promise.resolve();
    expect([ends.length, command.failure?.reason]).toEqual([1, "disconnected"]);
  });

  it("wait when enough bytes are in flight, but one larger than the limit still goes alone", () => {
    const { session, target } = start({ bytesInFlight: 1024, maxBytesInFlight: 1024 });
    run(session, read(4096));
    run(session, read(512));
    expect(target.commands.length).toBe(1);
    target.respond(target.taskOf(0));
    target.connection.onInputDrained();
    expect(target.commands.length).toBe(2);
  });

  it("wait in any number: whoever lent them has the bound", () => {
    const { session, target } = start({}, 0);
    const runs = Array.from({ length: 100_000 }, () => run(session));
    expect([target.commands.length, session.queued]).toEqual([1, 99_999]);
    expect(runs.every(({ ends }) => ends.length === 0)).toBe(true);
  });

  it("may be executed again from their own done", () => {
    const { session, target } = start();
    const command = read();
    let rounds = 0;
    command.done = () => {
      rounds += 1;
      if (rounds < 3) session.execute(command);
    };
    session.execute(command);
    for (let round = 0; round < 3; round += 1) target.respond(target.taskOf(round));
    expect([rounds, session.outstanding]).toEqual([3, 0]);
    expect(new Set(target.commands.map(({ bhs }) => new DataView(bhs.buffer).getUint32(16))).size).toBe(3);
  });
});

describe("abort", () => {
  it("of a waiting command sends nothing and says it was never executed", async () => {
    const { session, target } = start({}, 0);
    run(session);
    const waiting = run(session);
    session.abort(waiting.command);
    await Promise.resolve();
    expect(waiting.command.failure).toMatchObject({ reason: "aborted", mayHaveExecuted: false });
    expect(target.controls.length).toBe(1);
  });

  it("ends with the abort's answer and gives the buffer back through the datamover", () => {
    const { session, target } = start();
    const { command, ends } = run(session);
    session.abort(command);
    target.answerTaskManagement(0);
    expect(ends.length).toBe(1);
    expect(command.failure).toMatchObject({ reason: "aborted", mayHaveExecuted: true });
    expect(session.outstanding).toBe(0);
  });

  it("ends with the command's own status when that comes first; the answer then finds nothing to do", () => {
    const { session, target } = start();
    const { command, ends } = run(session);
    session.abort(command);
    target.respond(target.taskOf(0));
    target.answerTaskManagement(1);
    expect(ends.length).toBe(1);
    expect(command.failure).toBeUndefined();
  });

  it("does not end another command that took over the slot", () => {
    const { session, target } = start({ maxTags: 1 });
    const first = run(session);
    session.abort(first.command);
    target.respond(target.taskOf(0));
    const second = run(session);
    target.answerTaskManagement(0);
    expect([first.ends.length, second.ends.length, session.outstanding]).toEqual([1, 0, 1]);
  });
});

describe("task management", () => {
  it("ends the commands of the logical unit that was reset, and no others", () => {
    const { session, target } = start();
    const here = run(session);
    const elsewhere = read();
    elsewhere.lun = 3;
    const there = run(session, elsewhere);
    const outcomes: string[] = [];
    session.manage("lun-reset", 0, (outcome) => outcomes.push(outcome));
    target.answerTaskManagement(0);
    expect(outcomes).toEqual(["complete"]);
    expect([here.ends.length, there.ends.length]).toEqual([1, 0]);
    expect(here.command.failure?.reason).toBe("reset");
  });

  it("is told when the connection goes first", () => {
    const { session, target } = start();
    const outcomes: string[] = [];
    session.manage("target-warm-reset", 0, (outcome) => outcomes.push(outcome));
    target.cut();
    expect(outcomes).toEqual(["transport-failed"]);
  });
});

describe("a command that gets no answer", () => {
  it("is aborted, then its logical unit is reset, then the connection is dropped", () => {
    const { session, target, ended } = start({ commandTimeoutMs: 2000, taskManagementTimeoutMs: 1000 });
    const { command, ends } = run(session);
    let now = 0;
    const functions = (): number[] => target.controls.filter((bhs) => (bhs[0] ?? 0) % 64 === 2).map((bhs) => (bhs[1] ?? 0) % 128);
    const tick = (): void => {
      now += 1000;
      target.connection.onActivity(now);
      target.connection.timeout(now);
    };
    for (let second = 0; second < 3; second += 1) tick();
    expect(functions()).toEqual([1]);
    for (let second = 0; second < 2; second += 1) tick();
    expect(functions()).toEqual([1, 5]);
    for (let second = 0; second < 2; second += 1) tick();
    expect(target.closedHow).toBe("reset");
    target.cut();
    expect(ended[0]).toMatchObject({ kind: "failed" });
    expect(ends.length).toBe(1);
    expect(command.failure?.reason).toBe("timed-out");
  });
});

describe("a lost connection", () => {
  it("carries unfinished commands over to the next, in their order, before those that waited", () => {
    const { session, target, ended } = start({}, 2);
    const runs = Array.from({ length: 5 }, (_, index) => {
      const command = read();
      command.cdb[5] = index;
      return run(session, command);
    });
    target.respond(target.taskOf(1));
    target.cut(new Error("pulled the plug"));
    expect(ended).toMatchObject([{ kind: "lost", error: { message: "pulled the plug" } }]);
    expect(session.state).toBe("Q4-failed");
    const again = new ScriptedTarget(session, { expCmdSn: 3, maxCmdSn: 90 });
    expect(again.commands.map(({ bhs }) => bhs[32 + 5])).toEqual([0, 2, 3, 4]);
    for (const { task } of again.commands) again.respond(task);
    expect(runs.map(({ ends }) => ends.length)).toEqual([1, 1, 1, 1, 1]);
  });

  it("does not repeat what would do something else the second time, when the target may have executed it", async () => {
    const { session, target } = start({}, 0);
    const [sent, waiting] = [0, 1].map(() => {
      const command = new ScsiCommand(() => undefined);
      command.cdb[0] = Opcode.compareAndWrite;
      return run(session, command);
    });
    target.cut();
    const again = new ScriptedTarget(session, { expCmdSn: 1, maxCmdSn: 90 });
    await Promise.resolve();
    expect(sent?.command.failure).toMatchObject({
      reason: "disconnected",
      mayHaveExecuted: true,
      message: expect.stringContaining("COMPARE AND WRITE"),
    });
    expect(again.commands.length).toBe(1);
    again.respond(again.taskOf(0));
    expect(waiting?.ends).toHaveLength(1);
    expect(waiting?.command.failure).toBeUndefined();
  });

  it("fails everything at once where commands are not to wait, until there is another", async () => {
    const { session, target } = start({}, 0);
    session.failOnDisconnection = true;
    const [sent, waiting] = [run(session), run(session)];
    target.cut();
    const late = run(session);
    await Promise.resolve();
    expect([sent, waiting, late].map(({ command }) => command.failure)).toMatchObject([
      { reason: "disconnected", mayHaveExecuted: true },
      { reason: "disconnected", mayHaveExecuted: false },
      { reason: "disconnected", mayHaveExecuted: false },
    ]);
    const again = new ScriptedTarget(session, { expCmdSn: 1, maxCmdSn: 90 });
    const next = run(session);
    again.respond(again.taskOf(0));
    expect(next.ends).toHaveLength(1);
  });

  it("fails what waits when its owner gives up", async () => {
    const { session, target } = start();
    const { command } = run(session);
    target.cut();
    session.failQueued("no connection for 120 s");
    await Promise.resolve();
    expect(command.failure).toMatchObject({ reason: "disconnected", message: "no connection for 120 s" });
  });

  it("fails everything when the session was closed", async () => {
    const { session, target } = start();
    const { command } = run(session);
    session.close("the session was closed");
    target.cut();
    await Promise.resolve();
    expect(command.failure?.reason).toBe("closed");
    const late = run(session);
    await Promise.resolve();
    expect(late.command.failure).toMatchObject({ reason: "closed", mayHaveExecuted: true });
  });
});

describe("a unit attention", () => {
  const attention = encodeSense(plainSense(SenseKey.unitAttention, 0x2a09), "fixed");

  it("is told to everybody who watches the logical unit, before the command that met it is done", () => {
    const told: (readonly [number, number])[] = [];
    const session = new Session({}, { onUnitAttention: (lun, sense) => told.push([lun, sense.code]) });
    const target = new ScriptedTarget(session, { expCmdSn: 0, maxCmdSn: 90 });
    const order: string[] = [];
    const stops = ["a", "b"].map((name) => session.watch(0, () => order.push(name)));
    session.watch(1, () => order.push("of another unit"));
    const command = read();
    command.done = () => order.push("done");
    session.execute(command);
    target.respond(target.taskOf(0), { status: 2, sense: attention });
    stops[0]?.();
    session.execute(command);
    target.respond(target.taskOf(1), { status: 2, sense: attention });
    expect(order).toEqual(["a", "b", "done", "b", "done"]);
    expect(told).toEqual([
      [0, 0x2a09],
      [0, 0x2a09],
    ]);
  });

  it("may come without a command", () => {
    const { session, target, events } = start();
    const codes: number[] = [];
    session.watch(0, ({ code }) => codes.push(code));
    target.say(0, 0, 0, Uint8Array.of(0, attention.length, ...attention));
    expect(codes).toEqual([0x2a09]);
    expect(events).toMatchObject([{ kind: "scsi" }]);
  });
});

describe("what the target announces", () => {
  it.each([
    [2, { kind: "dropped", time2Wait: 3, time2Retain: 20 }],
    [3, { kind: "dropped", time2Wait: 3, time2Retain: 20 }],
  ])("event %i: the connection ends, to be made again when the target said", (event, told) => {
    const { target, ended, events } = start();
    target.say(event, 3, 20);
    expect(events).toEqual([told]);
    expect(target.closedHow).toBe("reset");
    target.cut();
    expect(ended).toEqual([{ kind: "dropped", waitS: 3 }]);
  });

  it.each([
    ["2 of seconds", 2, 2],
    ["of more than an hour, which no target may ask for", 65535, 3600],
  ])("event 3: a session that it dropped, with a wait %s", (_, time2Wait, waitS) => {
    const { target, ended } = start();
    target.say(3, time2Wait);
    expect(target.closedHow).toBe("reset");
    target.cut();
    expect(ended).toEqual([{ kind: "dropped", waitS }]);
  });

  it("event 4: a negotiation it wants is a fresh login", () => {
    const { session, target, ended, events } = start();
    const { ends } = run(session);
    target.say(4, 0, 10);
    expect(events).toEqual([{ kind: "negotiation-requested", withinS: 10 }]);
    target.respond(target.taskOf(0));
    target.connection.onInputDrained();
    target.answerLogout();
    target.cut();
    expect(ends).toHaveLength(1);
    expect(ended).toEqual([{ kind: "dropped", waitS: 0 }]);
  });
});

describe("the connection", () => {
  it("answers a target's ping with its transfer tag", () => {
    const { target } = start();
    target.ping(0x1234);
    expect(new DataView(target.lastControl(0).buffer).getUint32(20)).toBe(0x1234);
  });

  it("tells how many answers may come at any moment", () => {
    const { session, target } = start();
    run(session);
    run(session);
    expect(target.connection.awaited).toBe(2);
    for (const index of [0, 1]) target.respond(target.taskOf(index), { status: 0 });
    expect(target.connection.awaited).toBe(0);
  });

  it("awaits nothing while much data is under way, which takes its time anyway", () => {
    const { session, target } = start();
    run(session, read(256 * 1024));
    expect(target.connection.awaited).toBe(0);
    target.respond(target.taskOf(0), { status: 0 });
    run(session, read(64 * 1024));
    expect(target.connection.awaited).toBe(1);
  });

  it("does not listen to a target that pings without end and takes no answer, until it does", () => {
    const { target } = start();
    const { connection } = target;
    for (let tag = 0; tag < 1000; tag++) target.ping(tag);
    expect(connection.inputPaused).toBe(false);
    connection.onOutputTaken();
    for (let tag = 0; tag < 1000; tag++) target.ping(tag);
    expect(connection.inputPaused).toBe(true);
    connection.onOutputSent();
    expect(connection.inputPaused).toBe(false);
  });

  it("pings a silent target and gives it up when no answer comes", () => {
    const { target, ended } = start();
    target.connection.timeout(1000);
    expect(target.lastControl(0)[0]).toBe(0x40);
    target.answerPing();
    for (let now = 2000; now <= 9000; now += 1000) target.connection.timeout(now);
    expect(target.closedHow).toBe("reset");
    target.cut();
    expect(ended).toMatchObject([{ kind: "failed", error: { message: "no ping reply (NOP-In) after 5 seconds" } }]);
  });

  it("is dropped when StatSN jumps", () => {
    const { session, target, ended } = start();
    run(session);
    target.user.onStatSn(4711, true);
    target.cut();
    expect(ended).toMatchObject([{ kind: "failed", error: { fault: "sequence" } }]);
  });

  it("goes on when statuses overtake others where they may, and acknowledges none that is not there", () => {
    const { session, ended } = start();
    const { connection, user } = new ScriptedTarget(session, { expCmdSn: 0, maxCmdSn: 90 }, 0, 8);
    const due = connection.expStatSn;
    user.onStatSn(due + 1, true);
    expect(connection.expStatSn).toBe(due);
    user.onStatSn(due, true);
    expect([connection.expStatSn, ended]).toEqual([due + 2, []]);
  });

  it("logs out when the target asks for it, once outstanding commands are done, and may come back", () => {
    const { session, target, ended } = start();
    run(session);
    target.say(1, 0, 10);
    const later = run(session);
    expect([target.commands.length, target.closedHow]).toEqual([1, undefined]);
    target.respond(target.taskOf(0));
    target.connection.onInputDrained();
    target.answerLogout();
    expect(target.closedHow).toBe("end");
    target.cut();
    expect(ended).toEqual([{ kind: "dropped", waitS: 0 }]);
    const again = new ScriptedTarget(session, { expCmdSn: 1, maxCmdSn: 50 });
    expect(again.commands.length).toBe(1);
    expect(later.ends).toEqual([]);
  });

  it("ends a command whose PDU was rejected, and says for what", () => {
    const { session, target, events } = start();
    const { command, ends } = run(session);
    target.reject(target.commands[0]?.bhs ?? new Uint8Array(48), 0x09);
    expect(ends.length).toBe(1);
    expect(command.failure).toMatchObject({ reason: "protocol", message: /rejected the command's PDU: invalid PDU field/ });
    expect(events).toEqual([{ kind: "rejected", reason: "invalid PDU field", pdu: "SCSI Command" }]);
  });

  it("refuses PDUs that the state forbids", () => {
    const { target, ended } = start();
    target.control((bhs) => {
      bhs[0] = 0x26;
    });
    target.cut();
    expect(ended).toMatchObject([{ kind: "failed", error: { fault: "opcode", message: /Logout Response/ } }]);
  });
});

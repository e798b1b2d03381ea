import { VirtualClock } from "kit/clock";
import { expect, test } from "vitest";
import { AdditionalSense } from "../additional-sense.ts";
import { AsymmetricAccessState } from "../cdb/report-target-port-groups.ts";
import { Opcode } from "../opcode.ts";
import { plainSense, type SenseData, SenseKey } from "../sense.ts";
import { settle } from "../testing/opened-disk.ts";
import { Path } from "./path.ts";
import { PathInquiry } from "./path-inquiry.ts";
import { PathDouble } from "./testing/path-double.ts";
import { namedDisk } from "./testing/two-paths.ts";

const powerOn: SenseData = plainSense(SenseKey.unitAttention, AdditionalSense.powerOnOrReset);

/** An inquiry over `count` paths to one disk, all of which have been asked. */
async function inquiry(count = 1, targetPortGroups = 0) {
  const clock = new VirtualClock();
  const double = namedDisk({ inquiry: { targetPortGroups } });
  const ports = Array.from({ length: count }, () => new PathDouble(double));
  const paths = ports.map((port) => new Path({ port, lun: 0 }, clock.now()));
  const seen = { foreign: [] as Path[], attentions: [] as number[], changes: 0, same: true, awaited: false };
  const asked = new PathInquiry({
    clock,
    paths: () => paths,
    isSame: () => seen.same,
    onForeign: (path) => seen.foreign.push(path),
    onChange: () => void seen.changes++,
    onAttention: ({ code }) => seen.attentions.push(code),
    isAwaited: () => seen.awaited,
  });
  for (const path of paths) asked.ask(path);
  await settle();
  seen.changes = 0;
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await settle();
  };
  /** How often a path has been asked who is there since the last time somebody wanted to know: an inquiry begins with the standard data. */
  const questions = (port: PathDouble): number => port.executed.splice(0).filter((opcode) => opcode === Opcode.inquiry).length / 3;
  for (const port of ports) questions(port);
  return { asked, clock, paths, path: paths[0]!, ports, port: ports[0]!, seen, pass, questions };
}

test("a path that answers as the unit does is up, with the state of its port", async () => {
  const { path } = await inquiry(1, 1);
  expect(path.state).toBe("up");
  expect(path.access).toMatchObject({ state: AsymmetricAccessState.activeOptimized, preferred: false });
});

test("a path with another unit at its end is foreign, and its owner hears of it", async () => {
  const { asked, path, seen } = await inquiry();
  seen.same = false;
  asked.ask(path);
  await settle();
  expect([path.state, seen.changes, seen.foreign]).toEqual(["foreign", 1, [path]]);
});

test("two questions to one path while one is under way are one more, behind it", async () => {
  const { asked, path, port, questions } = await inquiry();
  for (let time = 0; time < 3; time++) asked.ask(path);
  await settle();
  expect(questions(port)).toBe(2);
});

test("a path without a connection is not asked, nor is one that was taken out", async () => {
  const { asked, path, port, questions } = await inquiry();
  path.state = "down";
  asked.ask(path);
  path.state = "up";
  path.left = true;
  asked.ask(path);
  await settle();
  expect(questions(port)).toBe(0);
});

test("a connection that is lost under the question changes nothing, and the next one is asked anew", async () => {
  const { asked, path, port, questions } = await inquiry();
  port.holds = true;
  path.state = "unchecked";
  asked.ask(path);
  path.lost.abort();
  path.lost = new AbortController();
  port.holds = false;
  await settle();
  expect([path.state, questions(port)]).toEqual(["up", 1]);
});

test("a path that did not answer is asked again until it does", async () => {
  const { asked, path, port, pass, questions } = await inquiry();
  const { perform } = port;
  port.perform = (command) => {
    perform.call(port, command);
    command.status = 0x08;
  };
  path.state = "unchecked";
  asked.ask(path);
  for (let second = 0; second < 60; second++) await pass(1000);
  expect(path.state).toBe("unchecked");
  port.perform = perform;
  questions(port);
  for (let second = 0; second < 60 && path.rank === 0; second++) await pass(1000);
  expect(path.state).toBe("up");
});

test("while commands wait for a good port, all are asked over and over; else once", async () => {
  const { asked, port, seen, pass, questions } = await inquiry();
  seen.awaited = true;
  asked.askLater();
  asked.askLater();
  for (let time = 0; time < 4; time++) await pass(500);
  expect(questions(port)).toBe(4);
  seen.awaited = false;
  for (let time = 0; time < 4; time++) await pass(500);
  expect(questions(port)).toBe(1);
});

test("a port that says it is good and refuses all the same is not asked at every refusal", async () => {
  const { asked, clock, path, port, pass, questions } = await inquiry();
  for (let time = 0; time < 100; time++) {
    asked.askSoon(path, clock.now());
    await pass(10);
  }
  expect(questions(port)).toBeLessThan(5);
});

test("nobody is asked after the last path has left, and a path that joins later is", async () => {
  const { asked, port, pass, questions } = await inquiry();
  asked.askLater();
  asked.close();
  await pass(10_000);
  expect(questions(port)).toBe(0);
  asked.askLater();
  await pass(500);
  expect(questions(port)).toBe(1);
});

test("every attention is passed on, and only what may mean another unit makes a path doubtful", async () => {
  const { asked, path, seen } = await inquiry();
  asked.attention(path, plainSense(SenseKey.unitAttention, AdditionalSense.capacityChanged));
  expect(path.state).toBe("up");
  asked.attention(path, powerOn);
  expect([path.state, seen.changes]).toEqual(["unchecked", 1]);
  await settle();
  expect(path.state).toBe("up");
  expect(seen.attentions).toEqual([AdditionalSense.capacityChanged, AdditionalSense.powerOnOrReset]);
});

test("a path that was away takes over how long the unit has been quiet from one that was there", async () => {
  const { asked, clock, paths, ports, pass } = await inquiry(2);
  const [there, away] = paths as [Path, Path];
  await pass(1000);
  away.state = "unchecked";
  away.quietSince = clock.now();
  ports[1]!.pending.push(AdditionalSense.powerOnOrReset);
  asked.ask(away);
  await settle();
  expect([away.state, away.quietSince]).toEqual(["up", there.quietSince]);
});

test("a unit was unharmed when a path that was there all the time knows of nothing, and only then", async () => {
  const { asked, clock, ports, pass } = await inquiry(2);
  await pass(1000);
  expect(await asked.wasUnharmedSince(clock.now(), powerOn)).toBe(true);
  expect(await asked.wasUnharmedSince(0, powerOn)).toBe(false);
  expect(await asked.wasUnharmedSince(clock.now(), plainSense(SenseKey.unitAttention, 0x2901))).toBe(false);
  for (const port of ports) port.pending.push(AdditionalSense.powerOnOrReset);
  expect(await asked.wasUnharmedSince(clock.now(), powerOn)).toBe(false);
});

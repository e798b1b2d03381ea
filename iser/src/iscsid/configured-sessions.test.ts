import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ConfiguredSessions } from "./configured-sessions.ts";

let directory: string;
let file: string;
let complaints: string[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "iscsid-conf-"));
  file = join(directory, "iscsi.conf");
  complaints = [];
});

afterEach(() => rmSync(directory, { recursive: true }));

function block(nickname: string, target: string, more = ""): string {
  return `${nickname} { TargetAddress = 192.0.2.1; TargetName = iqn.2026-11.test:${target}; ${more} }\n`;
}

function configured(isNamed = false): ConfiguredSessions {
  return new ConfiguredSessions(file, isNamed, (reason) => complaints.push(reason));
}

/** What is to be done, by targets. */
function planned(sessions: ConfiguredSessions): unknown {
  const { add, remove, change } = sessions.plan().sessions;
  return [add.map(({ targetName }) => targetName), remove.map(({ targetName }) => targetName), change.map(({ to }) => to.targetName)];
}

it("tells what a file has gained, lost and changed since it was last read", () => {
  writeFileSync(file, block("a", "a") + block("b", "b", "chapIName = me; chapSecret = swordfish1234") + block("c", "c"));
  const sessions = configured();
  expect(planned(sessions)).toEqual([[], [], []]);
  writeFileSync(file, block("A", "a") + block("b", "b", "chapIName = me; chapSecret = swordfish1235") + block("d", "d"));
  const difference = [["iqn.2026-11.test:d"], ["iqn.2026-11.test:c"], ["iqn.2026-11.test:b"]];
  expect(planned(sessions)).toEqual(difference);
  expect(planned(sessions)).toEqual(difference);
  sessions.plan().apply();
  expect(planned(sessions)).toEqual([[], [], []]);
});

it("has no sessions without a file, unless the user named it", () => {
  expect(planned(configured())).toEqual([[], [], []]);
  expect(() => configured(true)).toThrow(`cannot read ${file}`);
});

it("names the place of an error, and changes nothing", () => {
  writeFileSync(file, block("a", "a", "Speed = high"));
  expect(() => configured(true)).toThrow(/iscsi\.conf:1:\d+: error: /);
  const sessions = configured();
  expect(complaints).toEqual([expect.stringMatching(/iscsi\.conf:1:\d+: error: /)]);
  expect(() => sessions.plan()).toThrow("iscsi.conf:1:");
  writeFileSync(file, block("a", "a"));
  expect(planned(sessions)).toEqual([["iqn.2026-11.test:a"], [], []]);
});

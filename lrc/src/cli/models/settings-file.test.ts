import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SystemClock, VirtualClock } from "kit/clock";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { ModelSettings } from "#connectors";
import { changeModelSettings, readModelSettings } from "./settings-file.ts";

let folder: string;
let settings: string;
let clock: VirtualClock;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "settings-file-"));
  settings = join(folder, "lrc", "connectors.toml");
  clock = new VirtualClock();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const redacting = (pattern: string) => (before: ModelSettings) => ({ ...before, redact: [...before.redact, pattern] });
const redacted = () => readModelSettings({ settings }).redact;

it("changes that are made at once are all in the list, which only its owner can read", async () => {
  const patterns = ["a", "b", "c", "d"];
  const realClock = new SystemClock();
  await Promise.all(patterns.map((pattern) => changeModelSettings({ settings }, realClock, redacting(pattern))));
  expect([...redacted()].sort()).toEqual(patterns);
  expect(statSync(settings).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(folder, "lrc"))).toEqual(["connectors.toml"]);
});

it("a change waits for another program's, and starts from what that one wrote", async () => {
  mkdirSync(join(folder, "lrc"));
  const lock = `${settings}.lock`;
  writeFileSync(lock, "");
  const changed = changeModelSettings({ settings }, clock, redacting("mine"));
  writeFileSync(settings, 'redact = ["theirs"]\n');
  rmSync(lock);
  clock.advance(20);
  await changed;
  expect(redacted()).toEqual(["theirs", "mine"]);
});

it("who holds the list for two seconds is told of, with what to do, and the list stays as it is", async () => {
  mkdirSync(join(folder, "lrc"));
  writeFileSync(settings, 'redact = ["before"]\n');
  writeFileSync(`${settings}.lock`, "");
  const changed = changeModelSettings({ settings }, clock, redacting("mine"));
  const refused = expect(changed).rejects.toThrow(`if none is, remove ${settings}.lock`);
  for (let waited = 0; waited < 2000; waited += 20) {
    clock.advance(20);
    await Promise.resolve();
    await Promise.resolve();
  }
  await refused;
  expect(redacted()).toEqual(["before"]);
  expect(existsSync(`${settings}.lock`)).toBe(true);
});

it("a list that could not be read again is not written", async () => {
  await changeModelSettings({ settings }, clock, redacting("before"));
  await expect(changeModelSettings({ settings }, clock, redacting("(unclosed"))).rejects.toThrow("unclosed");
  expect(redacted()).toEqual(["before"]);
  expect(readdirSync(join(folder, "lrc"))).toEqual(["connectors.toml"]);
});

it("a list that is a link into somebody's dotfiles stays one", async () => {
  mkdirSync(join(folder, "lrc"));
  const dotfiles = join(folder, "dotfiles.toml");
  writeFileSync(dotfiles, "");
  symlinkSync(dotfiles, settings);
  await changeModelSettings({ settings }, clock, redacting("mine"));
  expect(readlinkSync(settings)).toBe(dotfiles);
  expect(readFileSync(dotfiles, "utf8")).toContain("mine");
});

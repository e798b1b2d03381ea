import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { NbdClient } from "./nbd-client.ts";
import { type Ending, type RunningProgram, runIscsictl, startIscsid, startIser } from "./running-program.ts";

const iqn = "iqn.2026-11.test:disk";

let directory: string;
let run: string;
let socket: string;
let nbdSocket: string;
let programs: RunningProgram[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "iscsid-died-"));
  run = join(directory, "run");
  socket = join(run, "iscsid.sock");
  nbdSocket = join(run, "nbd.sock");
  programs = [];
});

afterEach(async () => {
  for (const program of programs.reverse()) await program.stop();
  rmSync(directory, { recursive: true });
});

function started<P extends RunningProgram>(program: P): P {
  programs.push(program);
  return program;
}

async function startTarget(...options: string[]): Promise<string> {
  const target = started(startIser("target", "--target", iqn, "--listen", "127.0.0.1:0", "--verbose", ...options));
  const [, portal = ""] = await target.says(/iscsi:\/\/([^/\s]+)\//);
  return portal;
}

async function startDaemon(...options: string[]): Promise<RunningProgram> {
  const daemon = started(startIscsid(["-d", "--run-dir", run, ...options]));
  await daemon.says(/^iscsid: ready, .*\n/m);
  return daemon;
}

function control(...options: string[]): Promise<Ending> {
  return runIscsictl("--socket", socket, ...options);
}

async function listing(): Promise<unknown> {
  return JSON.parse((await control("-L", "-v", "--libxo", "json")).stdout);
}

const stateFile = (): string => join(run, "iscsid.state");

/** What kill -9 leaves behind: the daemon is gone, and its state as it was. */
async function die(daemon: RunningProgram): Promise<void> {
  const kept = join(directory, "kept");
  copyFileSync(stateFile(), kept);
  await daemon.stop();
  copyFileSync(kept, stateFile());
  chmodSync(stateFile(), 0o600);
}

it("has its sessions again, under the ids and names that they had, whatever the target found first this time", async () => {
  const portal = await startTarget("--lun", "mem:1M", "--lun", "mem:2M");
  const other = await startTarget("--lun", "mem:4M", "--chap", "me:swordfish1234");
  let daemon = await startDaemon();
  await control("-A", "-p", "127.0.0.1:1", "-t", iqn);
  await control("-A", "-p", other, "-t", iqn, "-u", "me", "-s", "swordfish1234", "-w", "40");
  await control("-A", "-p", portal, "-t", iqn, "-w", "40");
  await control("-R", "-p", "127.0.0.1:1");
  await control("--sysctl", "kern.iscsi.ping_timeout=17");
  const before = await listing();
  expect(JSON.stringify(before)).toMatch(/"da0".*"da1".*"da2"/);
  expect(readFileSync(stateFile(), "utf8")).toContain("swordfish1234");

  await die(daemon);
  daemon = await startDaemon();
  // nobody has to wait for the sessions: who opens a disk is let in when it is there
  const client = await NbdClient.open(nbdSocket, "da2");
  expect(client.size).toBe(2 * 2 ** 20);
  client.close();
  await control("-L", "-w", "40");
  const comparable = (text: unknown): string => JSON.stringify(text).replace(/"portal":"127\.0\.0\.1:\d+","alias"/g, "");
  expect(comparable(await listing())).toBe(comparable(before));
  expect((await control("--sysctl", "kern.iscsi.ping_timeout")).stdout).toBe("kern.iscsi.ping_timeout: 17\n");
  await control("-A", "-p", "127.0.0.1:1", "-t", iqn);
  expect(JSON.stringify(await listing())).toContain('"sessionId":4');
  await daemon.stop();
  expect(readdirSync(run)).toEqual([]);
});

it("is known to the target as the session that it was", async () => {
  const portal = await startTarget("--lun", "mem:1M");
  let daemon = await startDaemon();
  await control("-A", "-p", portal, "-t", iqn, "-w", "40");
  const isid = (): string | undefined => /"isid":"(80[0-9a-f]{10})"/.exec(readFileSync(stateFile(), "utf8"))?.[1];
  const before = isid();
  await die(daemon);
  daemon = await startDaemon();
  await control("-L", "-w", "40");
  expect(isid()).toBe(before);
  expect(before).toBeDefined();
});

it("keeps the name of a disk whose target is away", async () => {
  const gone = await startTarget("--lun", "mem:1M");
  let daemon = await startDaemon();
  await control("-A", "-p", gone, "-t", iqn, "-w", "40");
  await die(daemon);
  await programs[0]?.stop();
  const portal = await startTarget("--lun", "mem:1M");
  daemon = await startDaemon();
  await control("-A", "-p", portal, "-t", iqn, "-w", "40");
  const { stdout } = await control("-L");
  expect(stdout).toContain(`${portal.padEnd(16)} Connected: da1 \n`);
  await control("-R", "-p", gone);
  expect(readFileSync(stateFile(), "utf8")).not.toContain(gone);
});

it.each([
  ["cut off", (state: string) => state.slice(0, -7)],
  ["of another version", (state: string) => state.replace('"version":1', '"version":99')],
  ["damaged", (state: string) => state.replace("iqn.2026", "iqn.2025")],
])("starts without a state that is %s, says so, and sets it aside", async (_what, damage) => {
  const portal = await startTarget("--lun", "mem:1M");
  let daemon = await startDaemon();
  await control("-A", "-p", portal, "-t", iqn, "-w", "40");
  await die(daemon);
  const damaged = damage(readFileSync(stateFile(), "utf8"));
  writeFileSync(stateFile(), damaged);
  daemon = await startDaemon();
  expect(daemon.stderr).toMatch(/"level":"warn".*cannot be used; its sessions have to be added again.*"setAside":/);
  expect(readFileSync(`${stateFile()}.set-aside-1`, "utf8")).toBe(damaged);
  await control("-A", "-p", portal, "-t", iqn, "-w", "40");
  expect((await control("-L")).stdout).toContain("Connected: da0");
});

it("goes on where no state can be kept, and says so once", async () => {
  const daemon = await startDaemon();
  mkdirSync(`${stateFile()}.new`);
  for (const target of ["one", "two"])
    expect(await control("-A", "-e", "off", "-p", "192.0.2.1", "-t", `${iqn}-${target}`)).toMatchObject({ exitCode: 0 });
  expect(daemon.stderr.match(/the state cannot be kept/g)).toHaveLength(1);
  rmSync(`${stateFile()}.new`, { recursive: true });
  await control("-A", "-e", "off", "-p", "192.0.2.1", "-t", `${iqn}-three`);
  expect(readFileSync(stateFile(), "utf8")).toMatch(/-one.*-two.*-three/);
});

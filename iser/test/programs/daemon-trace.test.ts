import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { NbdClient } from "./nbd-client.ts";
import { type RunningProgram, runIscsictl, startIscsid, startIser } from "./running-program.ts";

const mebibyte = 2 ** 20;
const iqn = "iqn.2026-11.test:disk";
const secret = "the-right-secret-1";
const wrong = "another-secret-123";

let directory: string;
let trace: string;
let programs: RunningProgram[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "iscsid-trace-"));
  trace = join(directory, "trace.pcapng");
  programs = [];
});

afterEach(async () => {
  for (const program of programs.reverse()) await program.stop();
  rmSync(directory, { recursive: true });
});

function started(program: RunningProgram): RunningProgram {
  programs.push(program);
  return program;
}

async function startDaemon(...options: readonly string[]): Promise<RunningProgram> {
  const daemon = started(startIscsid(["-d", "--run-dir", directory, "--load", "iser", ...options]));
  await daemon.says(/^iscsid: ready, .*\n/m);
  return daemon;
}

function control(...options: string[]): ReturnType<typeof runIscsictl> {
  return runIscsictl("--socket", join(directory, "iscsid.sock"), ...options);
}

/** A target that asks for CHAP on both transports; where it is. */
async function startTarget(): Promise<Record<"tcp" | "iser", string>> {
  const places = ["--listen", "127.0.0.1:0", "--iser", "127.0.0.1:0"];
  const target = started(startIser("target", "--target", iqn, ...places, "--lun", "mem:1M", "--chap", `me:${secret}`));
  const [, tcp = ""] = await target.says(/iscsi:\/\/([^/\s]+)\//);
  const [, iser = ""] = await target.says(/iser:\/\/([^/\s]+)\//);
  return { tcp, iser };
}

it("shows every login of the daemon from its first byte, also those that fail, and no secret", async () => {
  const portals = await startTarget();
  const daemon = await startDaemon("--trace", trace);
  await control("-A", "-p", portals.tcp, "-t", iqn, "-u", "me", "-s", secret, "-w", "10");
  await control("-A", "-r", "-p", portals.iser, "-t", iqn, "-u", "me", "-s", wrong);
  await daemon.says(/login failed|authentication/i);
  await daemon.stop();

  expect(statSync(trace).mode & 0o777).toBe(0o600);
  const { exitCode, stdout, stderr } = await startIser("decode", "-v", trace).ended;
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toMatch(/MPA Request/i);
  expect(stdout.match(/CHAP_R/g)?.length).toBeGreaterThanOrEqual(2);
  expect(stdout).toMatch(/authentication failure|0x0201/i);
  const bytes = readFileSync(trace, "latin1");
  for (const word of [secret, wrong]) expect(bytes).not.toContain(word);
});

it("ends with one line in the log when it cannot be written any more, and sessions go on", async () => {
  const portals = await startTarget();
  const daemon = await startDaemon("--trace", trace, "--trace-size", "4");
  await control("-A", "-p", portals.tcp, "-t", iqn, "-u", "me", "-s", secret, "-w", "10");
  rmSync(trace); // as good as a file system that is full: the next file cannot take its place
  const client = await NbdClient.open(join(directory, "nbd.sock"), "da0");
  for (let round = 0; round < 6; round++) await client.write(0, Buffer.alloc(mebibyte, round));
  await daemon.says(/trace ends here/);
  await client.write(0, Buffer.alloc(mebibyte, 9));
  expect((await client.read(0, mebibyte)).equals(Buffer.alloc(mebibyte, 9))).toBe(true);
  expect((await control("-L")).stdout).toMatch(/Connected: da0/);
  client.close();
  await daemon.stop();
  expect(`${daemon.stdout}${daemon.stderr}`.match(/trace ends here/g)).toHaveLength(1);
});

it("does not start without the trace that was asked for", async () => {
  const { exitCode, stderr } = await started(startIscsid(["-d", "--run-dir", directory, "--trace", join(directory, "not", "there")])).ended;
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: expect.stringMatching(/cannot write the trace .*no such file or directory/),
  });
});

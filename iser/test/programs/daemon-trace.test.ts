import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { eachTestsPrograms } from "./each-tests-programs.ts";
import { NbdClient } from "./nbd-client.ts";
import { startIscsid, startIser } from "./running-program.ts";

const mebibyte = 2 ** 20;
const iqn = "iqn.2026-11.test:disk";
const secret = "the-right-secret-1";
const wrong = "another-secret-123";

let trace: string;
const here = eachTestsPrograms();

beforeEach(() => {
  trace = join(here.directory, "trace.pcapng");
});

/** A target that asks for CHAP on both transports; where it is. */
async function startTarget(): Promise<Record<"tcp" | "iser", string>> {
  const places = ["--listen", "127.0.0.1:0", "--iser", "127.0.0.1:0"];
  const target = here.started(startIser("target", "--target", iqn, ...places, "--lun", "mem:1M", "--chap", `me:${secret}`));
  const [, tcp = ""] = await target.says(/iscsi:\/\/([^/\s]+)\//);
  const [, iser = ""] = await target.says(/iser:\/\/([^/\s]+)\//);
  return { tcp, iser };
}

it("shows every login of the daemon from its first byte, also those that fail, and no secret", async () => {
  const portals = await startTarget();
  const daemon = await here.startDaemon("--load", "iser", "--trace", trace);
  await here.control("-A", "-p", portals.tcp, "-t", iqn, "-u", "me", "-s", secret, "-w", "40");
  await here.control("-A", "-r", "-p", portals.iser, "-t", iqn, "-u", "me", "-s", wrong);
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
  const daemon = await here.startDaemon("--load", "iser", "--trace", trace, "--trace-size", "4");
  await here.control("-A", "-p", portals.tcp, "-t", iqn, "-u", "me", "-s", secret, "-w", "40");
  rmSync(trace); // as good as a file system that is full: the next file cannot take its place
  const client = await NbdClient.open(here.nbdSocket, "da0");
  for (let round = 0; round < 6; round++) await client.write(0, Buffer.alloc(mebibyte, round));
  await daemon.says(/trace ends here/);
  await client.write(0, Buffer.alloc(mebibyte, 9));
  expect((await client.read(0, mebibyte)).equals(Buffer.alloc(mebibyte, 9))).toBe(true);
  expect((await here.control("-L")).stdout).toMatch(/Connected: da0/);
  client.close();
  await daemon.stop();
  expect(`${daemon.stdout}${daemon.stderr}`.match(/trace ends here/g)).toHaveLength(1);
});

it("does not start without the trace that was asked for", async () => {
  const { exitCode, stderr } = await here.started(
    startIscsid(["-d", "--run-dir", here.directory, "--trace", join(here.directory, "not", "there")]),
  ).ended;
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: expect.stringMatching(/cannot write the trace .*no such file or directory/),
  });
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type RunningProgram, runIscsictl, startIscsid, startIser } from "./running-program.ts";

const iqn = "iqn.2026-11.test:disk";

let directory: string;
let programs: RunningProgram[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "iscsid-paths-"));
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

it("shows sessions by two portals of a target as two paths to one device, which stays when one is removed", async () => {
  const listening = ["--listen", "127.0.0.1:0", "--listen", "127.0.0.1:0"];
  const target = started(startIser("target", "--target", iqn, ...listening, "--verbose", "--lun", "mem:1M"));
  const [, first = "", second = ""] = await target.says(/iscsi:\/\/([^/\s]+)\/[\s\S]*iscsi:\/\/([^/\s]+)\//);
  await started(startIscsid(["-d", "--run-dir", directory])).says(/^iscsid: ready, .*\n/m);
  const control = (...options: string[]) => runIscsictl("--socket", join(directory, "iscsid.sock"), ...options);
  for (const portal of [first, second]) expect(await control("-A", "-p", portal, "-t", iqn, "-w", "10")).toMatchObject({ exitCode: 0 });

  expect((await control("-L")).stdout.match(/Connected: da0\b/g)).toHaveLength(2);
  const { stdout } = await control("-L", "-v", "--libxo", "json");
  const [lun] = JSON.parse(stdout).iscsictl.session[0].devices.lun;
  expect(lun.path).toEqual([
    { sessionId: 1, portal: first, state: "active", access: "active/optimized" },
    { sessionId: 2, portal: second, state: "active", access: "active/optimized" },
  ]);

  expect(await control("-R", "-p", first)).toMatchObject({ exitCode: 0 });
  expect((await control("-L")).stdout.match(/da\d/g)).toEqual(["da0"]);
});

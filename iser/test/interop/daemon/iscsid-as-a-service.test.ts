import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, test } from "vitest";
import { Child, onceAllEnded, run, succeed } from "../harness/child-process.ts";
import { Daemon } from "../harness/daemon.ts";
import { startTarget } from "../harness/embedded-target.ts";
import { programs } from "../harness/programs.ts";
import { scratchFolder } from "../harness/scratch-folder.ts";
import { untilItIsSo } from "../harness/until-it-is-so.ts";

const folder = scratchFolder();

let tests = 0;
let runDirectory = "";
beforeEach(() => {
  tests += 1;
  runDirectory = join(folder, String(tests), "run");
  mkdirSync(runDirectory, { recursive: true });
});

/** The daemon that went on in the background; it ends with this file at the latest. */
function backgroundPid(): number {
  const pid = Number(readFileSync(join(runDirectory, "iscsid.pid"), "utf8"));
  onceAllEnded(() => {
    if (existsSync(join(runDirectory, "iscsid.pid"))) process.kill(pid, "SIGKILL");
  });
  return pid;
}

test("it goes on in the background, once, and ends without a trace but its log", async () => {
  const started = await run(programs.iscsid, ["--run-dir", runDirectory]);
  expect(started).toMatchObject({ code: 0, stderr: "" });
  expect(started.stdout).toMatch(/^iscsid: ready, control socket .*\n$/);
  const pid = backgroundPid();
  expect(statSync(join(runDirectory, "iscsid.log")).mode & 0o777).toBe(0o600);
  expect(await succeed(programs.iscsictl, ["--socket", join(runDirectory, "iscsid.sock"), "-L"])).toContain("Target name");

  const second = await run(programs.iscsid, ["--run-dir", runDirectory]);
  expect(second).toMatchObject({ code: 1, stdout: "" });
  expect(second.stderr).toContain(`iscsid: daemon already running, pid: ${pid}\n`);

  process.kill(pid, "SIGTERM");
  await untilItIsSo(() => !existsSync(join(runDirectory, "iscsid.pid")));
  expect(readdirSync(runDirectory)).toEqual(["iscsid.log"]);
});

test("what keeps it from starting in the background is said where it was started", async () => {
  const failed = await run(programs.iscsid, ["--run-dir", runDirectory, "--loader", join(runDirectory, "missing.conf")]);
  expect(failed).toMatchObject({ code: 1, stdout: "" });
  expect(failed.stderr).toContain(`iscsid: cannot read ${join(runDirectory, "missing.conf")}`);
});

test("systemd hears when it is ready and when it stops", async () => {
  const socket = join(folder, "notify.sock");
  const receiver = new Child("python3", [fileURLToPath(new URL("receive-datagrams.py", import.meta.url)), socket]);
  await receiver.says(/^listening$/m);
  const daemon = new Child(programs.iscsid, ["--foreground", "--run-dir", runDirectory], { env: { NOTIFY_SOCKET: socket } });
  await receiver.says(/^READY=1$/m);
  expect(await daemon.stop()).toMatchObject({ code: 0 });
  await receiver.says(/^STOPPING=1$/m);
  await receiver.stop();
});

test("systemd that cannot be told is no reason to stop", async () => {
  const env = { NOTIFY_SOCKET: join(folder, "nobody.sock") };
  const daemon = new Child(programs.iscsid, ["--foreground", "--run-dir", runDirectory], { env });
  await daemon.says(/systemd could not be told/);
  expect(await daemon.stop()).toMatchObject({ code: 0 });
});

test("SIGHUP brings the differences of both files, and an error in either brings none", async () => {
  const target = await startTarget(["mem:1M"]);
  const config = join(runDirectory, "iscsi.conf");
  const loader = join(runDirectory, "loader.conf");
  const block = (nickname: string, more = ""): string =>
    `${nickname} {\n\tTargetAddress = ${target.portal}\n\tTargetName = ${target.name}\n${more}}\n`;
  writeFileSync(config, "", { mode: 0o600 });
  writeFileSync(loader, "");
  const daemon = await Daemon.start(join(folder, String(tests)), ["--config", config, "--loader", loader]);
  const readAgain = async (pattern: RegExp): Promise<void> => {
    daemon.process.signal("SIGHUP");
    await daemon.process.says(pattern);
  };
  writeFileSync(config, block("one"));
  writeFileSync(loader, 'kern.iscsi.ping_timeout="7"\n');
  await readAgain(/"added":1,/);
  await daemon.control("-L", "-w", "40");
  expect(await daemon.control("--sysctl", "kern.iscsi.ping_timeout")).toBe("kern.iscsi.ping_timeout: 7\n");

  writeFileSync(config, block("one", "\tHeaderDigest = CRC32C\n"));
  await readAgain(/"changed":1\}/);
  await daemon.control("-L", "-w", "40");
  expect(await daemon.control("-L", "-v")).toMatch(/Header digest: +CRC32C/);

  writeFileSync(config, "one {\n");
  writeFileSync(loader, 'kern.iscsi.ping_timeout="9"\n');
  await readAgain(/nothing was changed/);
  expect(await daemon.control("--sysctl", "kern.iscsi.ping_timeout")).toBe("kern.iscsi.ping_timeout: 7\n");

  writeFileSync(config, "# nothing\n");
  await readAgain(/"removed":1,/);
  await daemon.process.says(/session removed/);
  expect(await daemon.sessions()).toEqual([]);
  expect(await daemon.process.stop()).toMatchObject({ code: 0 });
});

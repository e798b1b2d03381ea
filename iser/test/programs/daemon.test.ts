import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { SeededRandom } from "kit/clock";
import { describe, expect, it } from "vitest";
import { eachTestsPrograms } from "./each-tests-programs.ts";
import { freePort } from "./free-port.ts";
import { NbdClient } from "./nbd-client.ts";
import { type RunningProgram, startIscsid, startIser } from "./running-program.ts";

const iqn = "iqn.2026-11.test:disk";

const here = eachTestsPrograms();

/** Starts a target; resolves to where it listens. */
async function startTarget(...options: string[]): Promise<{ target: RunningProgram; portal: string }> {
  const target = here.started(
    startIser("target", "--target", iqn, ...(options.includes("--listen") ? [] : ["--listen", "127.0.0.1:0"]), ...options),
  );
  const [, portal = ""] = await target.says(/iscsi:\/\/([^/\s]+)\//);
  return { target, portal };
}

async function listing(): Promise<string> {
  return (await here.control("-L")).stdout;
}

const header = "Target name                          Target portal    State\n";

function line(portal: string, state: string, name = iqn): string {
  return `${name.padEnd(36)} ${portal.padEnd(16)} ${state}\n`;
}

describe.each(["", "permanent:"])("a target that sends us to another portal (%s)", (manner) => {
  it("is listed where it is, and goes by either portal", async () => {
    const there = await startTarget("--lun", "mem:1M");
    const { portal } = await startTarget("--lun", "mem:1M", "--redirect", `${manner}${there.portal}`);
    await here.startDaemon();
    for (const known of [portal, there.portal]) {
      expect(await here.control("-A", "-p", portal, "-t", iqn, "-w", "40")).toMatchObject({ exitCode: 0, stderr: "" });
      expect(await listing()).toBe(header + line(there.portal, "Connected: da0 "));
      expect((await here.control("-L", "-v")).stdout).toContain(
        `Target portal:            ${there.portal}\nConfigured portal:        ${portal}\n`,
      );
      expect(await here.control("-R", "-p", known)).toMatchObject({ exitCode: 0, stderr: "" });
    }
  });
});

describe("a disk at a target", () => {
  it("is found from any folder, though the daemon was told of its own by a relative path", async () => {
    const { portal } = await startTarget("--lun", "mem:1M");
    const daemon = here.started(startIscsid(["-d", "--run-dir", relative(process.cwd(), here.directory)]));
    await daemon.says(/^iscsid: ready, .*\n/m);
    expect(await here.control("-A", "-p", portal, "-t", iqn, "-w", "40")).toMatchObject({ exitCode: 0, stderr: "" });
    expect((await here.control("-L", "-v")).stdout).toContain(`nbd+unix:///da0?socket=${here.nbdSocket}\n`);
  });

  it("is a local device from -A to -R, and what an application writes is at the target", async () => {
    const { portal } = await startTarget("--lun", "mem:1M", "--lun", "mem:2M,bs=4096");
    const daemon = await here.startDaemon();
    expect(daemon.stdout).toBe(`iscsid: ready, control socket ${here.controlSocket}, nbd socket ${here.nbdSocket}\n`);
    for (const name of ["iscsid.sock", "nbd.sock", "iscsid.pid"]) expect(statSync(join(here.directory, name)).mode & 0o777).toBe(0o600);

    expect(await here.control("-A", "-p", portal, "-t", iqn, "-w", "40")).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect(await listing()).toBe(header + line(portal, "Connected: da0 da1 "));
    const { session } = JSON.parse((await here.control("-L", "-v", "--libxo", "json")).stdout).iscsictl as { session: object[] };
    expect(session).toEqual([
      expect.objectContaining({
        sessionId: 1,
        target: expect.objectContaining({ name: iqn, portal }),
        state: "Connected",
        devices: {
          lun: [
            { lun: 0, device: "da0", uri: `nbd+unix:///da0?socket=${here.nbdSocket}`, size: 2 ** 20, blockSize: 512 },
            { lun: 1, device: "da1", uri: `nbd+unix:///da1?socket=${here.nbdSocket}`, size: 2 ** 21, blockSize: 4096 },
          ],
          scbus: 1,
          bus: 0,
          target: 0,
        },
      }),
    ]);

    const client = await NbdClient.open(here.nbdSocket, "da0");
    const data = new SeededRandom(1).bytes(65536);
    await client.write(131072, data);
    expect(client.size).toBe(2 ** 20);
    expect((await client.read(131072, 65536)).equals(data)).toBe(true);
    const image = join(here.directory, "image");
    const copied = startIser("dd", "--if", `iscsi://${portal}/${iqn}/0`, "--of", image, "--bs", "64K", "--skip", "2", "--count", "1");
    expect((await copied.ended).exitCode).toBe(0);
    expect(await startIser("dd", `if=${image}`, "bs=64K").ended).toMatchObject({ exitCode: 0, stdout: Buffer.from(data).toString() });

    expect(await here.control("-R", "-t", iqn)).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: expect.stringMatching(/^iscsictl: da0 is in use; /),
    });
    expect(await here.control("-R", "-t", iqn, "--force")).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    await client.ended();
    await expect(NbdClient.open(here.nbdSocket, "da0")).rejects.toThrow("the server ended the connection");
    expect(await listing()).toBe(header);

    expect((await daemon.stop()).exitCode).toBe(0);
    expect(readdirSync(here.directory)).toEqual(["image"]);
  });

  it("is found by discovery", async () => {
    const { portal } = await startTarget("--lun", "mem:1M");
    await here.startDaemon();
    expect(await here.control("-A", "-d", portal, "-w", "40")).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await listing()).toBe(header + line(portal, "Connected: da0 "));
    expect(await here.control("-A", "-p", portal, "-t", iqn)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("is there already"),
    });
  });

  it("keeps its name and its users while its target is away", async () => {
    const file = join(here.directory, "disk.img");
    const first = await startTarget("--lun", `${file},size=1M`, "--listen", `127.0.0.1:${await freePort()}`);
    const daemon = await here.startDaemon();
    await here.control("-A", "-p", first.portal, "-t", iqn, "-w", "40");
    const client = await NbdClient.open(here.nbdSocket, "da0");
    await client.write(0, Buffer.alloc(4096, 7));

    await first.target.stop();
    const waiting = client.read(0, 4096);
    await daemon.says(/session lost/);
    expect(await listing()).not.toContain("Connected");
    await startTarget("--lun", `${file},size=1M`, "--listen", first.portal);
    expect(await waiting).toEqual(Buffer.alloc(4096, 7));
    expect(await here.control("-L", "-w", "40")).toEqual({
      exitCode: 0,
      stdout: header + line(first.portal, "Connected: da0 "),
      stderr: "",
    });
    client.close();
  });

  it("ends with the daemon, for the clients that use it too", async () => {
    const { portal } = await startTarget("--lun", "mem:1M");
    const daemon = await here.startDaemon();
    await here.control("-A", "-p", portal, "-t", iqn, "-w", "40");
    const client = await NbdClient.open(here.nbdSocket, "da0");
    await client.read(0, 4096);
    expect((await daemon.stop()).exitCode).toBe(0);
    await client.ended();
    expect(readdirSync(here.directory)).toEqual([]);
  });
});

describe("a target that wants to know who comes", () => {
  const chap = ["--lun", "mem:1M", "--chap", "me:swordfish1234"];

  it("shows in the listing and in the error why it refuses, and lets the right one in", async () => {
    const { portal } = await startTarget(...chap);
    const daemon = await here.startDaemon();
    const refused = await here.control("-A", "-p", portal, "-t", iqn, "-u", "me", "-s", "wrongwrong12", "-w", "1");
    expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
    expect(refused.stderr).toBe(
      `iscsictl: ${iqn} at ${portal} is not connected after 1 s: Authentication failure\n  iscsid goes on trying; watch it with iscsictl -L\n`,
    );
    expect(await listing()).toBe(header + line(portal, "Authentication failure"));
    await here.control("-R", "-a");
    expect(await here.control("-A", "-p", portal, "-t", iqn, "-u", "me", "-s", "swordfish1234", "-w", "40")).toMatchObject({ exitCode: 0 });
    const verbose = await here.control("-L", "-v");
    expect(verbose.stdout).toContain("User:                     me\nSecret:                   [secret]\n");
    for (const secret of ["swordfish", "wrongwrong"]) expect(verbose.stdout + daemon.stdout + daemon.stderr).not.toContain(secret);
  });
});

describe("a portal that is asked for its targets", () => {
  const credentials = ["-u", "me", "-s", "swordfish1234"];

  it.each([
    ["wants the credentials of its disks", ["--chap", "me:swordfish1234", "--discovery-chap", "me:swordfish1234"]],
    ["wants none, though its disks do", ["--chap", "me:swordfish1234"]],
  ])("%s", async (_what, options) => {
    const { portal } = await startTarget("--lun", "mem:1M", ...options);
    await here.startDaemon();
    expect(await here.control("-A", "-d", portal, ...credentials, "-w", "40")).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await listing()).toBe(header + line(portal, "Connected: da0 "));
  });

  it("wants other credentials, and says so", async () => {
    const { portal } = await startTarget("--lun", "mem:1M", "--discovery-chap", "you:marlin123456");
    const daemon = await here.startDaemon();
    await here.control("-A", "-d", portal, ...credentials);
    await daemon.says(/discovery failed/);
    expect(await listing()).toBe(header + line(portal, "Authentication failure", ""));
  });
});

describe("a daemon", () => {
  it("runs once for each pid file", async () => {
    await here.startDaemon();
    const second = await startIscsid(["-d", "--run-dir", here.directory], 4343, [4242]).ended;
    expect(second).toMatchObject({ exitCode: 1, stdout: "" });
    expect(second.stderr).toContain("iscsid: daemon already running, pid: 4242\n");
    expect(await listing()).toBe(header);
  });

  it("does not share a socket with another", async () => {
    await here.startDaemon();
    const second = await startIscsid(["-d", "--run-dir", here.directory, "-P", join(here.directory, "other.pid")], 4343).ended;
    expect(second).toMatchObject({ exitCode: 1, stdout: "" });
    expect(second.stderr).toContain("somebody else listens there already");
    expect(readdirSync(here.directory)).not.toContain("other.pid");
    expect(await listing()).toBe(header);
  });

  it("replaces what a dead one left behind", async () => {
    writeFileSync(join(here.directory, "iscsid.pid"), "1\n");
    const daemon = await here.startDaemon();
    expect(await listing()).toBe(header);
    await daemon.stop();
  });

  it("that is not there is missed with what to do", async () => {
    expect(await here.control("-L")).toEqual({
      exitCode: 1,
      stdout: "",
      stderr:
        `iscsictl: iscsid is not running: nothing answers at ${here.controlSocket}\n` +
        `  start it with "iscsid -d --socket ${here.controlSocket}", or name the socket of a running one with --socket\n`,
    });
  });

  it.each([
    [["-d", "extra"], 'unexpected argument "extra"'],
    [["-d", "-x"], "unknown option -x"],
    [["-d", "-l", "loud"], '-l "loud" is not a number'],
    [["-d", "-m", "some"], '-m "some" is not a number'],
    [["-d", "--log-format", "xml"], "--log-format xml is not possible"],
    [["-d", "--metrics", "here"], '--metrics "here" is no address'],
    [["-d", "--run-dir", `/tmp/${"x".repeat(120)}`], "is too long for a socket"],
    [["-d", "--run-dir", "/dev/null/run"], "cannot make the run directory /dev/null/run"],
  ])("is not started by %j", async (argv, sentence) => {
    const ending = await startIscsid(argv).ended;
    expect(ending.exitCode).toBe(1);
    expect(ending.stderr).toContain(sentence);
  });
});

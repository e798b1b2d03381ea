import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { freePort } from "./free-port.ts";
import { NbdClient } from "./nbd-client.ts";
import { type Ending, type RunningProgram, runIscsictl, startIscsid, startIser } from "./running-program.ts";

const iqn = "iqn.2026-11.test:disk";

let directory: string;
let programs: RunningProgram[];
let servers: Server[];
let sockets: Set<Socket>;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "iscsid-variables-"));
  programs = [];
  servers = [];
  sockets = new Set();
});

afterEach(async () => {
  for (const program of programs.reverse()) {
    const ended = program.stop();
    for (const socket of sockets) socket.destroy(); // what is frozen would hold up who ends
    await ended;
  }
  for (const server of servers) server.close();
  rmSync(directory, { recursive: true });
});

function started(program: RunningProgram): RunningProgram {
  programs.push(program);
  return program;
}

async function startTarget(...options: string[]): Promise<{ target: RunningProgram; portal: string }> {
  const where = options.includes("--listen") ? [] : ["--listen", "127.0.0.1:0"];
  const target = started(startIser("target", "--target", iqn, ...where, ...options));
  const [, portal = ""] = await target.says(/iscsi:\/\/([^/\s]+)\//);
  return { target, portal };
}

async function startDaemon(): Promise<RunningProgram> {
  const daemon = started(startIscsid(["-d", "--run-dir", directory]));
  await daemon.says(/^iscsid: ready, .*\n/m);
  return daemon;
}

function control(...options: string[]): Promise<Ending> {
  return runIscsictl("--socket", join(directory, "iscsid.sock"), ...options);
}

/** A place where whoever connects is handed to `meet`. */
function listening(meet: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    meet(socket);
  });
  servers.push(server);
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? `127.0.0.1:${address.port}` : "");
    });
  });
}

it("a target that falls silent is left after kern.iscsi.ping_timeout, a login that makes no progress after kern.iscsi.login_timeout", async () => {
  const { portal } = await startTarget("--lun", "mem:1M");
  const [host = "", port = ""] = portal.split(":");
  const far: Socket[] = [];
  const through = await listening((near) => {
    const socket = connect(Number(port), host);
    sockets.add(socket);
    socket.on("error", () => {});
    far.push(socket);
    near.pipe(socket);
    socket.pipe(near);
  });
  const silent = await listening(() => {});
  const daemon = await startDaemon();
  await control("-A", "-p", through, "-t", iqn, "-w", "40");
  await control("--sysctl", "kern.iscsi.ping_timeout=1");
  await control("--sysctl", "kern.iscsi.login_timeout=1");
  await control("-A", "-p", silent, "-t", iqn);
  for (const socket of far) socket.unpipe().pause();
  await daemon.says(/no ping reply \(NOP-In\) after 1 seconds/);
  await daemon.says(/the target did not finish the login within 1 s/);
});

it("a session that is lost takes its devices along when kern.iscsi.fail_on_disconnection says so, and brings them back", async () => {
  const first = await startTarget("--lun", "mem:1M", "--listen", `127.0.0.1:${await freePort()}`);
  const daemon = await startDaemon();
  await control("-A", "-p", first.portal, "-t", iqn, "-w", "40");
  await control("--sysctl", "kern.iscsi.fail_on_disconnection=1");
  const client = await NbdClient.open(join(directory, "nbd.sock"), "da0");
  await client.read(0, 4096);
  await first.target.stop();
  await client.ended();
  await daemon.says(/device is gone/);
  await startTarget("--lun", "mem:1M", "--listen", first.portal);
  await control("-L", "-w", "40");
  const again = await NbdClient.open(join(directory, "nbd.sock"), "da0");
  await again.read(0, 4096);
  again.close();
});

it("the end of the daemon does not wait for a target that is away, because kern.iscsi.fail_on_shutdown says so", async () => {
  const { target, portal } = await startTarget("--lun", "mem:1M");
  const daemon = await startDaemon();
  await control("-A", "-p", portal, "-t", iqn, "-w", "40");
  const client = await NbdClient.open(join(directory, "nbd.sock"), "da0");
  await client.read(0, 4096);
  await target.stop();
  await daemon.says(/session lost/);
  const waiting = client.read(0, 4096).catch((error: Error) => error.message);
  const began = performance.now();
  expect((await daemon.stop()).exitCode).toBe(0);
  expect(performance.now() - began).toBeLessThan(1500);
  expect(await waiting).toMatch(/NBD error|ended the connection/);
});

it("says as much as kern.iscsi.debug wants", async () => {
  const daemon = await startDaemon();
  await control("--sysctl", "kern.iscsi.debug=0");
  const said = daemon.stderr.length;
  await control("-A", "-p", "127.0.0.1:1", "-t", iqn, "-w", "1");
  await control("-R", "-a");
  expect(daemon.stderr.slice(said)).toBe("");
  await control("--sysctl", "kern.icl.debug=2");
  await control("--sysctl", "kern.iscsi.debug=2");
  await control("-A", "-p", "127.0.0.1:1", "-t", iqn);
  await daemon.says(/icl: connecting/);
});

it("are listed, and not set to what they cannot be", async () => {
  await startDaemon();
  const { stdout } = await control("--sysctl");
  expect(stdout.split("\n")).toHaveLength(17);
  expect(stdout).toContain("kern.iscsi.ping_timeout: 5\n");
  expect((await control("--sysctl", "kern.icl")).stdout).toMatch(/^kern\.icl\.busy_poll: 100\nkern\.icl\.coalesce: 1\n/);
  expect(await control("--sysctl", "kern.icl.offloads=1")).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("can only be read"),
  });
  expect(await control("--sysctl", "kern.iscsi.maxtags=0")).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("from 1 to 65533"),
  });
});

it.each(["much", "4", "", "-1", "0x2", "1.5", "4294967296"])("a variable that cannot be %j says what it can be", async (value) => {
  await startDaemon();
  expect(await control("--sysctl", `kern.iser.debug=${value}`)).toMatchObject({
    exitCode: 1,
    stderr: `iscsictl: kern.iser.debug=${value} is not possible; it is a number from 0 to 3\n`,
  });
});

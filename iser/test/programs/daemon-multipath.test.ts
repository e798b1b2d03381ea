import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { eachTestsPrograms } from "./each-tests-programs.ts";
import { NbdClient } from "./nbd-client.ts";
import { type RunningProgram, startIser } from "./running-program.ts";

const iqn = "iqn.2026-11.test:disk";

const here = eachTestsPrograms();

/** A target on a port of the loopback, another one than 0 where it was before; its portal. */
async function target(lun: string, port = "0"): Promise<{ readonly program: RunningProgram; readonly portal: string }> {
  const program = here.started(startIser("target", "--target", iqn, "--listen", `127.0.0.1:${port}`, "--lun", lun));
  const [, portal = ""] = await program.says(/iscsi:\/\/([^/\s]+)\//);
  return { program, portal };
}

/** The daemon with a session to each portal, and what asks it. */
async function daemonWith(...portals: readonly string[]) {
  const daemon = await here.startDaemon();
  const control = (...options: string[]) => here.control(...options);
  for (const portal of portals) expect(await control("-A", "-p", portal, "-t", iqn, "-w", "40")).toMatchObject({ exitCode: 0 });
  const devices = async (): Promise<string> => [...(await control("-L")).stdout.matchAll(/da\d/g)].join(" ");
  return { daemon, control, devices };
}

it("keeps the disks apart of two targets that have everything in common but the disk", async () => {
  const memory = [await target("mem:1M"), await target("mem:1M")];
  const files = ["a.img", "b.img"].map((file) => join(here.directory, file));
  for (const file of files) writeFileSync(file, Buffer.alloc(2 ** 20));
  const onFiles = await Promise.all(files.map((file) => target(file)));
  const { devices } = await daemonWith(...[...memory, ...onFiles].map(({ portal }) => portal));
  expect(await devices()).toBe("da0 da1 da2 da3");
});

it("takes two targets of one name for one when they serve one file", async () => {
  const file = join(here.directory, "disk.img");
  writeFileSync(file, Buffer.alloc(2 ** 20));
  const { devices } = await daemonWith((await target(`${file},ro`)).portal, (await target(`${file},ro`)).portal);
  expect(await devices()).toBe("da0 da0");
});

it.each(["file", "memory"])("knows the %s of a target again that is restarted at its address", async (kind) => {
  const file = join(here.directory, "disk.img");
  writeFileSync(file, Buffer.alloc(2 ** 20));
  const lun = kind === "file" ? file : "mem:1M";
  const { program, portal } = await target(lun);
  const { daemon, control, devices } = await daemonWith(portal);
  await program.stop();
  await daemon.says(/session lost/);
  await target(lun, portal.split(":")[1]);
  expect(await control("-L", "-w", "40")).toMatchObject({ exitCode: 0 });
  expect(await devices()).toBe("da0");
  expect(daemon.stderr).not.toMatch(/another disk|is gone/);
});

it("sends commands where the states of the ports allow them, and shows the states", async () => {
  const listening = [
    "--listen",
    "127.0.0.1:0,1",
    "--listen",
    "127.0.0.1:0,2",
    "--access",
    "1=standby",
    "--access",
    "2=active/non-optimized",
  ];
  const program = here.started(startIser("target", "--target", iqn, ...listening, "--lun", "mem:1M"));
  const [, first = "", second = ""] = await program.says(/iscsi:\/\/([^/\s]+)\/[\s\S]*iscsi:\/\/([^/\s]+)\//);
  const { daemon, control, devices } = await daemonWith(first);
  await daemon.says(/cannot be used by this port at present/);
  expect(await devices()).toBe("");
  expect(await control("-A", "-p", second, "-t", iqn, "-w", "40")).toMatchObject({ exitCode: 0 });
  const paths = async (): Promise<string> => {
    const session = JSON.parse((await control("-L", "-v", "--libxo", "json")).stdout).iscsictl.session[1];
    const path: readonly { state: string; access: string }[] = session.devices.lun[0]?.path ?? [];
    return path.map(({ state, access }) => `${state} ${access}`).join(", ");
  };
  await vi.waitFor(async () => expect(await paths()).toBe("active active/non-optimized, enabled standby"), { timeout: 15_000 });
  expect(await devices()).toBe("da0 da0");

  const url = `iscsi://${first}/${iqn}/0`;
  const alua = async (...options: string[]) => await here.started(startIser("alua", url, ...options)).ended;
  expect((await alua("--set", "1=active/optimized", "--set", "2=unavailable")).stdout).toMatch(
    /^group 1: active\/optimized \(ports 1; .*\)\ngroup 2: unavailable \(ports 2; /,
  );
  // Whose I/O is refused asks; who has none asks every 5 s.
  const client = await NbdClient.open(here.nbdSocket, "da0");
  await client.read(0, 512);
  client.close();
  await vi.waitFor(async () => expect(await paths()).toBe("enabled unavailable, active active/optimized"), { timeout: 15_000 });
  expect(await alua("--set", "7=standby")).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("INVALID FIELD IN PARAMETER LIST"),
  });
  expect(JSON.parse((await alua("--json")).stdout).groups).toMatchObject([
    { group: 1, state: "active/optimized", ports: [1] },
    { group: 2, state: "unavailable", ports: [2] },
  ]);
}, 40_000);

it("shows sessions by two portals of a target as two paths to one device, which stays when one is removed", async () => {
  const listening = ["--listen", "127.0.0.1:0", "--listen", "127.0.0.1:0"];
  const target = here.started(startIser("target", "--target", iqn, ...listening, "--verbose", "--lun", "mem:1M"));
  const [, first = "", second = ""] = await target.says(/iscsi:\/\/([^/\s]+)\/[\s\S]*iscsi:\/\/([^/\s]+)\//);
  await here.startDaemon();
  const control = (...options: string[]) => here.control(...options);
  for (const portal of [first, second]) expect(await control("-A", "-p", portal, "-t", iqn, "-w", "40")).toMatchObject({ exitCode: 0 });

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

import { mkdtempSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SystemClock, SystemRandom } from "kit/clock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MemoryDisk } from "#block";
import { IserTargetDatamover, TcpTargetDatamover } from "#datamover";
import { formatPortal } from "#iscsi";
import { SoftwareQueuePair } from "#iwarp";
import { listen } from "#socket";
import { type RunningTarget, type StreamedDatamover, startTarget } from "#target";
import { NbdClient } from "./nbd-client.ts";
import { type RunningProgram, runIscsictl, startIscsid, startIser } from "./running-program.ts";

const iqn = "iqn.2026-11.test:disk";
const clock = new SystemClock();
const MiB = 2 ** 20;

let directory: string;
let daemon: RunningProgram;
let ending: (() => Promise<unknown>)[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "iscsid-"));
  daemon = startIscsid(["-d", "--run-dir", directory, "--load", "iser"]);
  ending = [() => daemon.stop()];
  await daemon.says(/^iscsid: ready, .*\n/m);
});

afterEach(async () => {
  for (const end of ending) await end();
  rmSync(directory, { recursive: true });
});

function openNbd(name: string): Promise<NbdClient> {
  return NbdClient.open(join(directory, "nbd.sock"), name);
}

function control(...options: string[]): ReturnType<typeof runIscsictl> {
  return runIscsictl("--socket", join(directory, "iscsid.sock"), ...options);
}

/** Names and sizes, as `-L -v` says them. */
async function devices(): Promise<string> {
  const { stdout } = await control("-L", "-v", "--libxo", "json");
  const { iscsictl } = JSON.parse(stdout) as {
    iscsictl: { session: { devices: { lun: { lun: number; device: string; size: number }[] } }[] };
  };
  return iscsictl.session.flatMap(({ devices: { lun } }) => lun.map((one) => `${one.lun}=${one.device}:${one.size / MiB}M`)).join(" ");
}

async function untilDevicesAre(expected: string): Promise<void> {
  for (const deadline = performance.now() + 15_000; (await devices()) !== expected; await sleep(20)) {
    if (performance.now() > deadline) throw new Error(`not ${expected} but ${await devices()}`);
  }
}

const carriers: readonly { readonly kind: "tcp" | "iser"; readonly makeDatamover: () => StreamedDatamover }[] = [
  {
    kind: "tcp",
    makeDatamover: () => {
      const mover = new TcpTargetDatamover();
      return { datamover: mover, stream: mover };
    },
  },
  {
    kind: "iser",
    makeDatamover: () => {
      const stream = new SoftwareQueuePair({ role: "responder" });
      return { datamover: new IserTargetDatamover(stream), stream };
    },
  },
];

async function serve({ kind, makeDatamover }: (typeof carriers)[number], disk: MemoryDisk): Promise<RunningTarget> {
  const target = await startTarget({
    clock,
    random: new SystemRandom(),
    targets: [{ name: iqn, luns: [{ device: disk }] }],
    listen: [
      {
        address: { host: "127.0.0.1", port: 0 },
        transport: {
          kind,
          makeDatamover,
          listen: async (address, makeCore) => {
            const { address: bound, close } = await listen(address, makeCore, clock);
            if ("path" in bound) throw new Error("a path where a port is due");
            return { address: bound, close };
          },
        },
      },
    ],
  });
  ending.push(() => target.close());
  const [portal] = target.portals;
  if (portal === undefined) throw new Error("the target listens nowhere");
  const transport = kind === "iser" ? ["-r"] : [];
  await control("-A", ...transport, "-p", formatPortal(portal), "-t", iqn, "-w", "40");
  return target;
}

describe.each(carriers)("the logical units of a session over $kind", (carrier) => {
  it("come, grow and go while it lasts", async () => {
    const disk = new MemoryDisk({ size: MiB });
    const { server } = await serve(carrier, disk);
    expect(await devices()).toBe("0=da0:1M");

    server.target(iqn)?.addLun({ lun: 5, device: new MemoryDisk({ size: 2 * MiB }) });
    server.announceLunChange(iqn);
    await untilDevicesAre("0=da0:1M 5=da1:2M");
    const client = await openNbd("da1");
    await client.write(0, Buffer.alloc(4096, 7));

    disk.resize(3 * MiB);
    const old = await openNbd("da0");
    await old.read(0, 512);
    await untilDevicesAre("0=da0:3M 5=da1:2M");
    const fresh = await openNbd("da0");
    expect([old.size, fresh.size]).toEqual([MiB, 3 * MiB]);
    expect((await fresh.read(3 * MiB - 512, 512)).length).toBe(512);

    await server.target(iqn)?.removeLun(5);
    server.announceLunChange(iqn);
    await expect(client.read(0, 512)).rejects.toThrow(/./);
    await untilDevicesAre("0=da0:3M");
    await daemon.says(/device is gone.*da1/);
    for (const one of [client, old, fresh]) one.close();
  });
});

it("of a target with more units than anybody uses, those with the lowest LUNs are taken up, and that is told", async () => {
  const [tcp] = carriers;
  if (tcp === undefined) throw new Error("nothing carries");
  const { server } = await serve(tcp, new MemoryDisk({ size: MiB }));
  for (let lun = 1; lun < 1100; lun += 1) server.target(iqn)?.addLun({ lun, device: new MemoryDisk({ size: MiB }) });
  server.announceLunChange(iqn);
  await daemon.says(/more logical units than are taken up.*1100/);
  await daemon.says(/device found.*da1023\b/);
  const client = await openNbd("da1023");
  expect((await client.read(0, 512)).length).toBe(512);
  client.close();

  await server.target(iqn)?.removeLun(3);
  server.announceLunChange(iqn);
  await daemon.says(/device is gone.*da3\b/);
  // Another one is there in its place.
  await daemon.says(/device found.*"?lun"?[=:]\s?1024\b/);
  const luns = (await devices()).split(" ").map((unit) => Number.parseInt(unit, 10));
  expect(luns).toEqual(Array.from({ length: 1025 }, (_, lun) => lun).filter((lun) => lun !== 3));
});

it("a file that grows under iser target is a larger device here, for new clients", async () => {
  const file = join(directory, "disk.img");
  const target = startIser("target", "--target", iqn, "--listen", "127.0.0.1:0", "--lun", `${file},size=1M`);
  ending.push(() => target.stop());
  const [, portal = ""] = await target.says(/iscsi:\/\/([^/\s]+)\//);
  await control("-A", "-p", portal, "-t", iqn, "-w", "40");
  const user = await openNbd("da0");
  truncateSync(file, 2 * MiB);
  // Whoever reads hears of it first; without anybody it takes some seconds.
  for (const deadline = performance.now() + 15_000; (await devices()) !== "0=da0:2M"; await user.read(0, 512)) {
    if (performance.now() > deadline) throw new Error(`not larger but ${await devices()}`);
  }
  user.close();
  const client = await openNbd("da0");
  expect(client.size).toBe(2 * MiB);
  client.close();
});

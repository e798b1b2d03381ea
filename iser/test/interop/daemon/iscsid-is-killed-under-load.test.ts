import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { Child } from "../harness/child-process.ts";
import { Daemon } from "../harness/daemon.ts";
import { startTarget } from "../harness/embedded-target.ts";
import { scratchFolder } from "../harness/scratch-folder.ts";
import { untilItIsSo } from "../harness/until-it-is-so.ts";

/** ISER_LONG=1: as long as it takes to be believed; else as long as there is time for in CI. */
const seconds = process.env.ISER_LONG === undefined ? 30 : 60;
const killEveryS = 5;

const folder = scratchFolder();

interface Portals {
  readonly tcp: string;
  readonly iser: string;
}

/**
 * fio reads and writes through qemu-nbd, which is a client of ours that reconnects (reconnect-delay): what it had asked the daemon that died it asks the next one again.
 */
async function loadThroughQemu(here: string, nbdSocket: string, runSeconds: number): Promise<Child> {
  const proxy = join(here, "proxy.sock");
  const image = `driver=raw,file.driver=nbd,file.server.type=unix,file.server.path=${nbdSocket},file.export=da0,file.reconnect-delay=60`;
  const qemu = new Child("qemu-nbd", ["--image-opts", image, "-k", proxy, "-t"]);
  const uri = `nbd+unix:///?socket=${proxy}`;
  expect(qemu.output).toBe("");
  await untilItIsSo(async () => (await new Child("nbdinfo", ["--size", uri]).end()).code === 0);
  return new Child("fio", [
    ...["--name=killed", "--ioengine=nbd", `--uri=${uri}`, "--rw=randrw", "--bsrange=4k-64k", "--iodepth=16", "--size=48m"],
    ...[
      "--verify=crc32c",
      "--verify_fatal=1",
      "--verify_state_save=0",
      "--verify_backlog=64",
      "--time_based",
      `--runtime=${runSeconds}`,
      "--output-format=json",
    ],
  ]);
}

test.each([
  ["iSCSI", [], "tcp"],
  ["iSER", ["-r"], "iser"],
] as const)(
  `kill -9 every ${killEveryS} s for ${seconds} s over %s: no error and no wrong byte reaches the client`,
  async (protocol, flags, transport) => {
    const here = join(folder, protocol);
    mkdirSync(here);
    const target = await startTarget(["mem:64M"], ["--iser", "127.0.0.1:0"]);
    const [, iser = ""] = await target.process.says(/iser:\/\/([^/\s"]+)\//);
    const portals: Portals = { tcp: target.portal, iser };
    let daemon = await Daemon.start(here, ["--load", "iser"]);
    await daemon.control("-A", ...flags, "-p", portals[transport], "-t", target.name, "-w", "40");
    const before = await daemon.device();

    const fio = await loadThroughQemu(here, daemon.nbdSocket, seconds);
    const deaths = Math.floor(seconds / killEveryS) - 1;
    for (let death = 0; death < deaths; death++) {
      await sleep(killEveryS * 1000);
      await daemon.kill();
      daemon = await Daemon.start(here, ["--load", "iser"]);
    }

    const { code, stdout, stderr } = await fio.end((seconds + 60) * 1000);
    expect(code, stdout + stderr).toBe(0);
    const [job] = (JSON.parse(stdout.slice(stdout.indexOf("{"))) as { jobs: { error: number; read: Rates; write: Rates }[] }).jobs;
    expect(job).toMatchObject({ error: 0 });
    console.log(`${protocol}: ${deaths} deaths, ${job?.read.total_ios} reads, ${job?.write.total_ios} writes`);
    expect(await daemon.device()).toEqual(before);
    expect(await daemon.process.stop()).toMatchObject({ code: 0 });
    await target.process.stop();
  },
  (seconds + 90) * 1000,
);

interface Rates {
  readonly total_ios: number;
}

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { succeed } from "../harness/child-process.ts";
import { Daemon } from "../harness/daemon.ts";
import { startTarget } from "../harness/embedded-target.ts";
import { FaultProxy } from "../harness/fault-proxy.ts";
import { scratchFolder } from "../harness/scratch-folder.ts";
import { portalsOfOurs } from "../harness/two-paths.ts";
import { untilItIsSo } from "../harness/until-it-is-so.ts";

const folder = scratchFolder();
const free = "127.0.0.1:0";

test("after kill -9 a disk has its name again, whichever path comes back first, and nobody else gets it while all are away", async () => {
  const here = join(folder, "names");
  mkdirSync(here);
  const target = await portalsOfOurs(here, "--listen", free, "--iser", free);
  const other = await startTarget(["mem:1M"]);
  const [tcp, rdma] = [await FaultProxy.start(target.tcp[0] ?? ""), await FaultProxy.start(target.iser[0] ?? "")];
  let daemon = await Daemon.start(here, ["--load", "iser"]);
  await daemon.control("-A", "-p", other.portal, "-t", other.name, "-w", "40");
  await daemon.control("-A", "-p", tcp.portal, "-t", target.name, "-w", "40");
  await daemon.control("-A", "-r", "-p", rdma.portal, "-t", target.name, "-w", "40");
  const names = async (): Promise<string> => (await daemon.sessions()).map(({ devices: { lun } }) => lun[0]?.device ?? "-").join(" ");
  const until = async (wanted: string): Promise<void> => {
    await untilItIsSo(
      async () => (await names()) === wanted,
      async () => `the sessions have ${await names()}, and not ${wanted}:\n${daemon.process.output}`,
    );
  };
  const dieAndComeBack = async (): Promise<void> => {
    await daemon.kill();
    daemon = await Daemon.start(here, ["--load", "iser"]);
  };
  await until("da0 da1 da1");
  const { uri } = (await daemon.sessions())[1]?.devices.lun[0] ?? { uri: "" };
  await succeed("qemu-io", ["-f", "raw", "-c", "write -P 7 0 64k", "-c", "flush", uri]);

  for (const away of [tcp, rdma]) {
    away.stop();
    await dieAndComeBack();
    await until(away === tcp ? "da0 - da1" : "da0 da1 -");
    expect(await succeed("qemu-io", ["-f", "raw", "-c", "read -P 7 0 64k", uri])).not.toMatch(/failed/);
    await away.restart();
    await until("da0 da1 da1");
  }
  for (const proxy of [tcp, rdma]) proxy.stop();
  await dieAndComeBack();
  const third = await startTarget(["mem:2M"]);
  await daemon.control("-A", "-p", third.portal, "-t", third.name, "-w", "40");
  await until("da0 - - da2");
  for (const proxy of [tcp, rdma]) await proxy.restart();
  await until("da0 da1 da1 da2");

  expect(await daemon.process.stop()).toMatchObject({ code: 0 });
  await target.stop();
}, 180_000);

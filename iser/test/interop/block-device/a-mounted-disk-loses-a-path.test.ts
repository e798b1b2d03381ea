import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Attachments } from "../harness/attachments.ts";
import { run, succeed } from "../harness/child-process.ts";
import { Daemon } from "../harness/daemon.ts";
import { FaultProxy } from "../harness/fault-proxy.ts";
import { scratchFolder } from "../harness/scratch-folder.ts";
import { portalsOfOurs } from "../harness/two-paths.ts";
import { untilItIsSo } from "../harness/until-it-is-so.ts";

const folder = scratchFolder();
const runDirectory = join(folder, "run");
mkdirSync(runDirectory);
const attachments = new Attachments(runDirectory);
const free = "127.0.0.1:0";

/** What is written, again and again: whoever reads something else has lost it. Files are touched by other processes alone: this one has the proxies, and must not wait for the disk. */
const contents = join(folder, "contents");
writeFileSync(contents, Buffer.alloc(1024 * 1024, "not of one path alone "));

test("a mounted disk loses one path after the other while files are written, and one for good: nothing is lost, and only the last path is held", async () => {
  const target = await portalsOfOurs(folder, "--listen", free, "--iser", free);
  const tcp = await FaultProxy.start(target.tcp[0] ?? "");
  const rdma = await FaultProxy.start(target.iser[0] ?? "");
  const daemon = await Daemon.start(folder, ["--load", "iser"]);
  await daemon.control("-A", "-p", tcp.portal, "-t", target.name, "-w", "40");
  await daemon.control("-A", "-r", "-p", rdma.portal, "-t", target.name, "-w", "40");

  const { path } = await attachments.attach("da0");
  await succeed("mkfs.ext4", ["-q", path]);
  const place = join(folder, "place");
  mkdirSync(place);
  await attachments.mount("da0", place);
  const write = async (name: string): Promise<void> => {
    await succeed("cp", [contents, join(place, name)]);
    await succeed("sync", ["-f", place]);
  };
  const allActive = async (): Promise<void> => {
    const states = async () => (await daemon.sessions()).flatMap(({ devices: { lun } }) => lun[0]?.path?.map(({ state }) => state) ?? []);
    await untilItIsSo(
      async () => (await states()).join() === "active,active,active,active",
      async () => `the paths are ${(await states()).join()}:\n${daemon.process.output}`,
    );
  };
  await allActive();
  for (const [at, proxy] of [tcp, rdma, tcp, rdma].entries()) {
    const writing = write(`under-way-${at}`);
    proxy.stop();
    await writing;
    await write(`by-one-${at}`);
    await proxy.restart();
    await allActive();
  }

  await daemon.control("-R", "-p", tcp.portal);
  await write("by-the-last");
  const refused = await daemon.tryControl("-R", "-p", rdma.portal);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/da0 is in use/) });
  expect((await attachments.tryDetach("da0")).code).not.toBe(0);

  await succeed("umount", [place]);
  const { code, stdout } = await run("fsck.ext4", ["-f", "-n", path]);
  expect(code, stdout).toBe(0);
  await attachments.mount("da0", place);
  const names = [...[0, 1, 2, 3].flatMap((at) => [`under-way-${at}`, `by-one-${at}`]), "by-the-last"];
  for (const name of names) await succeed("cmp", [contents, join(place, name)]);
  await succeed("umount", [place]);
  await attachments.detach("da0");
  expect(attachments.remains).toEqual([]);
  expect(await daemon.process.stop()).toMatchObject({ code: 0 });
  await target.stop();
}, 180_000);

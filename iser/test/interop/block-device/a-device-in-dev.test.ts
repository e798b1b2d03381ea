import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../programs/free-port.ts";
import { type AttachedDevice, Attachments } from "../harness/attachments.ts";
import { Child, run, succeed } from "../harness/child-process.ts";
import { Daemon } from "../harness/daemon.ts";
import { type EmbeddedTarget, startTarget } from "../harness/embedded-target.ts";
import { iser, tryIser } from "../harness/programs.ts";
import { scratchFolder } from "../harness/scratch-folder.ts";
import { untilItIsSo } from "../harness/until-it-is-so.ts";

const MiB = 1024 * 1024;

const folder = scratchFolder();
const runDirectory = join(folder, "run");
mkdirSync(runDirectory);
const attachments = new Attachments(runDirectory);

let target: EmbeddedTarget;
let daemon: Daemon;

beforeAll(async () => {
  target = await startTarget(["mem:512M,bs=4096", "mem:128M"]);
  daemon = await Daemon.start(folder);
  await daemon.control("-A", "-p", target.portal, "-t", target.name, "-w", "40");
});

/** The allocation of a disk as its daemon's clients see it. */
async function allocation(name: string): Promise<readonly { readonly offset: number; readonly length: number; readonly type: number }[]> {
  return JSON.parse(await succeed("nbdinfo", ["--map", "--json", `nbd+unix:///${name}?socket=${daemon.nbdSocket}`]));
}

describe("what a program does to the device", () => {
  it("is done to the disk: 4096-byte blocks, discards, zeroes, flushes", async () => {
    const { path, size } = await attachments.attach("da0");
    expect(size).toBe(512 * MiB);
    expect((await succeed("blockdev", ["--getss", "--getsize64", path])).trim().split("\n")).toEqual(["4096", String(512 * MiB)]);
    expect((await run("dd", ["if=/dev/zero", `of=${path}`, "bs=512", "count=1", "oflag=direct"])).code).toBe(1);

    await succeed("dd", ["if=/dev/urandom", `of=${path}`, "bs=1M", "count=8", "oflag=direct", "conv=fsync"]);
    await succeed("blkdiscard", ["--length", "2MiB", path]);
    await succeed("blkdiscard", ["--zeroout", "--offset", "2MiB", "--length", "1MiB", path]);
    await succeed("fallocate", ["--punch-hole", "--offset", "3MiB", "--length", "1MiB", path]);
    await succeed("cmp", ["--bytes", String(4 * MiB), path, "/dev/zero"]);
    expect((await allocation("da0")).map(({ offset, length, type }) => [offset, length, type])).toEqual([
      [0, 2 * MiB, 3],
      [2 * MiB, MiB, 0],
      [3 * MiB, MiB, 3],
      [4 * MiB, 4 * MiB, 0],
      [8 * MiB, 504 * MiB, 3],
    ]);
    await attachments.detach(path);
    expect(attachments.remains).toEqual([]);
  });

  it("is refused when it is to be read alone", async () => {
    const { path } = await attachments.attach("da1", "--read-only");
    expect((await succeed("blockdev", ["--getro", path])).trim()).toBe("1");
    expect((await run("dd", ["if=/dev/zero", `of=${path}`, "bs=4k", "count=1"])).code).toBe(1);
  });

  it("works without a daemon, under a name", async () => {
    const { name, path } = await attachments.attach(target.url(1), "--name", "spare");
    expect(name).toBe("spare");
    await succeed("dd", ["if=/dev/urandom", `of=${path}`, "bs=1M", "count=1", "oflag=direct"]);
    await attachments.detach("spare");
  });
});

it("a device whose run directory is reached over a link, as /var/run is one, comes and goes like others", async () => {
  const link = join(folder, "link");
  symlinkSync(runDirectory, link);
  const { name, path } = JSON.parse(await iser(["attach", "mem:16M", "--json", "--run-dir", link])) as AttachedDevice;
  expect(attachments.remains).toHaveLength(2);
  await iser(["detach", path, "--run-dir", link]);
  expect(attachments.remains).toEqual([]);
  expect(await tryIser(["detach", name, "--run-dir", link])).toMatchObject({ code: 1, stderr: expect.stringContaining("is not attached") });
});

describe("a device in use", () => {
  it("is not detached, nor its session removed, and it is said who uses it", async () => {
    const { path } = await attachments.attach("da1");
    await succeed("mkfs.ext4", ["-q", path]);
    const place = join(folder, "mnt");
    mkdirSync(place);
    await attachments.mount("da1", place, "-o", "noatime", "-t", "ext4");
    expect(await attachments.tryDetach("da1")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`${path} is mounted on ${place}`),
    });
    expect(await daemon.tryControl("-R", "-a")).toMatchObject({ code: 1, stderr: expect.stringContaining("da1 is in use") });
    expect(await attachments.tryAttach("da1")).toMatchObject({ code: 1, stderr: expect.stringContaining(`attached already: ${path}`) });
    await succeed("umount", [place]);
    const opener = new Child("sh", ["-c", `exec 3<${path}; echo open; exec sleep 600`]);
    await opener.says(/open/);
    expect(await attachments.tryDetach(path)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`open in sleep (pid ${opener.pid})`),
    });
    await opener.stop();
    await attachments.detach(path);
  });

  it("whose keeper is asked to end stays until nobody uses it", async () => {
    const { path, pid } = await attachments.attach("da1");
    const opener = new Child("sh", ["-c", `exec 3<${path}; echo open; exec sleep 600`]);
    await opener.says(/open/);
    process.kill(pid, "SIGTERM");
    await untilItIsSo(() => attachments.log("da1").includes("asked to end, and waits"));
    await succeed("dd", [`if=${path}`, "of=/dev/null", "bs=1M", "count=1", "iflag=direct"]);
    await opener.stop();
    await untilItIsSo(async () => (await attachments.list()).length === 0);
    expect(attachments.remains).toEqual([]);
  });
});

describe("a disk that does not come back", () => {
  it("is given up by force: what waits for it ends with errors, and nothing remains", async () => {
    const lost = await startTarget(["mem:64M"]);
    await daemon.control("-A", "-p", lost.portal, "-t", lost.name, "-w", "40");
    const device = (await daemon.sessions()).at(-1)?.devices.lun[0]?.device ?? "none";
    const { path } = await attachments.attach(device);
    await succeed("mkfs.ext4", ["-q", path]);
    const place = join(folder, "lost");
    mkdirSync(place);
    await attachments.mount(device, place);
    lost.process.kill();
    await lost.process.ended;
    const waiting = new Child("sh", ["-c", 'echo data > "$0/file" && sync -f "$0"', place]);
    const ending = await attachments.tryDetach("--force", device);
    expect(ending).toMatchObject({ code: 1, stderr: expect.stringContaining(`was taken away, and ${path} is still`) });
    expect((await waiting.end()).code).not.toBe(0);
    await succeed("umount", [place]);
    expect(attachments.remains).toEqual([]);
    await daemon.control("-R", "-p", lost.portal, "-t", lost.name);
  });
});

describe("a keeper that was killed", () => {
  it("leaves nothing that the next attach, or a detach, does not clean up", async () => {
    const first = await attachments.attach("da1");
    process.kill(first.pid, "SIGKILL");
    await untilItIsSo(async () => (await attachments.list())[0]?.state === "dead");
    const again = await attachments.tryAttach("da1", "--json");
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining("left behind by a process that died; cleaned up") });
    process.kill(JSON.parse(again.stdout).pid as number, "SIGKILL");
    await untilItIsSo(async () => (await attachments.list())[0]?.state === "dead");
    await attachments.detach("da1");
    expect(attachments.remains).toEqual([]);
  });
});

describe("fio on the device", () => {
  it("finds what it wrote although iscsid is killed under it and started again", async () => {
    const { path } = await attachments.attach("da0");
    const fio = new Child("fio", [
      ...["--name=killed", `--filename=${path}`, "--direct=1", "--ioengine=libaio", "--rw=randrw", "--bs=4k-64k", "--bs_unaligned=0"],
      ...[
        "--blockalign=4k",
        "--iodepth=16",
        "--size=64m",
        "--verify=crc32c",
        "--verify_fatal=1",
        "--verify_state_save=0",
        "--verify_backlog=64",
      ],
      ...["--time_based", "--runtime=6", "--fsync=64", "--output-format=json"],
    ]);
    for (let death = 0; death < 2; death++) {
      await sleep(2000);
      await daemon.kill();
      daemon = await Daemon.start(folder);
    }
    const { code, stdout, stderr } = await fio.end(50_000);
    expect(code, stdout + stderr).toBe(0);
    expect(attachments.log("da0")).toContain("connected again");
    await attachments.detach("da0");
  });

  it("waits while the target is away, and a larger disk is a larger device", async () => {
    const image = join(folder, "grows.img");
    writeFileSync(image, "");
    truncateSync(image, 64 * MiB);
    const old = await startTarget([image], [], await freePort());
    await daemon.control("-A", "-p", old.portal, "-t", old.name, "-w", "40");
    const device = (await daemon.sessions()).at(-1)?.devices.lun[0]?.device ?? "none";
    const { path } = await attachments.attach(device);
    const fio = new Child("fio", [
      ...["--name=away", `--filename=${path}`, "--direct=1", "--ioengine=libaio", "--rw=randwrite", "--bs=16k", "--iodepth=8"],
      ...["--size=64m", "--verify=crc32c", "--verify_fatal=1", "--verify_state_save=0", "--rate_iops=1000"],
    ]);
    await sleep(1000);
    old.process.kill();
    await old.process.ended;
    await sleep(3000);
    truncateSync(image, 96 * MiB);
    const grown = new Child(process.execPath, [
      new URL("../../../dist/bin/iser.mjs", import.meta.url).pathname,
      ...["target", "--listen", old.portal, "--target", old.name, "--lun", image],
    ]);
    await grown.says(/iscsi:\/\//);
    expect(await fio.end(50_000)).toMatchObject({ code: 0 });
    await untilItIsSo(async () => Number(await succeed("blockdev", ["--getsize64", path])) === 96 * MiB);
    await attachments.detach(device);
    expect(attachments.remains).toEqual([]);
  });
});

it("no kernel client, no device by it: what remains is said, and the exit code is 3", async () => {
  const ending = await attachments.tryAttach("da1", "--via", "nbd");
  // A machine with the module has the device.
  if (ending.code === 0) await attachments.detach("da1");
  else expect(ending).toMatchObject({ code: 3, stderr: expect.stringContaining("programs that speak NBD take nbd+unix:///da1?socket=") });
});

it("a user who is not root is told what remains", async () => {
  const iser = new URL("../../../dist/bin/iser.mjs", import.meta.url).pathname;
  const uri = `nbd+unix:///da0?socket=${daemon.nbdSocket}`;
  // The program may lie where only root can read it.
  const another = ["--reuid", "65534", "--clear-groups", "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"];
  const ending = await run("setpriv", [...another, process.execPath, iser, "attach", uri, "--run-dir", folder]);
  expect(ending).toMatchObject({ code: 3, stdout: "", stderr: expect.stringContaining(`programs that speak NBD take ${uri}`) });
});

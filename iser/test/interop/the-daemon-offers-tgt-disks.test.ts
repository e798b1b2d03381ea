import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { succeed } from "./harness/child-process.ts";
import { Daemon } from "./harness/daemon.ts";
import { scratchFolder } from "./harness/scratch-folder.ts";
import { Tgt } from "./harness/tgt.ts";
import { untilItIsSo } from "./harness/until-it-is-so.ts";

const folder = scratchFolder();
const size = 16 * 2 ** 20;
const iqn = "iqn.2026-11.test:behind-the-daemon";

let tests = 0;
let here = "";
beforeEach(() => {
  tests += 1;
  here = join(folder, String(tests));
  mkdirSync(here);
});

function backing(): string {
  const file = join(here, "backing.img");
  writeFileSync(file, Buffer.alloc(size));
  return file;
}

function sha256(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

test("qemu-img copies an image through NBD, the daemon and iSCSI into tgt's file", async () => {
  const tgt = await Tgt.start(here);
  const file = backing();
  await tgt.addTarget(iqn, { backing: { file }, chap: { user: "reader", secret: "open-sesame-1" } });
  const daemon = await Daemon.start(here);
  await daemon.control("-A", "-p", tgt.portal, "-t", iqn, "-u", "reader", "-s", "open-sesame-1", "-w", "40");
  const { uri, size: deviceSize } = await daemon.device();
  expect(deviceSize).toBe(size);

  const image = join(here, "image");
  writeFileSync(image, randomBytes(size));
  await succeed("qemu-img", ["convert", "-n", "-f", "raw", "-O", "raw", image, uri]);
  await succeed("qemu-img", ["compare", "-f", "raw", "-F", "raw", image, uri]);
  expect(sha256(file)).toBe(sha256(image));

  await daemon.control("-R", "-a");
  expect(await daemon.sessions()).toEqual([]);
  expect(await daemon.process.stop()).toMatchObject({ code: 0 });
  await tgt.stop();
});

test("discovery adds every target that tgt has", async () => {
  const tgt = await Tgt.start(here);
  await tgt.addTarget(`${iqn}-1`, { backing: "null" });
  await tgt.addTarget(`${iqn}-2`, { backing: "null" });
  const daemon = await Daemon.start(here);
  await daemon.control("-A", "-d", tgt.portal, "-w", "40");
  await untilItIsSo(async () => {
    const connected = (await daemon.sessions()).filter(({ state, devices }) => state === "Connected" && devices.lun.length > 0);
    return (
      connected
        .map(({ target }) => target.name)
        .sort()
        .join() === `${iqn}-1,${iqn}-2`
    );
  });
  expect(await daemon.process.stop()).toMatchObject({ code: 0 });
  await tgt.stop();
});

test("when tgt dies and comes back, so does the session, and clients find what they wrote", async () => {
  const file = backing();
  let tgt = await Tgt.start(here);
  await tgt.addTarget(iqn, { backing: { file } });
  const daemon = await Daemon.start(here);
  await daemon.control("-A", "-p", tgt.portal, "-t", iqn, "-w", "40");
  const { uri } = await daemon.device();
  await succeed("qemu-io", ["-f", "raw", "-c", "write -P 1 0 1M", "-c", "flush", uri]);

  await tgt.kill();
  await untilItIsSo(async () => (await daemon.sessions()).every(({ state }) => state !== "Connected"));
  tgt = await Tgt.start(here, tgt.port);
  await tgt.addTarget(iqn, { backing: { file } });
  const reading = await succeed("qemu-io", ["-f", "raw", "-c", "read -P 1 0 1M", "-c", "write -P 2 1M 1M", "-c", "read -P 2 1M 1M", uri]);
  expect(reading).not.toMatch(/failed/i);
  expect(await daemon.sessions()).toMatchObject([{ state: "Connected" }]);

  expect(await daemon.process.stop()).toMatchObject({ code: 0 });
  await tgt.stop();
});

test("a disk that tgt gets is a device without a new login, and one that it loses is none any more", async () => {
  const tgt = await Tgt.start(here);
  const file = backing();
  await tgt.addTarget(iqn, { backing: { file } });
  const daemon = await Daemon.start(here);
  await daemon.control("-A", "-p", tgt.portal, "-t", iqn, "-w", "40");
  const sizes = async (): Promise<string> =>
    (await daemon.sessions()).flatMap(({ devices }) => devices.lun.map(({ device, size: bytes }) => `${device}=${bytes}`)).join(" ");

  const other = join(here, "other.img");
  writeFileSync(other, Buffer.alloc(size));
  await tgt.addUnit(2, other);
  await untilItIsSo(async () => (await sizes()) === `da0=${size} da1=${size}`);

  await tgt.removeUnit(2);
  await untilItIsSo(async () => (await sizes()) === `da0=${size}`);
  await daemon.process.says(/device is gone.*da1/);
  expect(await daemon.process.stop()).toMatchObject({ code: 0 });
  await tgt.stop();
});

test("a disk that tgt exchanges for a larger one at one LUN, without a word, is larger here too", async () => {
  const tgt = await Tgt.start(here);
  await tgt.addTarget(iqn, { backing: { file: backing() } });
  const daemon = await Daemon.start(here);
  await daemon.control("-A", "-p", tgt.portal, "-t", iqn, "-w", "40");
  const larger = join(here, "larger.img");
  writeFileSync(larger, Buffer.alloc(2 * size));
  await tgt.removeUnit(1);
  await tgt.addUnit(1, larger);
  await untilItIsSo(async () => (await daemon.device()).size === 2 * size);
  expect(await daemon.process.stop()).toMatchObject({ code: 0 });
  await tgt.stop();
});

test("a disk that tgt protects from writes, without a word, is an export for reading here, until it is not protected any more", async () => {
  const tgt = await Tgt.start(here);
  await tgt.addTarget(iqn, { backing: { file: backing() } });
  const daemon = await Daemon.start(here);
  await daemon.control("-A", "-p", tgt.portal, "-t", iqn, "-w", "40");
  const { uri } = await daemon.device();
  const isReadOnly = async (): Promise<boolean> => {
    const { exports } = JSON.parse(await succeed("nbdinfo", ["--json", uri])) as { exports: { is_read_only: boolean }[] };
    return exports[0]?.is_read_only === true;
  };
  expect(await isReadOnly()).toBe(false);
  await tgt.protectUnit(1, true);
  await untilItIsSo(isReadOnly);
  await tgt.protectUnit(1, false);
  await untilItIsSo(async () => !(await isReadOnly()));
  expect(await succeed("qemu-io", ["-f", "raw", "-c", "write 0 4k", uri])).not.toMatch(/failed/i);
  expect(await daemon.process.stop()).toMatchObject({ code: 0 });
  await tgt.stop();
});

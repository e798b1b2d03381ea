import { createHash, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { succeed } from "./harness/child-process.ts";
import { startTarget } from "./harness/embedded-target.ts";
import { scratchFolder } from "./harness/scratch-folder.ts";

const folder = scratchFolder();
const size = 24 * 2 ** 20;

/** An image with data, holes and a tail that is no multiple of anything large. */
function writeImage(name: string): string {
  const image = Buffer.alloc(size);
  randomBytes(7 * 2 ** 20).copy(image, 0);
  randomBytes(3 * 2 ** 20).copy(image, 13 * 2 ** 20);
  randomBytes(4096).copy(image, size - 4096);
  const file = join(folder, name);
  writeFileSync(file, image);
  return file;
}

function sha256(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

describe.each([
  ["512-byte blocks", `mem:${size}`],
  ["4096-byte blocks", `mem:${size},bs=4096`],
])("on a disk with %s", (name, lun) => {
  test("qemu-img converts an image onto it and back without losing a byte", async () => {
    const target = await startTarget([lun]);
    const image = writeImage(`${name}.img`);
    const back = join(folder, `${name}.back`);
    await succeed("qemu-img", ["convert", "-n", "-f", "raw", "-O", "raw", image, target.url(0)]);
    await succeed("qemu-img", ["compare", "-f", "raw", "-F", "raw", image, target.url(0)]);
    await succeed("qemu-img", ["convert", "-f", "raw", "-O", "raw", target.url(0), back]);
    expect(sha256(back)).toBe(sha256(image));
  });
});

test("qemu-io reads what it wrote, with FUA, zeroes, discard and flush", async () => {
  const target = await startTarget([`mem:${size}`]);
  await qemuIo(target.url(0), [
    "write -P 0xa5 0 1M",
    "read -P 0xa5 0 1M",
    "write -f -P 0x5a 1M 64k",
    "read -P 0x5a 1M 64k",
    "write -z 256k 128k",
    "read -P 0 256k 128k",
    "read -P 0xa5 384k 640k",
    "write -z -u 512k 128k",
    "read -P 0 512k 128k",
    "discard 0 128k",
    "aio_write -P 0x11 2M 512k",
    "aio_write -P 0x22 3M 512k",
    "aio_flush",
    "read -P 0x11 2M 512k",
    "read -P 0x22 3M 512k",
    "flush",
  ]);
});

test("qemu-io on 4096-byte blocks reads what it wrote, in whole blocks and in parts of them", async () => {
  const target = await startTarget([`mem:${size},bs=4096`]);
  // Before a read of 32 KiB or more qemu 7.2 asks for the status of 2147483136 bytes, which is no multiple of 4096, and stops itself.
  await qemuIo(target.url(0), [
    "write -P 0xa5 0 1M",
    "read -P 0xa5 0 28k",
    "write -f -P 0x5a 6k 3k",
    "read -P 0xa5 0 6k",
    "read -P 0x5a 6k 3k",
    "read -P 0xa5 9k 7k",
    "write -z 256k 128k",
    "read -P 0 256k 28k",
    "discard 512k 128k",
    "flush",
  ]);
});

test("qemu-io agrees on header digests", async () => {
  const target = await startTarget([`mem:${size}`]);
  const options = `driver=raw,file.driver=iscsi,file.transport=tcp,file.portal=${target.portal},file.target=${target.name},file.lun=0,file.header-digest=crc32c`;
  const output = await succeed("qemu-io", ["--image-opts", "-c", "write -P 7 0 1M", "-c", "read -P 7 0 1M", options]);
  expect(output).not.toMatch(/failed/i);
});

test("a read-only disk refuses writes and stays readable", async () => {
  const target = await startTarget([`mem:${size},ro`]);
  expect(await succeed("qemu-io", ["-r", "-f", "raw", "-c", "read -P 0 0 1M", target.url(0)])).toMatch(/read 1048576\/1048576/);
});

test("what qemu-img wrote is in the file behind the logical unit", async () => {
  const backing = join(folder, "backing.img");
  writeFileSync(backing, Buffer.alloc(size));
  const target = await startTarget([backing]);
  const image = writeImage("for-a-file.img");
  await succeed("qemu-img", ["convert", "-n", "-f", "raw", "-O", "raw", image, target.url(0)]);
  expect(await target.process.stop()).toMatchObject({ code: 0 });
  expect(sha256(backing)).toBe(sha256(image));
});

/** qemu-io says that a pattern was not found and ends well all the same. */
async function qemuIo(url: string, commands: readonly string[]): Promise<void> {
  const output = await succeed("qemu-io", ["-f", "raw", ...commands.flatMap((command) => ["-c", command]), url]);
  expect(output).not.toMatch(/verification failed|error|failed/i);
}

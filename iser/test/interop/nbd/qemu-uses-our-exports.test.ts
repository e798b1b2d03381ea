import { createHash, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { run, succeed } from "../harness/child-process.ts";
import { startNbd } from "../harness/nbd-server.ts";
import { scratchFolder } from "../harness/scratch-folder.ts";

const folder = scratchFolder();
const MiB = 2 ** 20;
const size = 24 * MiB;

function sha256(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

/** Data, holes, and a tail that is no multiple of anything large. */
function writeImage(name: string): string {
  const image = Buffer.alloc(size);
  randomBytes(7 * MiB).copy(image, 0);
  randomBytes(3 * MiB).copy(image, 13 * MiB);
  randomBytes(4096).copy(image, size - 4096);
  const file = join(folder, name);
  writeFileSync(file, image);
  return file;
}

function qemuIo(uri: string, commands: readonly string[]): Promise<string> {
  return succeed("qemu-io", ["-f", "raw", "-d", "unmap", ...commands.flatMap((command) => ["-c", command]), uri]);
}

describe.each([
  ["512-byte blocks", `mem:${size}`],
  ["4096-byte blocks", `mem:${size},bs=4096`],
])("on a device with %s", (name, device) => {
  test("qemu-img converts an image onto it and back without losing a byte", async () => {
    const server = await startNbd([device]);
    const image = writeImage(`${name}.img`);
    const back = join(folder, `${name}.back`);
    await succeed("qemu-img", ["convert", "-n", "-f", "raw", "-O", "raw", image, server.uri()]);
    await succeed("qemu-img", ["compare", "-f", "raw", "-F", "raw", image, server.uri()]);
    await succeed("qemu-img", ["convert", "-W", "-m", "16", "-f", "raw", "-O", "raw", server.uri(), back]);
    expect(sha256(back)).toBe(sha256(image));
  });

  test("qemu-io reads what it wrote, with FUA, zeroes, discard and flush", async () => {
    const server = await startNbd([device]);
    const output = await qemuIo(server.uri(), [
      "write -P 0xa5 0 1M",
      "read -P 0xa5 0 1M",
      "write -f -P 0x5a 1M 64k",
      "read -P 0x5a 1M 64k",
      "write -z 256k 128k",
      "read -P 0 256k 128k",
      "read -P 0xa5 384k 640k",
      "write -z -u 512k 128k",
      "write -z -f 700k 4k",
      "read -P 0 512k 128k",
      "discard 0 128k",
      "read -P 0 0 128k",
      "aio_write -P 0x11 2M 512k",
      "aio_write -P 0x22 3M 512k",
      "aio_flush",
      "read -P 0x11 2M 512k",
      "read -P 0x22 3M 512k",
      "writev -P 0x33 4M 4k 8k 64k",
      "readv -P 0x33 4M 64k 8k 4k",
      "flush",
    ]);
    expect(output).not.toMatch(/verification failed|error|failed/i);
  });

  test("qemu-img sees what is data and what is a hole", async () => {
    const server = await startNbd([device]);
    await qemuIo(server.uri(), ["write -P 1 1M 1M", "discard 1536k 256k"]);
    const extents = JSON.parse(await succeed("qemu-img", ["map", "--output=json", "-f", "raw", server.uri()]));
    expect(extents.map(({ start, length, zero, data }: Record<string, unknown>) => [start, length, zero, data])).toEqual([
      [0, MiB, true, false],
      [MiB, MiB / 2, false, true],
      [1.5 * MiB, MiB / 4, true, false],
      [1.75 * MiB, MiB / 4, false, true],
      [2 * MiB, size - 2 * MiB, true, false],
    ]);
  });
});

test("qemu-io on 4096-byte blocks reads and writes smaller pieces by reading around them", async () => {
  const server = await startNbd([`mem:${size},bs=4096`]);
  const output = await qemuIo(server.uri(), [
    "write -P 7 0 8k",
    "write -P 9 512 512",
    "read -P 7 0 512",
    "read -P 9 512 512",
    "read -P 7 1024 7k",
  ]);
  expect(output).not.toMatch(/verification failed|error|failed/i);
});

test("a read-only export refuses to be opened for writing, and reads", async () => {
  const server = await startNbd([`mem:${size}`], ["--read-only"]);
  const { code, stderr } = await run("qemu-io", ["-f", "raw", "-c", "write 0 4k", server.uri()]);
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/read-only|permission denied/i);
  expect(await succeed("qemu-io", ["-r", "-f", "raw", "-c", "read -P 0 0 1M", server.uri()])).toMatch(/read 1048576\/1048576/);
});

test("a qcow2 image lives on an export, and is whole after many writes", async () => {
  const server = await startNbd(["mem:64M"]);
  await succeed("qemu-img", ["create", "-f", "qcow2", server.uri(), "32M"]);
  const writes = Array.from({ length: 64 }, (_, index) => `write -P ${index + 1} ${((index * 37) % 64) * 512}k 200k`);
  const reads = Array.from({ length: 64 }, (_, index) => `read -P ${index + 1} ${((index * 37) % 64) * 512}k 200k`);
  const commands = [...writes, "flush", ...reads].flatMap((command) => ["-c", command]);
  expect(await succeed("qemu-io", ["-f", "qcow2", ...commands, server.uri()])).not.toMatch(/verification failed|error|failed/i);
  await succeed("qemu-img", ["check", "-f", "qcow2", server.uri()]);
});

test("qemu-img bench with many requests in flight finishes", async () => {
  const server = await startNbd([`mem:${size}`]);
  await succeed("qemu-img", ["bench", "-c", "20000", "-d", "64", "-s", "4096", "-w", "--flush-interval=1000", "-f", "raw", server.uri()]);
});

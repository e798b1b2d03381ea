import { createHash, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Child, succeed } from "../harness/child-process.ts";
import { startNbd } from "../harness/nbd-server.ts";
import { scratchFolder } from "../harness/scratch-folder.ts";

const folder = scratchFolder();
const MiB = 2 ** 20;
const size = 48 * MiB;

function sha256(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

/** Data at both ends and in the middle, holes between. */
const image = join(folder, "image");
const contents = Buffer.alloc(size);
randomBytes(9 * MiB).copy(contents, 0);
randomBytes(11 * MiB).copy(contents, 20 * MiB);
randomBytes(5 * MiB).copy(contents, size - 5 * MiB);
writeFileSync(image, contents);

describe.each([
  ["one connection, one request at a time", ["--connections=1", "--requests=1"]],
  ["one connection, 64 requests", ["--connections=1", "--requests=64"]],
  ["8 connections, 64 requests each", ["--connections=8", "--requests=64"]],
  ["4 connections, requests of 4 MiB", ["--connections=4", "--requests=16", "--request-size=4194304"]],
  ["requests of 4 KiB", ["--connections=2", "--requests=64", "--request-size=4096"]],
  ["synchronously", ["--synchronous"]],
])("with %s", (name, options) => {
  test.each(["mem:48M", "mem:48M,bs=4096"])("nbdcopy to %s and back loses nothing", async (device) => {
    const server = await startNbd([device]);
    const back = join(folder, `back ${name} ${device}`);
    await succeed("nbdcopy", [...options, image, server.uri()]);
    await succeed("nbdcopy", [...options, server.uri(), back]);
    expect(sha256(back)).toBe(sha256(image));
  });
});

test("holes stay holes on the way to a memory disk", async () => {
  const server = await startNbd([`mem:${size}`]);
  await succeed("nbdcopy", ["--destination-is-zero", image, server.uri()]);
  const totals = await succeed("nbdinfo", ["--map", "--totals", server.uri()]);
  expect(totals).toMatch(new RegExp(`^\\s*${25 * MiB} .* data`, "m"));
  expect(totals).toMatch(new RegExp(`^\\s*${23 * MiB} .* hole,zero`, "m"));
});

test("what is copied and flushed is in the file behind the export", async () => {
  const file = join(folder, "backing");
  const server = await startNbd([`${file},size=${size}`]);
  await succeed("nbdcopy", ["--flush", "--connections=4", image, server.uri()]);
  expect(sha256(file)).toBe(sha256(image));
  expect(await server.process.stop()).toMatchObject({ code: 0 });
});

test("from one of our exports to another, on one socket", async () => {
  const server = await startNbd([`mem:${size}`, `mem:${size},bs=4096`]);
  await succeed("nbdcopy", [image, server.uri("da0")]);
  await succeed("nbdcopy", [server.uri("da0"), server.uri("da1")]);
  const back = join(folder, "back from da1");
  await succeed("nbdcopy", [server.uri("da1"), back]);
  expect(sha256(back)).toBe(sha256(image));
});

test("through nbdkit's client, which speaks to us on several connections", async () => {
  const server = await startNbd([`mem:${size}`]);
  const socket = join(folder, "proxy.sock");
  const proxy = new Child("nbdkit", ["-f", "-v", "-U", socket, "nbd", `socket=${server.socket}`, "export=da0"]);
  await proxy.says(/written pidfile|binding to unix socket|forking into background|debug: bound/);
  const uri = `nbd+unix:///?socket=${socket}`;
  await succeed("nbdcopy", ["--connections=4", image, uri]);
  const back = join(folder, "back through nbdkit");
  await succeed("nbdcopy", ["--connections=4", uri, back]);
  expect(sha256(back)).toBe(sha256(image));
  await proxy.stop();
});

test("a server that is stopped in the middle of a copy ends cleanly, and the copy fails", async () => {
  const server = await startNbd(["mem:1T"]);
  const copy = new Child("nbdcopy", ["--no-extents", "--progress=1", server.uri(), "null:"]);
  await copy.says(/^\d+\/100/m);
  expect(await server.process.stop()).toMatchObject({ code: 0 });
  expect((await copy.end()).code).not.toBe(0);
});

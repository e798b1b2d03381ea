import { expect, test } from "vitest";
import { run, succeed } from "../harness/child-process.ts";
import { startTarget } from "../harness/embedded-target.ts";
import { startNbd } from "../harness/nbd-server.ts";

test("nbdinfo reads size, block sizes and abilities of an export", async () => {
  const server = await startNbd(["mem:64M,bs=4096"]);
  const { exports } = JSON.parse(await succeed("nbdinfo", ["--json", server.uri()]));
  expect(exports).toHaveLength(1);
  expect(exports[0]).toMatchObject({
    "export-name": "da0",
    "export-size": 64 * 2 ** 20,
    description: "memory",
    contexts: ["base:allocation"],
    is_read_only: false,
    can_df: true,
    can_fast_zero: true,
    can_flush: true,
    can_fua: true,
    can_multi_conn: true,
    can_trim: true,
    can_zero: true,
    block_size_minimum: 4096,
    block_size_preferred: 4096,
    block_size_maximum: 32 * 2 ** 20,
  });
});

test("nbdinfo lists all exports of one socket", async () => {
  const server = await startNbd(["mem:1M", "mem:2M,ro", "mem:3M"]);
  const { exports } = JSON.parse(await succeed("nbdinfo", ["--list", "--json", server.uri("")]));
  expect(exports).toMatchObject([
    { "export-name": "da0", "export-size": 2 ** 20, is_read_only: false },
    { "export-name": "da1", "export-size": 2 * 2 ** 20, is_read_only: true, can_trim: false, can_zero: false },
    { "export-name": "da2", "export-size": 3 * 2 ** 20, is_read_only: false },
  ]);
});

test("nbdinfo without a name gets the first export, with a wrong one a refusal in words", async () => {
  const server = await startNbd(["mem:1M", "mem:2M"]);
  expect(await succeed("nbdinfo", ["--size", server.uri("")])).toBe(`${2 ** 20}\n`);
  expect(await succeed("nbdinfo", ["--size", server.uri("da1")])).toBe(`${2 * 2 ** 20}\n`);
  const { code, stderr } = await run("nbdinfo", ["--size", server.uri("da7")]);
  expect(code).not.toBe(0);
  expect(stderr).toContain("da7");
});

test("nbdinfo over TCP", async () => {
  const server = await startNbd(["mem:1M"], ["--listen", "127.0.0.1:0"]);
  expect(await succeed("nbdinfo", ["--size", server.tcpUri])).toBe(`${2 ** 20}\n`);
});

test.each(["memory", "a disk over iSCSI, which the target maps"])("nbdinfo maps holes and data of %s", async (what) => {
  const server = await startNbd([what === "memory" ? "mem:4M" : (await startTarget(["mem:4M"])).url(0)]);
  await succeed("qemu-io", ["-f", "raw", "-c", "write -P 1 1M 64k", "-c", "write -P 2 3M 1M", server.uri()]);
  const extents = JSON.parse(await succeed("nbdinfo", ["--map", "--json", server.uri()]));
  expect(extents).toEqual([
    { offset: 0, length: 2 ** 20, type: 3, description: "hole,zero" },
    { offset: 2 ** 20, length: 65536, type: 0, description: "data" },
    { offset: 2 ** 20 + 65536, length: 2 * 2 ** 20 - 65536, type: 3, description: "hole,zero" },
    { offset: 3 * 2 ** 20, length: 2 ** 20, type: 0, description: "data" },
  ]);
});

test("a client that insists on TLS is turned away, and the others go on", async () => {
  const server = await startNbd(["mem:1M"]);
  const { code } = await run("nbdinfo", [server.uri().replace("nbd+unix", "nbds+unix")]);
  expect(code).not.toBe(0);
  expect(await succeed("nbdinfo", ["--size", server.uri()])).toBe(`${2 ** 20}\n`);
});

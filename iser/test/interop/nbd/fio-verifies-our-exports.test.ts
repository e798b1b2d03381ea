import { expect, test } from "vitest";
import { succeed } from "../harness/child-process.ts";
import { startNbd } from "../harness/nbd-server.ts";
import { scratchFolder } from "../harness/scratch-folder.ts";

const folder = scratchFolder();

/** Writes with checksums, then reads everything back and checks them. Fails on the first byte that differs. */
async function fio(uri: string, options: readonly string[]): Promise<void> {
  const output = await succeed(
    "fio",
    [
      ...["--name=verify", "--ioengine=nbd", `--uri=${uri}`, "--verify=crc32c-intel", "--verify_fatal=1", "--do_verify=1"],
      ...["--randseed=20261122", "--output-format=json", ...options],
    ],
    { cwd: folder },
  );
  const { jobs } = JSON.parse(output.slice(output.indexOf("{")));
  for (const job of jobs) {
    expect(job.error).toBe(0);
    expect(job.read.io_bytes).toBeGreaterThan(0);
    expect(job.write.io_bytes).toBeGreaterThan(0);
  }
}

test.each([
  ["4 KiB at random, 32 deep", ["--rw=randwrite", "--bs=4k", "--iodepth=32", "--size=32m"]],
  ["512 bytes at random, 64 deep", ["--rw=randwrite", "--bs=512", "--iodepth=64", "--size=2m"]],
  ["64 KiB in sequence, 16 deep", ["--rw=write", "--bs=64k", "--iodepth=16", "--size=128m"]],
  ["1 MiB in sequence, 8 deep", ["--rw=write", "--bs=1m", "--iodepth=8", "--size=128m"]],
  [
    "mixed sizes from 512 bytes to 256 KiB, 24 deep",
    ["--rw=randwrite", "--bsrange=512-256k", "--bs_unaligned=0", "--iodepth=24", "--size=64m"],
  ],
])("fio finds what it wrote: %s", async (_, options) => {
  const server = await startNbd(["mem:128M"]);
  await fio(server.uri(), options);
});

test("fio finds what it wrote on eight connections at once", async () => {
  const server = await startNbd(["mem:128M"]);
  await fio(server.uri(), ["--rw=randwrite", "--bs=16k", "--iodepth=16", "--numjobs=8", "--size=16m", "--offset_increment=16m"]);
});

test("fio finds what it wrote in a file behind the export", async () => {
  const server = await startNbd([`${folder}/backing.img,size=64M,bs=4096`]);
  await fio(server.uri(), ["--rw=randwrite", "--bs=4k", "--iodepth=16", "--size=16m"]);
  expect(await server.process.stop()).toMatchObject({ code: 0 });
});

test("fio finds what it wrote and trimmed", async () => {
  const server = await startNbd(["mem:64M"]);
  const output = await succeed("fio", [
    ...["--name=mixed", "--ioengine=nbd", `--uri=${server.uri()}`, "--rw=randtrimwrite", "--bs=8k", "--iodepth=8", "--size=32m"],
    "--output-format=json",
  ]);
  const [job] = JSON.parse(output.slice(output.indexOf("{"))).jobs;
  expect(job.error).toBe(0);
  expect(job.trim.io_bytes).toBeGreaterThan(0);
});

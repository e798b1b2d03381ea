import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BlockDevice, BlockDevicePromises, FileDisk, MemoryDisk } from "#block";
import { openDisk } from "./testing/opened-disk.ts";

/**
 * One invariant for every block device: after any sequence of commands it holds what a plain array would hold, and what it says of its allocation is
 * true of its contents.
 */
const blockSize = 512;
const blocks = 400;

type Command =
  | { readonly kind: "write"; readonly lba: number; readonly count: number; readonly fill: number; readonly fua: boolean }
  | { readonly kind: "zero"; readonly lba: number; readonly count: number; readonly mayUnmap: boolean }
  | { readonly kind: "unmap" | "read" | "status"; readonly lba: number; readonly count: number }
  | { readonly kind: "flush" };

const range = { lba: fc.integer({ min: 0, max: blocks - 1 }), count: fc.integer({ min: 0, max: 200 }) };
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ kind: fc.constant("write" as const), ...range, fill: fc.integer({ min: 0, max: 255 }), fua: fc.boolean() }),
  fc.record({ kind: fc.constant("zero" as const), ...range, mayUnmap: fc.boolean() }),
  fc.record({ kind: fc.constantFrom("unmap" as const, "read" as const, "status" as const), ...range }),
  fc.record({ kind: fc.constant("flush" as const) }),
);

let folder: string;
let files = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "disks-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

const size = blocks * blockSize;
const thin = { unmap: true, writeSame: true, zeroes: true };
const devices: readonly (readonly [name: string, open: () => Promise<BlockDevice>])[] = [
  ["memory", () => Promise.resolve(new MemoryDisk({ size }))],
  ["a file", () => FileDisk.open(join(folder, `${files++}.img`), { size })],
  ["a thick SCSI disk", async () => (await openDisk({ blocks, writeCache: true }, {}, 8192)).disk],
  [
    "a thin SCSI disk",
    async () => (await openDisk({ blocks, thin, limits: { unmapGranularity: 8, maxUnmapBlocks: 64, maxTransfer: 32 } })).disk,
  ],
  ["a SCSI disk that knows little", async () => (await openDisk({ blocks, unknown: ["WRITE SAME (16)", "READ (10)"] }, {}, 4096)).disk],
];

test.each(devices)("%s holds what a plain array would", async (_name, open) => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 25 }), async (commands) => {
      const disk = new BlockDevicePromises(await open());
      try {
        await compare(disk, commands);
      } finally {
        await disk.close();
      }
    }),
    { numRuns: 30 },
  );
});

async function compare(disk: BlockDevicePromises, commands: readonly Command[]): Promise<void> {
  const model = new Uint8Array(size);
  for (const step of commands) {
    if (step.kind === "flush") {
      await disk.flush();
      continue;
    }
    const offset = step.lba * blockSize;
    const length = Math.min(step.count * blockSize, size - offset);
    if (step.kind === "write") {
      const data = new Uint8Array(length).map((_, at) => step.fill + at);
      await disk.write(offset, data, { fua: step.fua });
      model.set(data, offset);
    } else if (step.kind === "zero") {
      await disk.writeZeroes(offset, length, { mayUnmap: step.mayUnmap });
      model.fill(0, offset, offset + length);
    } else if (step.kind === "unmap") {
      await unmap(disk, model, offset, length);
    } else if (step.kind === "read") {
      expect(Buffer.compare(await disk.read(offset, length), model.subarray(offset, offset + length))).toBe(0);
    } else {
      await checkStatus(disk, model, offset, length);
    }
  }
  expect(Buffer.compare(await disk.read(0, size), model)).toBe(0);
}

/** Unmapping leaves each block as it was or zero, whole granules zero where features say so, and nothing outside touched. */
async function unmap(disk: BlockDevicePromises, model: Uint8Array, offset: number, length: number): Promise<void> {
  const { unmap: supported, unmapZeroes, unmapGranularity } = disk.features;
  const end = offset + length;
  if (supported) await disk.unmap(offset, length);
  else await disk.unmap(offset, length).catch((error: unknown) => expect(error).toMatchObject({ code: "ENOTSUP" }));
  const now = await disk.read(0, size);
  for (let at = offset; at < end; at += blockSize) {
    const block = now.subarray(at, at + blockSize);
    if (block.every((byte) => byte === 0)) model.fill(0, at, at + blockSize);
  }
  if (unmapZeroes) {
    const first = Math.ceil(offset / unmapGranularity) * unmapGranularity;
    const last = Math.floor(end / unmapGranularity) * unmapGranularity;
    if (first < last) expect(now.subarray(first, last).every((byte) => byte === 0)).toBe(true);
  }
  expect(Buffer.compare(now, model)).toBe(0);
}

async function checkStatus(disk: BlockDevicePromises, model: Uint8Array, offset: number, length: number): Promise<void> {
  let at = offset;
  for await (const extent of disk.blockStatus(offset, length)) {
    expect(extent.offset).toBe(at);
    expect(extent.length).toBeGreaterThan(0);
    expect(extent.length % blockSize).toBe(0);
    if (extent.zero) expect(model.subarray(at, at + extent.length).every((byte) => byte === 0)).toBe(true);
    at += extent.length;
  }
  expect(at).toBe(offset + length);
}

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { SeededRandom } from "kit/clock";
import { beforeAll, expect, test } from "vitest";
import { openDisk } from "#initiator";
import { Child } from "../interop/harness/child-process.ts";
import { programs } from "../interop/harness/programs.ts";
import { scratchFolder } from "../interop/harness/scratch-folder.ts";
import { Lio, type LioTarget, patiently } from "./harness/lio.ts";

const mebibyte = 2 ** 20;
const size = 64 * mebibyte;
const blockSize = 16 * 1024;
const random = new SeededRandom(9);

let lio: Lio;
let target: LioTarget;
beforeAll(async () => {
  lio = await Lio.start(1, { disk: size / mebibyte });
  target = await lio.addTarget("iqn.2026-11.test:lio", ["disk"]);
});

test("kill -9 in the middle of writes costs no more than the writes that were under way, and the next login is served at once", async () => {
  const data = random.bytes(size);
  const file = join(scratchFolder(), "data");
  writeFileSync(file, data);
  const observer = await openDisk(target.tcp(0));
  const isWritten = async (offset: number): Promise<boolean> =>
    Buffer.compare(await observer.read(offset, blockSize), data.subarray(offset, offset + blockSize)) === 0;
  try {
    for (const seen of [mebibyte, 2 * mebibyte, 4 * mebibyte]) {
      await observer.writeZeroes(0, size, { mayUnmap: false });
      const copy = new Child(programs.iser, ["dd", "--if", file, "--of", target.iser(0), "--bs", "16K", "--iodepth", "8"]);
      await expect.poll(() => isWritten(seen), { timeout: 30_000, interval: 20 }).toBe(true);
      copy.kill();
      expect((await copy.ended).signal).toBe("SIGKILL");
      expect(await isWritten(size - blockSize)).toBe(false);

      const began = performance.now();
      const disk = await patiently(() => openDisk(target.iser(0)));
      expect(performance.now() - began).toBeLessThan(10_000);
      for (let offset = 0; offset < seen; offset += mebibyte) {
        expect(Buffer.compare(await disk.read(offset, blockSize), data.subarray(offset, offset + blockSize))).toBe(0);
      }
      await disk.write(0, data.subarray(mebibyte, 2 * mebibyte));
      expect(Buffer.compare(await observer.read(0, mebibyte), data.subarray(mebibyte, 2 * mebibyte))).toBe(0);
      await disk.close();
    }
  } finally {
    await observer.close();
  }
});

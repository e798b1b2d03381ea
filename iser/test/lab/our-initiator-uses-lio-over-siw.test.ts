import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SeededRandom, SystemClock, SystemRandom } from "kit/clock";
import { beforeAll, describe, expect, test } from "vitest";
import { type Disk, discover, iserTransport, openDisk } from "#initiator";
import { compareIscsi, compareIwarp } from "../interop/harness/captures.ts";
import { succeed } from "../interop/harness/child-process.ts";
import { iser } from "../interop/harness/programs.ts";
import { scratchFolder } from "../interop/harness/scratch-folder.ts";
import { Lio, type LioTarget, patiently } from "./harness/lio.ts";

const kibibyte = 2 ** 10;
const mebibyte = 2 ** 20;
const random = new SeededRandom(20_261_122);
const clock = new SystemClock();

let lio: Lio;
let target: LioTarget;
beforeAll(async () => {
  lio = await Lio.start(3, { small: 8, large: 64 });
  target = await lio.addTarget("iqn.2026-11.test:lio", ["small", "large"]);
});

/** Opens the disk, and closes it whatever happens. */
async function withDisk<T>(url: string, use: (disk: Disk) => Promise<T>): Promise<T> {
  const disk = await patiently(() => openDisk(url));
  try {
    return await use(disk);
  } finally {
    await disk.close();
  }
}

/** Runs `command` for every block, `depth` at a time. */
async function atDepth(depth: number, blocks: number, command: (block: number) => Promise<void>): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < blocks) await command(next++);
  };
  await Promise.all(Array.from({ length: depth }, work));
}

async function writeAt(disk: Disk, depth: number, data: Uint8Array, blockSize: number): Promise<void> {
  await atDepth(depth, data.length / blockSize, (block) =>
    disk.write(block * blockSize, data.subarray(block * blockSize, (block + 1) * blockSize)),
  );
}

async function readAt(disk: Disk, depth: number, length: number, blockSize: number): Promise<Uint8Array> {
  const data = new Uint8Array(length).fill(0xa5);
  await atDepth(depth, length / blockSize, (block) =>
    disk.readInto(block * blockSize, data.subarray(block * blockSize, (block + 1) * blockSize)),
  );
  return data;
}

function expectSame(actual: Uint8Array, expected: Uint8Array): void {
  const difference = actual.findIndex((byte, index) => byte !== expected[index]);
  expect({ length: actual.length, difference }).toEqual({ length: expected.length, difference: -1 });
}

test("it logs in, and the session is gone when it has logged out", async () => {
  await withDisk(target.iser(0, "?initiator=iqn.2026-11.test:me"), async (disk) => {
    expect(disk.session.connection?.state).toBe("S5-logged-in");
    expect(disk.geometry).toMatchObject({ blockSize: 512, size: 8 * mebibyte });
    expect(await lio.initiators(target)).toEqual(["iqn.2026-11.test:me"]);
  });
  await expect.poll(() => lio.initiators(target), { timeout: 10_000 }).toEqual([]);
});

test("a command's own data is no more than LIO has receive buffers for", async () => {
  await withDisk(target.iser(0), async (disk) => {
    expect(disk.session.outcome?.parameters).toMatchObject({ immediateData: true, initialR2T: true, maxSendDataSegmentLength: 8192 });
    for (const length of [512, 4096, 8192, 8192 + 512]) {
      const data = random.bytes(length);
      await disk.write(length, data);
      expectSame(await disk.read(length, length), data);
    }
  });
});

test("iser inq shows who the disk is", async () => {
  const inquiry = await patiently(() => iser(["inq", target.iser(0)]));
  expect(inquiry).toMatch(/LIO-ORG/);
  expect(inquiry).toMatch(/RAMDISK-MCP/);
});

test("discovery finds the target over iSER", async () => {
  const found = await patiently(() =>
    discover(
      { portal: { host: "127.0.0.1", port: target.iserPort }, initiatorName: "iqn.2026-11.test:me" },
      { transport: iserTransport(clock), random: new SystemRandom() },
    ),
  );
  expect(found.map(({ name }) => name)).toContain(target.name);
  expect(await patiently(() => iser(["ls", `iser://127.0.0.1:${target.iserPort}`]))).toContain(target.name);
});

describe.each(["on", "off"])("with CRC %s", (crc) => {
  test.each([
    [4, 1, 1],
    [4, 64, 4],
    [16, 32, 4],
    [64, 16, 8],
    [256, 32, 16],
    [1024, 1, 8],
    [1024, 64, 64],
  ])("%i KiB blocks come back as they were written, %i at a time, %i MiB", async (kibibytes, depth, mebibytes) => {
    await withDisk(target.iser(1, `?crc=${crc}`), async (disk) => {
      const { connection } = disk.session;
      const data = random.bytes(mebibytes * mebibyte);
      await writeAt(disk, depth, data, kibibytes * kibibyte);
      expectSame(await readAt(disk, depth, data.length, kibibytes * kibibyte), data);
      // Not over one that had to be made anew in between.
      expect(disk.session.connection).toBe(connection);
    });
  });
});

test("a write may begin with its command, and the rest of it is where it belongs", async () => {
  await withDisk(target.iser(1, "?immediate=part"), async (disk) => {
    for (const kibibytes of [12, 64, 1024]) {
      const data = random.bytes(8 * kibibytes * kibibyte);
      await writeAt(disk, 8, data, kibibytes * kibibyte);
      expectSame(await readAt(disk, 8, data.length, kibibytes * kibibyte), data);
    }
    const odd = random.bytes(8192 + 512);
    await disk.write(512, odd);
    expectSame(await disk.read(512, odd.length), odd);
  });
});

test("FPDUs as short as an adapter's are as good as long ones", async () => {
  await withDisk(target.iser(1, "?fpdu=1400"), async (disk) => {
    const data = random.bytes(4 * mebibyte);
    await writeAt(disk, 8, data, 256 * kibibyte);
    expectSame(await readAt(disk, 8, data.length, 64 * kibibyte), data);
  });
});

test("what is written over iSER is read over TCP, by us and by libiscsi, and the other way round", async () => {
  const data = random.bytes(mebibyte);
  await withDisk(target.iser(0), (disk) => writeAt(disk, 4, data, 64 * kibibyte));
  await withDisk(target.tcp(0), async (disk) => expectSame(await readAt(disk, 4, data.length, 128 * kibibyte), data));
  expect(await succeed("iscsi-inq", [target.tcp(0)])).toMatch(/RAMDISK-MCP/);
  const file = join(scratchFolder(), "copy");
  await succeed("qemu-img", ["dd", "-f", "raw", "-O", "raw", `if=${target.tcp(0)}`, `of=${file}`, "bs=64k", "count=16"]);
  expectSame(readFileSync(file), data);

  const answer = random.bytes(mebibyte);
  await withDisk(target.tcp(0), (disk) => writeAt(disk, 4, answer, 128 * kibibyte));
  await withDisk(target.iser(0), async (disk) => expectSame(await readAt(disk, 4, answer.length, 64 * kibibyte), answer));
});

test.each([
  ["iser", compareIwarp],
  ["tcp", compareIscsi],
] as const)("iser decode and tshark read alike what was said over %s", async (transport, compare) => {
  const folder = scratchFolder();
  const [trace, image] = [join(folder, "trace.pcapng"), join(folder, "image")];
  const url = target[transport](0);
  await patiently(() => iser(["trace", trace, "dd", "--if", url, "--of", image, "--bs", "300K", "--count", "2"]));
  await patiently(() => iser(["trace", join(folder, "write.pcapng"), "dd", "--if", image, "--of", url, "--bs", "300K"]));
  for (const name of ["trace.pcapng", "write.pcapng"]) expect(await compare(join(folder, name))).toBeGreaterThan(20);
});

// Without a pause LIO overlooks every second first message: it is woken.
test.each([0, 30])("it logs in at once, again and again, %i ms after siw has answered", async (firstFpduDelayMs) => {
  const slow: number[] = [];
  for (let login = 0; login < 20; login += 1) {
    const began = performance.now();
    const disk = await patiently(() => openDisk(target.iser(0), { transport: iserTransport(clock, { firstFpduDelayMs }) }));
    await disk.read(0, 512);
    await disk.close();
    const took = performance.now() - began;
    if (took > 5_000) slow.push(Math.round(took));
  }
  // Every second one would be slow; one may be, because it was not answered at all (see `patiently`).
  expect(slow.length, slow.join()).toBeLessThanOrEqual(1);
});

test("a LUN that is not there is an error, and other sessions go on", async () => {
  await withDisk(target.iser(0), async (disk) => {
    await expect(patiently(() => openDisk(target.iser(7)))).rejects.toThrow(/LOGICAL UNIT NOT SUPPORTED/);
    expect((await disk.read(0, 512)).length).toBe(512);
  });
});

describe("with CHAP", () => {
  const us = ["joe", "secret-of-joe-1"] as const;
  const it = ["box", "secret-of-box-1"] as const;
  let oneWay: LioTarget;
  let mutual: LioTarget;
  beforeAll(async () => {
    oneWay = await lio.addTarget("iqn.2026-11.test:chap", ["small"], { chap: us });
    mutual = await lio.addTarget("iqn.2026-11.test:mutual", ["small"], { chap: [...us, ...it] });
  });

  test("the right secret is let in", async () => {
    await withDisk(oneWay.iser(0, "", us.join("%")), async (disk) => {
      const data = random.bytes(64 * kibibyte);
      await disk.write(0, data);
      expectSame(await disk.read(0, data.length), data);
    });
  });

  test.each(["iser", "tcp"] as const)("the target shows who it is too, over %s", async (transport) => {
    await withDisk(mutual[transport](0, `?target_user=${it[0]}&target_password=${it[1]}`, us.join("%")), async (disk) => {
      expect((await disk.read(0, 512)).length).toBe(512);
    });
  });

  test.each(["tcp", "iser"] as const)("a target that has another secret than it should is no target for us, over %s", async (transport) => {
    const expected = (secret: string): string => mutual[transport](0, `?target_user=${it[0]}&target_password=${secret}`, us.join("%"));
    await expect(patiently(() => openDisk(expected("secret-of-box-2")))).rejects.toThrow(
      /failed mutual CHAP: its response is wrong; check the mutual user/,
    );
    await withDisk(expected(it[1]), async (disk) => {
      expect((await disk.read(0, 512)).length).toBe(512);
    });
  });

  test.each([
    ["another secret", "joe%secret-of-joe-2"],
    ["no secret", undefined],
  ])("%s is refused, and the right one is let in afterwards", async (_name, user) => {
    await expect(patiently(() => openDisk(oneWay.iser(0, "", user)))).rejects.toThrow(/authentication|wrong user or secret/);
    await withDisk(oneWay.iser(0, "", us.join("%")), (disk) => disk.read(0, 512));
    await withDisk(oneWay.tcp(0, "", us.join("%")), (disk) => disk.read(0, 512));
  });
});

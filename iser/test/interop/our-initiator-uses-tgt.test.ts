import { createHash, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { iser, tryIser } from "./harness/programs.ts";
import { scratchFolder } from "./harness/scratch-folder.ts";
import { Tgt, type TgtTargetOptions } from "./harness/tgt.ts";

const folder = scratchFolder();
const size = 16 * 2 ** 20;
const user = { user: "reader", secret: "open-sesame-1" };
const disk = { user: "disk", secret: "who-is-it-then" };

let tgt: Tgt;
beforeAll(async () => {
  tgt = await Tgt.start(folder);
});
afterAll(() => tgt.stop());

/** A target of its own on a file of its own, and the disk's address with whatever its user must know. */
async function memoryTarget(
  name: string,
  {
    query = "",
    credentials = "",
    ...options
  }: Omit<TgtTargetOptions, "backing"> & { readonly query?: string; readonly credentials?: string } = {},
): Promise<{ readonly url: string; readonly backing: string; readonly iqn: string }> {
  const iqn = `iqn.2026-11.test:${name}`;
  const backing = join(folder, `${name}.img`);
  writeFileSync(backing, Buffer.alloc(size));
  await tgt.addTarget(iqn, { ...options, backing: { file: backing } });
  return { iqn, backing, url: `iscsi://${credentials}${tgt.portal}/${iqn}/1${query}` };
}

/** Writes a random image to the disk and reads it back; both what came back and what lies behind the target must be the same. */
async function copyThereAndBack(url: string, backing: string): Promise<void> {
  const image = `${backing}.in`;
  const back = `${backing}.out`;
  writeFileSync(image, randomBytes(size));
  await iser(["dd", "--if", image, "--of", url, "--fsync"]);
  await iser(["dd", "--if", url, "--of", back]);
  expect(sha256(back)).toBe(sha256(image));
  expect(sha256(backing)).toBe(sha256(image));
}

function sha256(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

const chapCredentials = `${user.user}%${user.secret}@`;
/** tgt agrees to digests only when it is told that it may. */
const bothDigests = { HeaderDigest: "CRC32C", DataDigest: "CRC32C" };
const digestsQuery = "?header_digest=crc32c&data_digest=crc32c";
const mutualQuery = `?target_user=${disk.user}&target_password=${disk.secret}`;

test.each<[string, string, Parameters<typeof memoryTarget>[1]]>([
  ["without authentication and digests", "none", {}],
  ["after CHAP", "chap", { chap: user, credentials: chapCredentials }],
  ["after mutual CHAP", "mutual", { chap: user, mutualChap: disk, credentials: chapCredentials, query: mutualQuery }],
  ["with header digests", "header-digest", { keys: { HeaderDigest: "CRC32C" }, query: "?header_digest=crc32c" }],
  ["with data digests", "data-digest", { keys: { DataDigest: "CRC32C" }, query: "?data_digest=crc32c" }],
  ["with both digests", "both-digests", { keys: bothDigests, query: digestsQuery }],
  [
    "when tgt has keys of its own to declare, and ends the login a request later",
    "tuned",
    { keys: { MaxRecvDataSegmentLength: "262144" } },
  ],
  ["when tgt wants no R2T before the first burst", "no-initial-r2t", { keys: { InitialR2T: "No", FirstBurstLength: "131072" } }],
  ["when tgt takes no immediate data", "no-immediate-data", { keys: { ImmediateData: "No" } }],
  [
    "when tgt takes short bursts in short pieces",
    "short",
    { keys: { MaxBurstLength: "16384", FirstBurstLength: "8192", MaxRecvDataSegmentLength: "4096" } },
  ],
  [
    "with tuned keys, mutual CHAP and both digests",
    "all",
    {
      chap: { user: "writer", secret: "open-sesame-3" },
      mutualChap: { user: "other-disk", secret: "who-is-it-now" },
      keys: { ...bothDigests, MaxRecvDataSegmentLength: "262144", MaxBurstLength: "524288" },
      credentials: "writer%open-sesame-3@",
      query: "?target_user=other-disk&target_password=who-is-it-now&header_digest=crc32c&data_digest=crc32c",
    },
  ],
])("a disk is written and read back %s", async (_, name, options) => {
  const { url, backing } = await memoryTarget(name, options);
  await copyThereAndBack(url, backing);
});

describe("a login that fails says whose fault it is", () => {
  const target = { name: "guarded", url: "" };
  beforeAll(async () => {
    const { iqn } = await memoryTarget(target.name, {
      chap: { user: "guard", secret: "open-sesame-4" },
      mutualChap: { user: "guarded-disk", secret: "who-goes-there" },
    });
    target.url = `${tgt.portal}/${iqn}/1`;
  });

  test.each([
    ["with a wrong secret", "guard%open-sesame-5@", "", /authentication|0x0201|refused/i],
    ["without any", "", "", /authentication|0x0201|0x0202|CHAP|refused/i],
    [
      "when the target does not know the secret that it should",
      "guard%open-sesame-4@",
      "?target_user=guarded-disk&target_password=not-its-secret",
      /CHAP|target|mutual/i,
    ],
  ])("%s", async (_, credentials, query, sentence) => {
    const { code, stderr } = await tryIser(["inq", `iscsi://${credentials}${target.url}${query}`]);
    expect(code).toBe(1);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/open-sesame|not-its-secret|internal error/);
  });

  test("when there is no such target", async () => {
    const { code, stderr } = await tryIser(["inq", `iscsi://${tgt.portal}/iqn.2026-11.test:nobody/1`]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/not found|0x0203|does not exist|no such/i);
  });
});

test("iser ls finds tgt's targets and their disks", async () => {
  const { iqn } = await memoryTarget("listed");
  expect(await iser(["ls", `iscsi://${tgt.portal}`])).toContain(iqn);
  const units = await iser(["ls", `iscsi://${tgt.portal}/${iqn}`]);
  expect(units).toMatch(/\b1\b.*disk/i);
  expect(units).toMatch(/16(\.0)? ?MiB/);
});

test("iser inq shows who tgt says the disk is", async () => {
  const { url } = await memoryTarget("inquired");
  expect(await iser(["inq", url])).toMatch(/IET.*VIRTUAL-DISK/s);
});

test("reads of the null store are zeroes, and come by the thousand", async () => {
  const iqn = "iqn.2026-11.test:null";
  await tgt.addTarget(iqn, { backing: "null" });
  const url = `iscsi://${tgt.portal}/${iqn}/1`;
  const file = join(folder, "zeroes");
  await iser(["dd", "--if", url, "--of", file, "--bs", "1M", "--count", "8"]);
  expect(readFileSync(file).equals(Buffer.alloc(8 * 2 ** 20))).toBe(true);
  const report = JSON.parse(await iser(["perf", "--rw", "randread", "--runtime", "1s", "--json", url])) as {
    jobs: [{ read: { iops: number; total_ios: number } }];
  };
  expect(report.jobs[0].read.total_ios).toBeGreaterThan(1000);
});

test("blocks are found where they were written, at random, many at once", async () => {
  const { url } = await memoryTarget("verified", { keys: bothDigests });
  await iser(["perf", "--rw", "randrw", "--verify", "--bs", "8K", "--iodepth", "64", "--runtime", "1s", url]);
  await iser(["perf", "--rw", "randwrite", "--verify", "--bs", "128K", "--iodepth", "8", "--runtime", "1s", `${url}${digestsQuery}`]);
});

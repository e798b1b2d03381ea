import { createHash, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Istgt } from "./harness/istgt.ts";
import { iser, tryIser } from "./harness/programs.ts";
import { scratchFolder } from "./harness/scratch-folder.ts";

const folder = scratchFolder();
const size = 16 * 2 ** 20;
const user = { user: "reader", secret: "open-sesame-1", mutualUser: "disk", mutualSecret: "who-is-it-then" };
const credentials = `${user.user}%${user.secret}@`;
const mutualQuery = `?target_user=${user.mutualUser}&target_password=${user.mutualSecret}`;

let istgt: Istgt;
beforeAll(async () => {
  istgt = await Istgt.start(
    folder,
    [
      { name: "open", file: backing("open") },
      { name: "chap", file: backing("chap"), authentication: "CHAP" },
      { name: "mutual", file: backing("mutual"), authentication: "CHAP Mutual" },
    ],
    user,
  );
});
afterAll(() => istgt.stop());

function backing(name: string): string {
  const file = join(folder, `${name}.img`);
  writeFileSync(file, Buffer.alloc(size));
  return file;
}

function sha256(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

test.each([
  ["without authentication and digests", "open", "", ""],
  ["with both digests", "open", "", "?header_digest=crc32c&data_digest=crc32c"],
  ["after CHAP", "chap", credentials, ""],
  ["after mutual CHAP", "mutual", credentials, mutualQuery],
  ["after mutual CHAP, with both digests", "mutual", credentials, `${mutualQuery}&header_digest=crc32c&data_digest=crc32c`],
])("a disk is written and read back %s", async (_, target, login, query) => {
  const url = istgt.url(target, login, query);
  const image = join(folder, "image");
  const back = join(folder, "back");
  writeFileSync(image, randomBytes(size));
  await iser(["dd", "--if", image, "--of", url, "--fsync"]);
  await iser(["dd", "--if", url, "--of", back]);
  expect(sha256(back)).toBe(sha256(image));
  expect(sha256(join(folder, `${target}.img`))).toBe(sha256(image));
});

test("iser ls finds istgt's targets", async () => {
  const listing = await iser(["ls", `iscsi://${istgt.portal}`]);
  for (const name of ["open", "chap", "mutual"]) expect(listing).toContain(`${Istgt.nodeBase}:${name}`);
});

test("blocks are found where they were written, at random, many at once", async () => {
  await iser(["perf", "--rw", "randrw", "--verify", "--bs", "8K", "--iodepth", "32", "--runtime", "1s", istgt.url("open")]);
});

test("a wrong secret is refused in words", async () => {
  const { code, stderr } = await tryIser(["inq", istgt.url("chap", "reader%open-sesame-2@")]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/authentication/i);
  expect(stderr).not.toMatch(/open-sesame|internal error/);
});

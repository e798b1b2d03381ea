import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { readIndexEnding } from "./index-file.ts";
import { ScratchRepository } from "./testing/scratch-repository.ts";

let scratch: ScratchRepository;
afterEach(() => scratch[Symbol.dispose]());

function committed(objectFormat: "sha1" | "sha256" = "sha1"): void {
  scratch = new ScratchRepository({ objectFormat });
  for (const name of ["a.txt", "folder/b.txt", "folder/TREE/c.txt", "größe.txt"]) scratch.write(name, `${name}\n`);
  scratch.commit("first");
}

const index = (): string => join(scratch.root, ".git/index");
const headTree = (): string => scratch.git("rev-parse", "HEAD^{tree}").trim();

describe("the end of an index", () => {
  it.each(["sha1", "sha256"] as const)("has the tree that was committed (%s)", async (objectFormat) => {
    committed(objectFormat);
    expect(readIndexEnding(index(), objectFormat).tree).toBe(headTree());
    expect(await (await scratch.open()).indexTree()).toBe(headTree());
  });

  it.each([
    ["index.threads", "2"],
    ["core.untrackedCache", "true"],
    ["index.version", "4"],
    ["index.recordEndOfIndexEntries", "true"],
  ])("has it with %s = %s", (name, value) => {
    committed();
    scratch.git("config", name, value);
    scratch.git("update-index", "--force-write-index");
    expect(readIndexEnding(index(), "sha1").tree).toBe(headTree());
  });

  it("says nothing of a tree that Git has not written since something was staged, or is not all of it", async () => {
    committed();
    scratch.write("folder/b.txt", "changed\n");
    scratch.git("add", "folder/b.txt");
    expect(readIndexEnding(index(), "sha1").tree).toBeUndefined();
    expect(await (await scratch.open()).indexTree()).toBe(scratch.git("write-tree").trim());
    scratch.git("commit", "--quiet", "-m", "second");
    scratch.write("new.txt", "later\n");
    scratch.git("add", "--intent-to-add", "new.txt");
    expect(readIndexEnding(index(), "sha1").tree).toBeUndefined();
    expect(await (await scratch.open()).indexTree()).toBe(headTree());
  });

  it("leaves a split index to Git", async () => {
    committed();
    scratch.git("update-index", "--split-index");
    scratch.write("a.txt", "changed\n");
    scratch.git("commit", "--quiet", "--all", "-m", "second");
    expect([headTree(), undefined]).toContain(readIndexEnding(index(), "sha1").tree);
    expect(await (await scratch.open()).indexTree()).toBe(headTree());
  });

  it("is that of GIT_INDEX_FILE, wherever it is named from", async () => {
    committed();
    scratch.git("rm", "--quiet", "--cached", "a.txt");
    const staged = scratch.git("write-tree").trim();
    writeFileSync(join(scratch.root, "other-index"), readFileSync(index()));
    scratch.git("reset", "--quiet");
    scratch.env = { ...scratch.env, GIT_INDEX_FILE: "other-index" };
    const repository = await scratch.open();
    expect(repository.paths.indexFile).toBe(join(scratch.root, "other-index"));
    expect(await repository.indexTree()).toBe(staged);
  });

  it("has a seal that `tail | od` prints too, and none without a checksum", () => {
    committed();
    const printed = scratch.git("-c", "alias.seal=!tail -c 32 .git/index | od -An -v -tx1 | xargs", "seal").trim();
    expect(readIndexEnding(index(), "sha1").seal).toBe(printed);
    const bytes = readFileSync(index());
    writeFileSync(index(), Buffer.concat([bytes.subarray(0, -20), Buffer.alloc(20)]));
    expect(readIndexEnding(index(), "sha1").seal).toBeUndefined();
  });

  it("is nothing where there is none, or one that breaks off anywhere", () => {
    committed();
    const { length } = readFileSync(index());
    const tree = headTree();
    for (let size = length - 1; size >= 0; size -= 1) {
      truncateSync(index(), size);
      expect([undefined, tree]).toContain(readIndexEnding(index(), "sha1").tree);
    }
    scratch.remove(".git/index");
    expect(readIndexEnding(index(), "sha1")).toEqual({ seal: undefined, tree: undefined });
  });
});

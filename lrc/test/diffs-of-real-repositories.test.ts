import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FileDiff, parseFileDiff, textAfter } from "#diff";
import { blobSizes, type Comparison, listChanges, readBlobs, readPatches } from "#git";
import { ScratchRepository } from "../src/git/testing/scratch-repository.ts";

async function diffsOf(scratch: ScratchRepository, comparison: Comparison = { kind: "index" }): Promise<readonly FileDiff[]> {
  const repository = await scratch.open();
  const { records } = await listChanges(repository, comparison);
  const patched = await readPatches(repository, comparison, records);
  expect(patched.map(({ path }) => path)).toEqual(records.map(({ path }) => path));
  return patched.map((record) => parseFileDiff({ ...record, isBinary: record.lines === undefined }));
}

/** Every row of the matrix of things that can be in a diff, in one change. */
function awkwardChange(scratch: ScratchRepository): void {
  scratch.write("plain.txt", "one\ntwo\nthree\n");
  scratch.write("with space.txt", "one\ntwo\n");
  scratch.write('quo"te\tand tab.txt', "one\n");
  scratch.write("größe/日本.txt", "one\n");
  scratch.write("crlf.txt", "one\r\ntwo\r\n");
  scratch.write("lone-cr.txt", "one\rtwo\rthree\nfour\n");
  scratch.write("latin1.txt", Buffer.from("caf\xe9\nolé\n", "latin1"));
  scratch.write("no-newline.txt", "one\ntwo");
  scratch.write("separators.txt", "one\u2028two\fthree\u0085four\nfive\n");
  scratch.write("looks-like-a-diff.txt", "-- a/x\n++ b/x\n@ -1 +1 @@\n");
  scratch.write("moved.txt", "one\ntwo\nthree\nfour\nfive\nsix\n");
  scratch.write("mode.sh", "echo\n");
  scratch.write("binary.bin", Buffer.from([0, 1, 2, 3]));
  scratch.write("gone.txt", "one\n");
  scratch.write("becomes-link", "one\n");
  scratch.write("empty-before.txt", "");
  scratch.link("link", "plain.txt");
  scratch.commit("before");
  scratch.write("plain.txt", "one\n2\nthree\nfour\n");
  scratch.write("with space.txt", "one\n2\n");
  scratch.write('quo"te\tand tab.txt', "1\n");
  scratch.write("größe/日本.txt", "1\n2\n");
  scratch.write("crlf.txt", "one\r\n2\r\n");
  scratch.write("lone-cr.txt", "one\rTWO\rthree\nfour\n");
  scratch.write("latin1.txt", Buffer.from("caf\xe9\nol\xe9!\n", "latin1"));
  scratch.write("no-newline.txt", "one\nTWO");
  scratch.write("separators.txt", "one\u2028TWO\fthree\u0085four\nfive\n");
  scratch.write("looks-like-a-diff.txt", "-- a/y\n++ b/y\n@ -1 +1 @@\ndiff --git a/x b/x\n");
  scratch.remove("moved.txt");
  scratch.write("moved here.txt", "one\ntwo\nthree\nfour\nfive\n6\n");
  scratch.write("mode.sh", "echo\n", { executable: true });
  scratch.write("binary.bin", Buffer.from([0, 1, 2, 4]));
  scratch.remove("gone.txt");
  scratch.link("becomes-link", "plain.txt");
  scratch.link("link", "with space.txt");
  scratch.write("empty.txt", "");
  scratch.write("empty-before.txt", "now\n");
  scratch.write("big.iso", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n");
  scratch.git("add", "--all");
}

const summary = (diffs: readonly FileDiff[]): readonly string[] =>
  diffs.map(({ path, oldPath, status, kind, addedCount, removedCount }) =>
    [status, kind, `+${addedCount}`, `-${removedCount}`, oldPath !== undefined && oldPath !== path ? `${oldPath} =>` : "", path]
      .filter(Boolean)
      .join(" "),
  );

describe("a change with everything in it", () => {
  const expected = [
    "type-changed symlink +0 -0 becomes-link",
    "added lfs-pointer +0 -0 big.iso",
    "modified binary +0 -0 binary.bin",
    "modified text +1 -1 crlf.txt",
    "modified text +1 -0 empty-before.txt",
    "added text +0 -0 empty.txt",
    "deleted text +0 -1 gone.txt",
    "modified text +2 -1 größe/日本.txt",
    "modified text +1 -1 latin1.txt",
    "modified symlink +0 -0 link",
    "modified text +1 -1 lone-cr.txt",
    "modified text +3 -2 looks-like-a-diff.txt",
    "modified text +0 -0 mode.sh",
    "renamed text +1 -1 moved.txt => moved here.txt",
    "modified text +1 -1 no-newline.txt",
    "modified text +2 -1 plain.txt",
    'modified text +1 -1 quo"te\tand tab.txt',
    "modified text +1 -1 separators.txt",
    "modified text +1 -1 with space.txt",
  ];

  it("is read from the index, path by path", async () => {
    using scratch = new ScratchRepository();
    awkwardChange(scratch);
    expect(summary(await diffsOf(scratch)).toSorted()).toEqual(expected.toSorted());
  });

  it("reads the same in a repository of SHA-256 names, and in a linked worktree", async () => {
    using scratch = new ScratchRepository({ objectFormat: "sha256" });
    awkwardChange(scratch);
    expect(summary(await diffsOf(scratch)).toSorted()).toEqual(expected.toSorted());
  });

  it("reads the same whatever the user has configured", async () => {
    using scratch = new ScratchRepository();
    awkwardChange(scratch);
    const settings = [
      ["diff.noprefix", "true"],
      ["diff.mnemonicPrefix", "true"],
      ["diff.relative", "true"],
      ["diff.external", "false"],
      ["diff.context", "0"],
      ["diff.interHunkContext", "9"],
      ["diff.algorithm", "patience"],
      ["diff.renames", "false"],
      ["diff.submodule", "log"],
      ["diff.orderFile", "plain.txt"],
      ["diff.suppressBlankEmpty", "true"],
      ["diff.colorMoved", "zebra"],
      ["color.ui", "always"],
      ["color.diff", "always"],
      ["core.quotePath", "true"],
      ["core.pager", "false"],
      ["diff.upper.textconv", "tr a-z A-Z <"],
    ] as const;
    for (const [name, value] of settings) scratch.git("config", name, value);
    scratch.env = { ...scratch.env, GIT_EXTERNAL_DIFF: "false", GIT_DIFF_OPTS: "--unified=0", GIT_PAGER: "false", LC_ALL: "de_DE.UTF-8" };
    expect(summary(await diffsOf(scratch)).toSorted()).toEqual(expected.toSorted());
  });

  it("gives the same text when it is reconstructed as Git stores", async () => {
    using scratch = new ScratchRepository();
    awkwardChange(scratch);
    const repository = await scratch.open();
    const { records } = await listChanges(repository, { kind: "index" });
    const blobs = await readBlobs(
      repository,
      records.flatMap(({ oldId, newId }) => [oldId, newId]),
    );
    const sizes = await blobSizes(repository, blobs.keys());
    expect([...sizes.values()]).toEqual([...blobs.values()].map(({ length }) => length));
    for (const record of await readPatches(repository, { kind: "index" }, records)) {
      const diff = parseFileDiff({ ...record, isBinary: record.lines === undefined });
      if (diff.kind !== "text") continue;
      const after = textAfter(blobs.get(record.oldId)?.toString() ?? "", diff);
      expect(after.replace(/\n$/, "")).toBe((blobs.get(record.newId)?.toString() ?? "").replace(/\n$/, ""));
    }
  });
});

describe("the index that is meant", () => {
  it("is the one of a partial commit when GIT_INDEX_FILE says so", async () => {
    using scratch = new ScratchRepository();
    scratch.write("a.txt", "a\n");
    scratch.write("b.txt", "b\n");
    scratch.commit("before");
    scratch.write("a.txt", "A\n");
    scratch.write("b.txt", "B\n");
    scratch.git("add", "b.txt");
    // What `git commit a.txt` shows its hooks: an index with only that file changed.
    scratch.write(".git/hooks/pre-commit", '#!/bin/sh\nprintf "%s" "$GIT_INDEX_FILE" > seen; cp "$GIT_INDEX_FILE" partial; exit 1\n', {
      executable: true,
    });
    expect(scratch.tryGit("commit", "-m", "a", "a.txt").status).toBe(1);
    expect(scratch.read("seen")).toContain("next-index");
    scratch.env = { ...scratch.env, GIT_INDEX_FILE: `${scratch.root}/partial` };
    expect(summary(await diffsOf(scratch))).toEqual(["modified text +1 -1 a.txt"]);
  });

  it("is compared with nothing before the first commit", async () => {
    using scratch = new ScratchRepository();
    scratch.write("a.txt", "a\n");
    scratch.git("add", "a.txt");
    expect(summary(await diffsOf(scratch))).toEqual(["added text +1 -0 a.txt"]);
    expect(summary(await diffsOf(scratch, { kind: "worktree" }))).toEqual(["added text +1 -0 a.txt"]);
  });

  it("does not show what is only intended to be added, nor what is staged in another worktree", async () => {
    using scratch = new ScratchRepository();
    scratch.commit("before");
    scratch.git("worktree", "add", "--quiet", "../linked");
    scratch.write("staged.txt", "a\n");
    scratch.git("add", "staged.txt");
    scratch.write("intended.txt", "a\n");
    scratch.git("add", "-N", "intended.txt");
    expect(summary(await diffsOf(scratch))).toEqual(["added text +1 -0 staged.txt"]);
    const linked = await scratch.open(`${scratch.home}/linked`);
    expect(await listChanges(linked, { kind: "index" })).toEqual({ records: [], unlisted: 0 });
    expect(linked.paths.gitDirectory).not.toBe(linked.paths.commonDirectory);
    expect(linked.paths.root).toBe(`${scratch.home}/linked`);
  });

  it("shows a submodule as what it is", async () => {
    using scratch = new ScratchRepository();
    using inner = new ScratchRepository();
    inner.commit("inner");
    scratch.git("submodule", "--quiet", "add", inner.root, "inner");
    expect(summary(await diffsOf(scratch))).toEqual(["added text +3 -0 .gitmodules", "added submodule +0 -0 inner"]);
  });
});

describe("whatever is changed", () => {
  const line = fc.constantFrom("a", "b", "c", "", "-- x", "++ y", "@@ -1 +1 @@", "\\ no", "diff --git a/x b/x", "caf\u00e9\r", "x\ry", " ");
  const file = fc.record({ lines: fc.array(line, { maxLength: 12 }), ends: fc.boolean() });
  const text = ({ lines, ends }: { lines: string[]; ends: boolean }): string => lines.join("\n") + (ends && lines.length > 0 ? "\n" : "");

  it("is counted as git diff --numstat counts it, and numbered as it stands", async () => {
    using scratch = new ScratchRepository();
    scratch.commit("root");
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(file, file), { minLength: 1, maxLength: 6 }), async (files) => {
        for (const [index, [before]] of files.entries()) scratch.write(`f${index}`, text(before));
        scratch.commit("before");
        for (const [index, [, after]] of files.entries()) scratch.write(`f${index}`, text(after));
        scratch.git("add", "--all");
        const numstat = scratch.git("diff", "--cached", "--numstat", "--no-renames").trim();
        const diffs = await diffsOf(scratch);
        expect(diffs.map(({ addedCount, removedCount, path }) => `${addedCount}\t${removedCount}\t${path}`).join("\n")).toBe(numstat);
        for (const { path, hunks } of diffs) {
          const [before, after] = files[Number(path.slice(1))]!.map((side) => text(side).split("\n"));
          for (const shown of hunks.flatMap(({ lines }) => lines)) {
            if (shown.kind !== "added") expect(before![shown.oldNumber - 1]).toBe(shown.text);
            if (shown.kind !== "removed") expect(after![shown.newNumber - 1]).toBe(shown.text);
          }
        }
      }),
      { numRuns: 25 },
    );
  });
});

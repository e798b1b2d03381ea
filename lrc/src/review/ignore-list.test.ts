import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { IgnoreList } from "./ignore-list.ts";

const list = (files: Readonly<Record<string, string>>): IgnoreList => new IgnoreList(new Map(Object.entries(files)));

test("a nearer folder takes back in what one above leaves out", () => {
  const ignored = list({ ".lrc/ignore": "*.gen.ts\nbuild/\n", "pkg/.lrc/ignore": "!kept.gen.ts\n!build/kept.ts\nlocal/\n" });
  expect(ignored.lineFor("pkg/kept.gen.ts")).toBeUndefined();
  expect(ignored.lineFor("pkg/other.gen.ts")).toBe(".lrc/ignore: *.gen.ts");
  expect(ignored.lineFor("kept.gen.ts")).toBe(".lrc/ignore: *.gen.ts");
  expect(ignored.lineFor("pkg/build/kept.ts")).toBe(".lrc/ignore: build/");
  expect(ignored.lineFor("pkg/local/a.ts")).toBe("pkg/.lrc/ignore: local/");
  expect(ignored.lineFor("local/a.ts")).toBeUndefined();
});

test("capitals count, and a byte order mark does not", () => {
  const ignored = list({ ".lrc/ignore": "\ufeffBuild/\n" });
  expect(ignored.lineFor("Build/a.ts")).toBe(".lrc/ignore: Build/");
  expect(ignored.lineFor("build/a.ts")).toBeUndefined();
});

test("what is left out is what Git leaves out for the same lines", () => {
  const pattern = fc.stringMatching(/^!?\/?(a|b|\*|a\*|\*\*\/b|a\/b|b\/\*)\/?$/);
  const lines = fc.array(pattern, { maxLength: 4 }).map((patterns) => `${patterns.join("\n")}\n`);
  const paths = ["a", "b", "c"].flatMap((one) => ["a", "b"].flatMap((two) => ["a", "b", "ab"].map((three) => `${one}/${two}/${three}`)));
  const folder = mkdtempSync(join(tmpdir(), "lrc-ignore-"));
  const git = (args: readonly string[], input = ""): string => spawnSync("git", args, { cwd: folder, input, encoding: "utf8" }).stdout;
  try {
    git(["init", "-q"]);
    const write = (name: string, text: string): void => {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    };
    fc.assert(
      fc.property(lines, lines, lines, (top, below, deep) => {
        const files = { "": top, "a/": below, "a/b/": deep };
        for (const [where, text] of Object.entries(files)) write(`${where}.gitignore`, text);
        const ours = list(Object.fromEntries(Object.entries(files).map(([where, text]) => [`${where}.lrc/ignore`, text])));
        const theirs = git(["check-ignore", "--stdin"], `${paths.join("\n")}\n`);
        expect(paths.filter((path) => ours.lineFor(path) !== undefined)).toEqual(theirs.split("\n").filter(Boolean));
      }),
      { numRuns: 60 },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

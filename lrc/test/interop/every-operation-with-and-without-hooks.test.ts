import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { atTerminal, operations, outcome, type RunGit, withHistory, withoutTerminal } from "../harness/operations.ts";
import { privateKey, ReviewedRepository } from "../harness/reviewed-repository.ts";
import { builtInWays, type Way, waysOfOthers } from "../harness/ways.ts";

const folder = mkdtempSync(join(tmpdir(), "lrc-tools-"));
/** lefthook's own program: what npm links is a script that starts it. */
const tools = ["node_modules/.bin", `node_modules/lefthook-linux-${process.arch}/bin`].map((path) => join(folder, path)).toReversed();

beforeAll(() => {
  // Two more tools that look after hooks, as their users have them.
  writeFileSync(join(folder, "package.json"), '{ "private": true }');
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "husky@9.1.7", "lefthook@2.2.2"], {
    cwd: folder,
    stdio: "ignore",
  });
});

/** What was compared, and how much of it differed: printed in the end. */
const table = new Map<string, { operations: number; differences: number }>();

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  const lines = [...table].map(
    ([name, { operations, differences }]) => `  ${name.padEnd(26)} ${String(operations).padStart(4)} ${String(differences).padStart(12)}`,
  );
  process.stdout.write(`\n  hooks of, started from     runs  differences\n${lines.join("\n")}\n`);
});

const terminals: Readonly<Record<string, RunGit>> = { "no terminal": withoutTerminal, "a terminal": atTerminal };
const ways: Readonly<Record<string, Way>> = { ...builtInWays, ...waysOfOthers(tools) };

/** Compares one operation with the hooks and without, in both surroundings. */
function compare(name: string, way: Way, run: (scratch: ReviewedRepository, runGit: RunGit) => unknown): void {
  using plain = new ReviewedRepository();
  withHistory(plain);
  way.before(plain);
  const expected = run(plain, withoutTerminal);
  for (const [surroundings, runGit] of Object.entries(terminals)) {
    const row = table.get(`${name}, ${surroundings}`) ?? { operations: 0, differences: 0 };
    table.set(`${name}, ${surroundings}`, row);
    row.operations += 1;
    row.differences += 1;
    using reviewed = new ReviewedRepository();
    withHistory(reviewed);
    way.before(reviewed);
    way.install(reviewed);
    expect(run(reviewed, runGit), surroundings).toEqual(expected);
    row.differences -= 1;
  }
}

/**
 * Tools of others start slowly, and are called for every hook of every step: of the operations, those where most could go wrong.
 * EVERY_OPERATION=1 runs all of them with all tools, for a quarter of an hour.
 */
const withOthers =
  /^(commit -m|commit FILE|commit in an editor|commit -t|commit with a template|commit -p|commit --amend|merge|cherry-pick|rebase --exec|push)/;

describe.each(Object.entries(ways))("with hooks of %s, every operation ends as it does without ours", (name, way) => {
  const isSlow = !(name in builtInWays) && process.env.EVERY_OPERATION === undefined;
  it.each(Object.entries(operations).filter(([operation]) => !isSlow || withOthers.test(operation)))("%s", (_, operation) => {
    compare(name, way, (scratch, runGit) => outcome(scratch, operation, runGit));
  });

  if (name === "none") return;
  it("a commit is reviewed at all", () => {
    using scratch = new ReviewedRepository();
    way.before(scratch);
    way.install(scratch);
    scratch.write("a.js", "export const a = 1;\n");
    scratch.git("add", "a.js");
    scratch.git("commit", "-q", "-m", "reviewed");
    expect(scratch.verdict()).toBe("ran (iter:1, coverage:100%)");
    scratch.write("key.pem", privateKey);
    scratch.git("add", "key.pem");
    expect(scratch.tryGit("commit", "-q", "-m", "stopped").status).toBe(1);
  });

  it("a file of Git LFS, committed and pushed", () => {
    compare(name, way, (scratch, runGit) => largeFile(scratch, runGit));
  });
});

/** The hooks of Git LFS bring the content to where the commit is pushed. */
function largeFile(scratch: ReviewedRepository, runGit: RunGit): unknown {
  scratch.git("init", "-q", "--bare", "../bare.git");
  scratch.git("remote", "add", "origin", `file://${scratch.home}/bare.git`);
  scratch.git("lfs", "install", "--local", "--skip-repo");
  const husky = existsSync(join(scratch.root, ".husky"));
  if (husky) scratch.write(".husky/pre-push", 'git lfs pre-push "$@"\n');
  else scratch.write(".git/hooks/pre-push", '#!/bin/sh\ngit lfs pre-push "$@"\n', { executable: true });
  scratch.git("lfs", "track", "*.bin");
  scratch.write("large.bin", Buffer.alloc(100_000, 7));
  scratch.git("add", "--all");
  const statuses = [runGit(scratch, ["commit", "-q", "-m", "large"], ""), runGit(scratch, ["push", "-q", "origin", "main"], "")];
  const stored = join(scratch.home, "bare.git", "lfs", "objects");
  const arrived = existsSync(stored)
    ? readdirSync(stored, { recursive: true })
        .map(String)
        .filter((path) => path.length > 60)
    : [];
  expect(arrived).toHaveLength(1);
  return { statuses, arrived, tree: scratch.git("rev-parse", "HEAD^{tree}") };
}

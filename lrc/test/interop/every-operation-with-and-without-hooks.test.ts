import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { atTerminal, operations, outcome, type RunGit, withHistory, withoutTerminal } from "../harness/operations.ts";
import { PreparedRepository } from "../harness/prepared-repository.ts";
import { privateKey, type ReviewedRepository } from "../harness/reviewed-repository.ts";
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

/** The outcomes without our hooks: ways that begin with the same hooks share them. */
const expectations = new Map<Way["before"], Map<string, unknown>>();

/** One way to have hooks, prepared without ours and with them. */
class Comparison implements Disposable {
  readonly name: string;
  readonly #way: Way;
  readonly #reviewed: PreparedRepository;
  #plain: PreparedRepository | undefined;

  constructor(name: string, way: Way) {
    this.name = name;
    this.#way = way;
    this.#reviewed = new PreparedRepository((scratch) => {
      withHistory(scratch);
      way.before(scratch);
      way.install(scratch);
    });
  }

  begin(): ReviewedRepository {
    return this.#reviewed.begin();
  }

  /** How an operation ends without our hooks. */
  expected(operation: string, run: (scratch: ReviewedRepository, runGit: RunGit) => unknown): unknown {
    const { before } = this.#way;
    const outcomes = expectations.get(before) ?? new Map<string, unknown>();
    expectations.set(before, outcomes);
    if (!outcomes.has(operation)) {
      this.#plain ??= new PreparedRepository((scratch) => {
        withHistory(scratch);
        before(scratch);
      });
      outcomes.set(operation, run(this.#plain.begin(), withoutTerminal));
    }
    return outcomes.get(operation);
  }

  [Symbol.dispose](): void {
    this.#reviewed[Symbol.dispose]();
    this.#plain?.[Symbol.dispose]();
  }
}

/** Compares one operation with the hooks and without, in both surroundings. */
function compare(comparison: Comparison, operation: string, run: (scratch: ReviewedRepository, runGit: RunGit) => unknown): void {
  const expected = comparison.expected(operation, run);
  for (const [surroundings, runGit] of Object.entries(terminals)) {
    const row = table.get(`${comparison.name}, ${surroundings}`) ?? { operations: 0, differences: 0 };
    table.set(`${comparison.name}, ${surroundings}`, row);
    row.operations += 1;
    row.differences += 1;
    expect(run(comparison.begin(), runGit), surroundings).toEqual(expected);
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
  let comparison: Comparison;
  beforeAll(() => {
    comparison = new Comparison(name, way);
  });
  afterAll(() => comparison[Symbol.dispose]());

  const isSlow = !(name in builtInWays) && process.env.EVERY_OPERATION === undefined;
  it.each(Object.entries(operations).filter(([operation]) => !isSlow || withOthers.test(operation)))("%s", (operationName, operation) => {
    compare(comparison, operationName, (scratch, runGit) => outcome(scratch, operation, runGit));
  });

  if (name === "none") return;
  it("a commit is reviewed at all", () => {
    const scratch = comparison.begin();
    scratch.write("a.js", "export const a = 1;\n");
    scratch.git("add", "a.js");
    scratch.git("commit", "-q", "-m", "reviewed");
    expect(scratch.verdict()).toBe("ran (iter:1, coverage:100%)");
    scratch.write("key.pem", privateKey);
    scratch.git("add", "key.pem");
    expect(scratch.tryGit("commit", "-q", "-m", "stopped").status).toBe(1);
  });

  it("a file of Git LFS, committed and pushed", () => {
    compare(comparison, "a large file", largeFile);
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

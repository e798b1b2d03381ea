import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PreparedRepository } from "./harness/prepared-repository.ts";
import type { ProgramResult, ReviewedRepository } from "./harness/reviewed-repository.ts";

const read = (path: string): string => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8");

/** What the action has its shell run. */
const [, actionStep = ""] = read("lrc/action/action.yml").split("      run: |\n");
/** What the manual has GitLab's shell run. */
const [, gitlabStep = ""] = /^ {2}script: (npx git-lrc .*)$/m.exec(read("docs/lrc.md")) ?? [];

/** A repository whose branch adds a fault to what main had, and main has gone on. `npx` finds our program, as it does where it is installed. */
let upstream: PreparedRepository;
beforeAll(() => {
  upstream = new PreparedRepository((scratch) => {
    for (const text of ["1", "2"]) {
      scratch.write("a.js", `export const a = ${text};\n`);
      scratch.commit(text);
    }
    scratch.git("checkout", "-q", "-b", "feature", "HEAD~1");
    scratch.write("b.py", "import sys\neval(sys.argv[1])\n");
    scratch.commit("add b");
    scratch.write(
      "../bin/npx",
      `#!/bin/sh\n[ "$1" != --yes ] || shift\ncase $1 in git-lrc | git-lrc@*) shift ;; *) exit 99 ;; esac\nexec '${process.execPath}' '${scratch.script}' "$@"\n`,
      { executable: true },
    );
    scratch.env = { ...scratch.env, PATH: `${scratch.home}/bin:${scratch.env.PATH}` };
  });
});
afterAll(() => upstream[Symbol.dispose]());

/** Runs a step in a clone, as its runner does. */
function inClone(scratch: ReviewedRepository, clone: string, step: string, env: Record<string, string>): ProgramResult {
  const surroundings = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const where = join(scratch.home, clone);
  return scratch.run("env", "-C", where, ...surroundings, "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step);
}

function begin(...depth: readonly string[]): ReviewedRepository {
  const scratch = upstream.begin();
  scratch.git("clone", "-q", "-b", "feature", ...depth, `file://${scratch.root}`, "../clone");
  return scratch;
}

const action = { LRC_BASE: "origin/main", LRC_FAIL_ON: "error", LRC_SARIF: "", LRC_VERSION: "latest" };

it("the action annotates what a branch adds, fails by it, and writes what code scanning takes", () => {
  const scratch = begin();
  const { status, stdout } = inClone(scratch, "clone", actionStep, { ...action, LRC_SARIF: "out.sarif" });
  expect({ status, stdout }).toEqual({ status: 1, stdout: expect.stringMatching(/^::error file=b\.py,line=2/) as string });
  const sarif = JSON.parse(readFileSync(join(scratch.home, "clone/out.sarif"), "utf8")) as { runs: { results: unknown[] }[] };
  expect(sarif.runs[0]?.results).toHaveLength(1);
  expect(inClone(scratch, "clone", actionStep, { ...action, LRC_FAIL_ON: "never" }).status).toBe(0);
});

it("GitLab's step says the same in Markdown", () => {
  const { status, stdout } = inClone(begin(), "clone", gitlabStep, { CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main" });
  expect({ status, stdout }).toEqual({ status: 1, stdout: expect.stringContaining("## Review of origin/main...HEAD") as string });
});

it("a clone that is too shallow is told how to deepen, by review and by verify, and is well once it has", () => {
  const scratch = begin("--depth", "1");
  const git = (...args: readonly string[]): void => void scratch.git("-C", "../clone", ...args);
  const verify = (range: string): ProgramResult => inClone(scratch, "clone", `npx git-lrc verify ${range}`, {});
  const told = (words: string): unknown => expect.stringMatching(new RegExp(`this clone is shallow: git fetch --${words}`));
  expect(inClone(scratch, "clone", actionStep, action)).toMatchObject({ status: 2, stderr: told("unshallow.*fetch-depth: 0") });
  git("fetch", "-q", "--depth", "1", "origin", "main:refs/remotes/origin/main");
  expect(inClone(scratch, "clone", actionStep, action)).toMatchObject({ status: 3, stderr: told("deepen=100") });
  expect(verify("origin/main..HEAD")).toMatchObject({ status: 3, stderr: told("deepen=1") });
  expect(verify("HEAD~1..HEAD")).toMatchObject({ status: 2, stderr: told("unshallow") });
  git("fetch", "-q", "--deepen=100");
  expect(inClone(scratch, "clone", actionStep, action).status).toBe(1);
  expect(verify("origin/main..HEAD").stdout).toMatch(/unreviewed +add b/);
});

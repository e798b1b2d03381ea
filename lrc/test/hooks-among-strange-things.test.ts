import { spawnSync } from "node:child_process";
import { chmodSync, lstatSync, mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ReviewedRepository } from "./harness/reviewed-repository.ts";

/** A repository with a file staged. */
function begin(): ReviewedRepository {
  const scratch = new ReviewedRepository();
  mkdirSync(join(scratch.root, ".git/hooks"), { recursive: true });
  scratch.write("a.js", "export const a = 1;\n");
  scratch.git("add", "a.js");
  return scratch;
}

const hook = (scratch: ReviewedRepository): string => join(scratch.root, ".git/hooks/pre-commit");

describe("what is at the place of a hook", () => {
  it.each(["/nowhere/hook", "pre-commit"])("a link to %s, which leads nowhere, is put back as it was", (target) => {
    using scratch = begin();
    scratch.link(".git/hooks/pre-commit", target);
    expect(scratch.lrc("hooks", "install").status).toBe(0);
    expect(scratch.tryGit("commit", "-m", "first").status).toBe(0);
    expect(scratch.verdict()).toMatch(/^ran/);
    expect(scratch.lrc("hooks", "uninstall").status).toBe(0);
    expect(readlinkSync(hook(scratch))).toBe(target);
    expect(readdirSync(join(scratch.root, ".git/hooks"))).toEqual(["pre-commit"]);
  });

  it.each([
    ["a folder", (path: string) => mkdirSync(path)],
    ["a pipe", (path: string) => void spawnSync("/usr/bin/mkfifo", [path])],
  ])("%s, which is no file, is named, and nothing is written", (_, make) => {
    using scratch = begin();
    make(hook(scratch));
    const { status, stdout } = scratch.lrc("hooks", "install");
    expect({ status, stdout }).toEqual({ status: 1, stdout: `${hook(scratch)} is no file: put it away first\n` });
    expect(readdirSync(join(scratch.root, ".git/hooks"))).toEqual(["pre-commit"]);
    expect(scratch.lrc("doctor").stdout).toContain("is no file: put it away");
    expect(scratch.lrc("hooks", "uninstall").status).toBe(0);
    expect(lstatSync(hook(scratch)).isFile()).toBe(false);
  });

  it("a hook of ours that cannot be executed any more is mended by installing again", () => {
    using scratch = begin();
    scratch.lrc("hooks", "install");
    chmodSync(hook(scratch), 0o644);
    expect(scratch.lrc("doctor").status).toBe(1);
    expect(scratch.lrc("hooks", "install").status).toBe(0);
    expect(scratch.lrc("doctor").status).toBe(0);
  });

  it("a file in place of the folder is named", () => {
    using scratch = begin();
    rmSync(join(scratch.root, ".git/hooks"), { recursive: true });
    writeFileSync(join(scratch.root, ".git/hooks"), "");
    const { status, stderr } = scratch.lrc("hooks", "install");
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining("which is no folder") as string });
  });
});

describe("a repository in a folder called", () => {
  it.each(["a\nb", "'quoted' $(touch pwned)", "\u001b[31mred"])("%j is reviewed, and no escape gets out", (name) => {
    using scratch = begin();
    const root = join(scratch.home, name);
    renameSync(scratch.root, root);
    const inside = { cwd: root, env: scratch.env, encoding: "utf8" } as const;
    const lrc = (...args: readonly string[]) => spawnSync(process.execPath, [scratch.script, ...args], inside);
    const said = [lrc("hooks", "install"), lrc("doctor"), lrc("hooks", "status")];
    expect(said.map(({ status }) => status)).toEqual([0, 0, 0]);
    expect(said.map(({ stdout, stderr }) => stdout + stderr).join("")).not.toContain("\u001b");
    expect(spawnSync("git", ["commit", "-m", "first"], inside).stderr).toMatch(/^lrc: nothing found/);
    expect(lrc("verify", "HEAD").stdout).toContain("attested");
    expect(lrc("hooks", "uninstall").status).toBe(0);
    expect(readdirSync(join(root, ".git/hooks"))).toEqual([]);
    expect(readdirSync(root)).toEqual([".git", "a.js"]);
  });
});

describe("the line under a message", () => {
  const inPlaceOf = (scratch: ReviewedRepository, message: string, ...args: readonly string[]): string => {
    scratch.write("../message", message);
    scratch.git("commit", "-q", ...args, "-F", "../message");
    return scratch.git("cat-file", "commit", "HEAD").split("\n\n").slice(1).join("\n\n");
  };

  it("is a paragraph of its own where the last line does not end", () => {
    using scratch = begin();
    scratch.lrc("hooks", "install");
    const line = "Lrc-Review: ran (iter:1, coverage:100%)\n";
    expect(inPlaceOf(scratch, "subject", "--cleanup=verbatim")).toBe(`subject\n\n${line}`);
    expect(inPlaceOf(scratch, "subject\n\nRefs: #1", "--amend", "--cleanup=verbatim")).toBe(`subject\n\nRefs: #1\n${line}`);
  });

  it("does not make a message of comments that Git strips", () => {
    using scratch = begin();
    scratch.lrc("hooks", "install");
    expect(scratch.tryGit("commit", "--cleanup=strip", "-m", "#1").status).toBe(1);
    expect(scratch.tryGit("-c", "commit.cleanup=strip", "commit", "-m", "#1").status).toBe(1);
    expect(scratch.tryGit("commit", "-m", "#1").status).toBe(0);
    expect(scratch.verdict()).toMatch(/^ran/);
  });

  it.each(["subject\n\nbody\n\nCo-authored-by: Ada <ada@example.org>\n", "subject\n\nhttp://a/b: see\n", "subject\n"])(
    "of %j leaves other trailers what they are where another tool's hook asks for it",
    (message) => {
      using scratch = begin();
      const own = (name: string, text: string): void => {
        scratch.write(`.git/hooks/${name}`, `#!/bin/sh\n${text}\n`, { executable: true });
      };
      const lrc = `'${process.execPath}' '${scratch.script}'`;
      own("pre-commit", `${lrc} hook pre-commit || [ $? -ne 10 ]`);
      own("commit-msg", `${lrc} hook commit-msg "$1" || true`);
      const written = inPlaceOf(scratch, message);
      expect(written.replace(/\n?Lrc-Review: .*\n/, "")).toBe(message.endsWith("org>\n") ? message.slice(0, -1) : message);
      expect(scratch.verdict()).toMatch(/^ran/);
      expect(scratch.lrc("doctor").stdout).not.toContain("the commit-msg hook is not ours");
      if (message.includes("Co-authored-by")) expect(scratch.git("log", "-1", "--format=%(trailers:key=Co-authored-by)")).toContain("Ada");
    },
  );
});

describe("a database that cannot be read", () => {
  it("stands in nobody's way who asks for commits, and is told to who asks for what was noted", () => {
    using scratch = begin();
    scratch.lrc("hooks", "install");
    scratch.git("commit", "-q", "-m", "first");
    scratch.write(".git/lrc/history.db", "no database ".repeat(100));
    expect(scratch.lrc("query", "stats")).toMatchObject({ status: 0, stdout: expect.stringContaining("ran") as string });
    expect(scratch.lrc("verify", "HEAD")).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("attested") as string,
      stderr: expect.stringContaining("what was noted on this machine cannot be read") as string,
    });
    expect(scratch.lrc("query", "decisions")).toMatchObject({ status: 3, stderr: expect.stringContaining("history.db") as string });
  });
});

import { spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { clickedCommit } from "./harness/clicked-commit.ts";
import { ReviewedRepository } from "./harness/reviewed-repository.ts";

const unsafe = 'export function find(req) {\n  return db.query("SELECT * FROM t WHERE n = \'" + req.query.name + "\'");\n}\n';

/** A repository with a place to push to, where a change is staged that something is found in. */
function begin(): ReviewedRepository {
  const scratch = new ReviewedRepository();
  scratch.write("a.js", "export const a = 1;\n");
  scratch.commit("first");
  scratch.git("init", "--quiet", "--bare", "../there.git");
  scratch.git("remote", "add", "origin", "../there.git");
  scratch.git("config", "lrc.ui", "browser");
  scratch.write("a.js", unsafe);
  scratch.git("add", "a.js");
  return scratch;
}

function hook(scratch: ReviewedRepository, name: string, ...lines: readonly string[]): void {
  scratch.write(`.git/hooks/${name}`, ["#!/bin/sh", ...lines, ""].join("\n"), { executable: true });
}

const pushed = (scratch: ReviewedRepository): string => scratch.git("--git-dir=../there.git", "log", "--all", "--format=%s").trim();
describe("what was said on the page", () => {
  it("is about the commit of its own worktree, though another makes the same one at the same time", async () => {
    using scratch = begin();
    scratch.git("worktree", "add", "--quiet", "../linked");
    const linked = join(scratch.home, "linked");
    writeFileSync(join(linked, "a.js"), unsafe);
    scratch.git("-C", linked, "add", "a.js");
    spawnSync("/usr/bin/mkfifo", [join(scratch.home, "gate")]);
    hook(scratch, "prepare-commit-msg", "case $PWD in */linked) ;; *) cat ../gate ;; esac");
    // As some do who want an id in every message, which they look for after it was written.
    hook(scratch, "commit-msg", `grep -q "^written" "$1" && printf '\\nChange-Id: I1\\n' >>"$1"`);
    scratch.lrc("hooks", "install");
    const ours = await clickedCommit(scratch, { answer: "commit-push", message: "written here" });
    const theirs = await clickedCommit(scratch, { answer: "commit", message: "written there" }, linked);
    expect(await theirs.ended, theirs.output()).toBe(0);
    writeFileSync(join(scratch.home, "gate"), "");
    expect(await ours.ended, ours.output()).toBe(0);
    expect(scratch.message("main")).toBe("written here\n\nChange-Id: I1\nLrc-Review: ran (iter:1, coverage:100%)\n\n");
    expect(scratch.message("linked")).toBe("written there\n\nChange-Id: I1\nLrc-Review: ran (iter:1, coverage:100%)\n\n");
    expect(pushed(scratch)).toBe("written here\nfirst");
  });

  it("is over with a commit that came to nothing: the same one that is not reviewed has its own message, no line, and is not pushed", async () => {
    using scratch = begin();
    hook(scratch, "prepare-commit-msg", "exit 1");
    scratch.lrc("hooks", "install");
    const stopped = await clickedCommit(scratch, { answer: "commit-push", message: "written" });
    expect(await stopped.ended, stopped.output()).toBe(1);
    chmodSync(join(scratch.root, ".git/hooks/prepare-commit-msg"), 0o644);
    scratch.git("config", "lrc.enabled", "false");
    scratch.git("commit", "--quiet", "-m", "typed later");
    expect(scratch.message()).toBe("typed later\n\n");
    expect(pushed(scratch)).toBe("");
  });
});

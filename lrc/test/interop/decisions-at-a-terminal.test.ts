import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ReviewedRepository } from "../harness/reviewed-repository.ts";

const atTerminal = ["--quiet", "--return", "--command", "git commit -m first", "/dev/null"];

/** A commit with two findings, about to be made. */
function stage(scratch: ReviewedRepository): void {
  scratch.lrc("hooks", "install");
  for (const name of ["a.py", "b.py"]) scratch.write(name, "import sys\neval(sys.argv[1])\n");
  scratch.git("add", ".");
}

/** It is made at a terminal at which keys were typed before anybody asked. */
function commit(scratch: ReviewedRepository, keys: string, env: Record<string, string> = {}): number | null {
  stage(scratch);
  const { status } = spawnSync("script", atTerminal, {
    cwd: scratch.root,
    env: { ...scratch.env, TERM: "xterm", SHELL: "/bin/sh", ...env },
    input: keys,
  });
  return status;
}

/** The hook that reviews in a repository, once Git has started it. */
function reviewingIn({ root }: ReviewedRepository): number {
  const processes = execFileSync("ps", ["-e", "-o", "pid=,args="], { encoding: "utf8" }).split("\n");
  const pids = processes.filter((line) => / hook pre-commit$/.test(line)).map((line) => Number.parseInt(line, 10));
  const here = pids.find((pid) => readlinkSync(`/proc/${pid}/cwd`) === root);
  if (here === undefined) throw new Error("no hook is at work");
  return here;
}

describe("somebody at a terminal", () => {
  it("may type ahead, and use keys that mean nothing here", () => {
    using scratch = new ReviewedRepository();
    expect(commit(scratch, "jjk\u001b[B\u001bOA?v")).toBe(0);
    expect(scratch.verdict()).toMatch(/^vouched/);
  });

  it("is not asked where Git was told not to ask", () => {
    using scratch = new ReviewedRepository();
    expect(commit(scratch, "a", { GIT_TERMINAL_PROMPT: "0" })).toBe(0);
    expect(scratch.verdict()).toMatch(/^ran/);
  });

  it("decides nothing by lines that were meant for the shell", () => {
    using scratch = new ReviewedRepository();
    expect(commit(scratch, "git push\ngit status\n")).toBe(1);
    expect(scratch.tryGit("rev-parse", "HEAD").status).not.toBe(0);
  });

  it("keeps nobody waiting who ends the review from elsewhere", async () => {
    using scratch = new ReviewedRepository();
    stage(scratch);
    const script = spawn("script", atTerminal, { cwd: scratch.root, env: { ...scratch.env, TERM: "xterm", SHELL: "/bin/sh" } });
    const ended = once(script, "exit");
    let shown = "";
    await new Promise<void>((resolve) => {
      script.stdout.on("data", (chunk: Buffer) => {
        shown += chunk.toString();
        if (shown.includes("next and previous >")) resolve();
      });
    });
    process.kill(reviewingIn(scratch), "SIGTERM");
    await ended;
  });
});

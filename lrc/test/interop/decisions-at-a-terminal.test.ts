import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { ReviewedRepository } from "../harness/reviewed-repository.ts";

/** A commit with two findings, at a terminal at which keys were typed before anybody asked. */
function commit(scratch: ReviewedRepository, keys: string, env: Record<string, string> = {}): number | null {
  scratch.lrc("hooks", "install");
  for (const name of ["a.py", "b.py"]) scratch.write(name, "import sys\neval(sys.argv[1])\n");
  scratch.git("add", ".");
  const { status } = spawnSync("script", ["--quiet", "--return", "--command", "git commit -m first", "/dev/null"], {
    cwd: scratch.root,
    env: { ...scratch.env, TERM: "xterm", SHELL: "/bin/sh", ...env },
    input: keys,
  });
  return status;
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
});

import { expect, it } from "vitest";
import { ReviewedRepository } from "../harness/reviewed-repository.ts";

/** Holds the thread for ever as soon as the patch is asked for, as a parser that does not come back would. */
const hang = `
  import { isMainThread } from "node:worker_threads";
  import processes from "node:child_process";
  import { syncBuiltinESMExports } from "node:module";
  if (isMainThread && process.argv.includes("pre-commit")) {
    const { spawn } = processes;
    processes.spawn = (...args) => {
      if (args[1].includes("--patch")) setImmediate(() => { for (;;); });
      return spawn(...args);
    };
    syncBuiltinESMExports();
  }
`;

it("a review that hangs is given up soon after its budget, and the commit goes on", () => {
  using scratch = new ReviewedRepository();
  scratch.write(".lrc/config.toml", "[commit]\nbudget_seconds = 0.5\n");
  scratch.write("../hang.mjs", hang);
  scratch.commit("configuration");
  scratch.lrc("hooks", "install");
  scratch.write("a.js", "export const a = 1;\n");
  scratch.git("add", "a.js");
  scratch.env = { ...scratch.env, NODE_OPTIONS: `--import ${scratch.home}/hang.mjs` };
  const { status, stderr } = scratch.tryGit("commit", "-m", "second");
  expect(stderr).toMatch(/^lrc: the review hangs and is given up after 3 s$/m);
  expect(status).toBe(0);
  expect(scratch.verdict()).toBe("");
  scratch.git("config", "lrc.onError", "block");
  scratch.write("a.js", "export const a = 2;\n");
  scratch.git("add", "a.js");
  expect(scratch.tryGit("commit", "-m", "third")).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("the commit is stopped") as string,
  });
});

import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { ReviewedRepository } from "../harness/reviewed-repository.ts";
import { ModelServer, modelStating, stated } from "./harness/model-server.ts";

const program = fileURLToPath(new URL("../../../tools/eval.mjs", import.meta.url));
const quote = "  return sum / count;";

/** A public set as it is published, with one pull request. */
function publicSet(folder: string): readonly string[] {
  const comment = { is_ai_comment: false, path: "a.js", side: "right", source_model: "", from_line: 2, category: "Code Defect" };
  const pull = (comments: readonly object[]) => ({
    githubPrUrl: "https://github.com/o/n/pull/1",
    source_commit: "a",
    target_commit: "b",
    comments,
  });
  mkdirSync(join(folder, "set/dataset"), { recursive: true });
  mkdirSync(join(folder, "diffs"));
  writeFileSync(
    join(folder, "set/dataset/positive_samples.json"),
    JSON.stringify([
      pull([
        { ...comment, to_line: 2, note: "nothing has no mean" },
        { ...comment, from_line: 90, to_line: 95, note: "elsewhere" },
      ]),
    ]),
  );
  writeFileSync(join(folder, "set/dataset/negative_samples.json"), JSON.stringify([pull([])]));
  const added = `export function mean(sum, count) {\n${quote}\n}\n`.replaceAll(/^(?=.)/gm, "+");
  writeFileSync(
    join(folder, "diffs/o__n__1.diff"),
    `diff --git a/a.js b/a.js\nnew file mode 100644\n--- /dev/null\n+++ b/a.js\n@@ -0,0 +1,3 @@\n${added}`,
  );
  return ["--suite", "aacr-bench", "--data", join(folder, "set"), "--diffs", join(folder, "diffs")];
}

it("is asked about the changes of a public set, scored by what experts accepted, and scored again by its recorded answers", async () => {
  const server = await ModelServer.start(modelStating([stated({ line: 2, quote })]));
  using scratch = new ReviewedRepository();
  const evaluate = (...args: readonly string[]): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> =>
    new Promise((resolve) => {
      execFile(process.execPath, [program, ...args], { env: scratch.env }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
    });
  try {
    scratch.lrc("connectors", "add", "here", "--provider", "openai-compatible", "--model", "m", "--base-url", server.url, "--key", "none");
    const set = publicSet(scratch.home);
    const record = join(scratch.home, "answers.json");
    const score = "1 changes, 2 expected faults, 1 findings: precision 100.0%, recall 50.0%, F1 66.7%\nanchoring errors: 0 of 1\n";
    const asked = await evaluate(...set, "--connector", "here", "--record", record);
    expect(asked.stdout, asked.stderr).toContain(score);
    expect(asked.stdout).toMatch(/a change: \$0\.0+, \d+ tokens, median \d+ ms\n/);
    const requests = server.received.length;
    const again = await evaluate(...set, "--answers", record);
    expect(again.stdout).toContain("recorded answers of here");
    expect(again.stdout).toContain(score);
    expect(server.received).toHaveLength(requests);
    expect(await evaluate("--suite", "seeded", "--connector", "here", "--answers", record)).toMatchObject({ code: 2 });
    expect(await evaluate("--help")).toMatchObject({ code: 0, stderr: "" });
  } finally {
    await server.close();
  }
});

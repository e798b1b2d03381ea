import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ReviewedRepository } from "../harness/reviewed-repository.ts";

const script = fileURLToPath(new URL("../../dist/bin/lrc.mjs", import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lrc-inspector-"));
  writeFileSync(join(folder, "package.json"), "{}");
  // The last one that runs on the oldest Node that we do.
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "@modelcontextprotocol/inspector@0.15.0"], {
    cwd: folder,
    stdio: "ignore",
  });
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** What the official inspector of the Model Context Protocol says when it asks `lrc mcp` something; each time of a server of its own. */
function inspected(
  scratch: ReviewedRepository,
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly text: string; readonly stderr: string }> {
  const inspector = join(folder, "node_modules/@modelcontextprotocol/inspector/cli/build/cli.js");
  const server = [process.execPath, scratch.script, "mcp"];
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [inspector, "--cli", ...server, ...args],
      { cwd: scratch.root, env: scratch.env },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), text: stdout, stderr });
      },
    );
  });
}

const called = async (scratch: ReviewedRepository, tool: string, ...args: readonly string[]) => {
  const { code, text, stderr } = await inspected(
    scratch,
    ...["--method", "tools/call", "--tool-name", tool],
    ...args.flatMap((argument) => ["--tool-arg", argument]),
  );
  expect(code, stderr).toBe(0);
  const { content, isError = false } = JSON.parse(text) as { content: { text: string }[]; isError?: boolean };
  return { text: content[0]?.text ?? "", isError };
};

it("the inspector of the Model Context Protocol lists our tools, and each answers it, for good and for bad arguments", async () => {
  using scratch = new ReviewedRepository(script);
  scratch.write("a.js", "export const a = 1;\n");
  scratch.commit("first");
  scratch.write("a.js", 'export const find = (req) => db.query("SELECT * FROM t WHERE n = \'" + req.query.name + "\'");\n');
  scratch.git("add", "a.js");
  const { tools } = JSON.parse((await inspected(scratch, "--method", "tools/list")).text) as {
    tools: { name: string; inputSchema: object }[];
  };
  expect(tools.map(({ name }) => name).toSorted()).toEqual([
    "apply",
    "dismiss",
    "explain_finding",
    "query",
    "review_range",
    "review_staged",
  ]);
  expect(tools.every(({ inputSchema }) => "type" in inputSchema)).toBe(true);
  const review = await called(scratch, "review_staged", "offline=true");
  expect(review.text).toMatch(/^# 1 finding in staged changes\n/);
  const id = /id ([0-9a-f]{32})/.exec(review.text)?.[1] ?? "";
  // Every call asks a server of its own.
  expect(JSON.parse((await called(scratch, "explain_finding", `id=${id}`)).text)).toMatchObject({ ruleId: "injection/sql" });
  expect(await called(scratch, "explain_finding", "id=nothing")).toMatchObject({ isError: true });
  expect(await called(scratch, "apply", `id=${id}`)).toMatchObject({
    isError: true,
    text: expect.stringContaining("no change at hand") as string,
  });
  expect(await called(scratch, "review_range", "range=nowhere..HEAD")).toMatchObject({ isError: true });
  expect(await called(scratch, "review_range")).toMatchObject({ isError: true });
  expect(JSON.parse((await called(scratch, "query", "sql=SELECT count(*) AS n FROM commits")).text)).toEqual([{ n: 1 }]);
  expect(await called(scratch, "query", "sql=DELETE FROM reviews")).toMatchObject({ isError: true });
  expect(await called(scratch, "dismiss", `id=${id}`, "reason=made for a test")).toMatchObject({ isError: false });
  expect((await called(scratch, "review_staged")).text).toMatch(/^# 0 findings/);
  const unknown = await inspected(scratch, "--method", "resources/list");
  expect([unknown.code === 0, unknown.stderr]).toEqual([false, expect.stringContaining("Method not found")]);
}, 120_000);

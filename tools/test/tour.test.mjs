import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { root } from "../programs.mjs";

const folder = mkdtempSync(join(tmpdir(), "tour-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the tour brings back the bytes that it wrote, and leaves nothing behind", () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "tools/start.mjs")], {
    encoding: "utf8",
    env: { ...process.env, TMPDIR: folder },
  });
  expect(status, stdout + stderr).toBe(0);
  const sums = [...stdout.matchAll(/SHA-256 ([0-9a-f]{64})/g)].map(([, sum]) => sum);
  expect(sums).toHaveLength(3);
  expect(new Set(sums).size, "one disk, whichever way it is reached").toBe(1);
  expect(stdout).toMatch(/0\.0\d\d bytes copied by our end/);
  expect(stdout).toMatch(/\d+ MiB\/s/);
  expect(stdout).toContain("The commit was stopped");
  expect(stdout).toMatch(/Lrc-Review: ran \(iter:\d+, coverage:\d+%\)/);
  expect(stdout, "colours that nobody sees").not.toContain("\u001b");
  expect(readdirSync(folder)).toEqual([]);
});

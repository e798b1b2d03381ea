/**
 * Type-aware lint: a promise nobody waits for, a switch that forgets a state. It needs the types, and says nothing at all when it does not
 * get them, so it is first shown a promise that is left alone.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../programs.mjs";

const oxlint = join(root, "node_modules", ".bin", "oxlint");
const env = { ...process.env, OXLINT_TSGOLINT_PATH: join(root, "node_modules", ".bin", "tsgolint") };
const config = join(root, ".oxlintrc.json");

const folder = mkdtempSync(join(tmpdir(), "promises-"));
try {
  writeFileSync(join(folder, "tsconfig.json"), '{ "compilerOptions": { "strict": true, "target": "es2023" }, "files": ["alone.ts"] }');
  writeFileSync(join(folder, "alone.ts"), "export async function later() {\n  await 0;\n}\nlater();\n");
  const { stdout } = spawnSync(oxlint, ["-c", config, "."], { cwd: folder, env, encoding: "utf8" });
  if (!stdout.includes("no-floating-promises")) {
    process.stdout.write(`The linter does not notice a promise that is left alone:\n${stdout}\n`);
    process.exit(1);
  }
} finally {
  rmSync(folder, { recursive: true });
}
const { status, stdout, stderr } = spawnSync(oxlint, ["-c", config], { cwd: root, env, encoding: "utf8" });
process.stdout.write(stdout + stderr);
process.exit(status ?? 1);

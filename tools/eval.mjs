/**
 * `npm run eval -- --connector X --suite S`: how good a model is at finding known faults, and what that costs. The harness is bundled from the sources as they
 * are now and run.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "./programs.mjs";

process.chdir(root);
// Below the package, so that the packages it looks for at run time are found.
mkdirSync("lrc/dist", { recursive: true });
const folder = mkdtempSync(join(root, "lrc/dist/eval-"));
try {
  const outfile = join(folder, "eval.mjs");
  await build({
    entryPoints: ["lrc/test/models/eval/main.ts"],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    conditions: ["source"],
    external: ["@ast-grep/*", "@napi-rs/keyring", "@secretlint/*", "libsql"],
    banner: { js: 'import{createRequire as $createRequire}from"node:module";const require=$createRequire(import.meta.url);' },
  });
  const { status } = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: "inherit" });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

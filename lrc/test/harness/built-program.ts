import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

/** `lrc` made from the sources as they are now: what hooks start is a file, and not a test runner. Like the one that is shipped, it loads what it needs when it needs it. */
export class BuiltProgram implements Disposable {
  readonly #folder: string;
  readonly script: string;

  constructor() {
    // Below the package, so that the packages it looks for at run time are found.
    const parent = fileURLToPath(new URL("../../dist/test/", import.meta.url));
    mkdirSync(parent, { recursive: true });
    this.#folder = mkdtempSync(join(parent, "program-"));
    this.script = join(this.#folder, "lrc.mjs");
    buildSync({
      entryPoints: { lrc: fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url)) },
      outdir: this.#folder,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      splitting: true,
      platform: "node",
      format: "esm",
      target: "node20",
      conditions: ["source"],
      external: ["@ast-grep/*", "@napi-rs/*", "@secretlint/*", "libsql"],
      banner: {
        js: '#!/usr/bin/env node\nimport{createRequire as $createRequire}from"node:module";const require=$createRequire(import.meta.url);',
      },
    });
    chmodSync(this.script, 0o755);
    // Some tests start it as another user.
    chmodSync(this.#folder, 0o755);
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

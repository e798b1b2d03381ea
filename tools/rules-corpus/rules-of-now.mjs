import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root } from "../programs.mjs";

/**
 * The rules as the sources have them now.
 * @returns {Promise<Pick<typeof import("../../lrc/src/rules/create-rule-engine.ts"), "createRuleEngine"> & Pick<typeof import("../../lrc/src/rules/testing/rule-case.ts"), "changedFile"> & Pick<typeof import("../../lrc/src/diff/index.ts"), "parseUnifiedDiff"> & Pick<typeof import("../../lrc/src/review/selection.ts"), "reasonToSkip" | "reasonToSkipText"> & Pick<typeof import("../../lrc/src/review/ignore-list.ts"), "IgnoreList"> & Pick<typeof import("../../lrc/src/rules/syntax/grammar.ts"), "parse">>}
 */
export async function rulesOfNow() {
  // Below the package, so that the packages it looks for at run time are found.
  mkdirSync(join(root, "lrc/dist"), { recursive: true });
  const folder = mkdtempSync(join(root, "lrc/dist/corpus-"));
  try {
    const outfile = join(folder, "rules.mjs");
    await build({
      stdin: {
        contents:
          'export { createRuleEngine } from "./lrc/src/rules/create-rule-engine.ts"; export { changedFile } from "./lrc/src/rules/testing/rule-case.ts"; export { parseUnifiedDiff } from "./lrc/src/diff/index.ts"; export { reasonToSkip, reasonToSkipText } from "./lrc/src/review/selection.ts"; export { parse } from "./lrc/src/rules/syntax/grammar.ts"; export { IgnoreList } from "./lrc/src/review/ignore-list.ts";',
        resolveDir: root,
      },
      outfile,
      bundle: true,
      format: "esm",
      platform: "node",
      target: "node20",
      conditions: ["source"],
      external: ["@ast-grep/*", "@secretlint/*"],
      banner: { js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);' },
      logLevel: "error",
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

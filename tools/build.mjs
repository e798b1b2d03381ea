/**
 * `npm run build`: every program as one file in its package's dist/bin, runnable at node_modules/.bin, and the types and modules
 * of the libraries beside it. `--programs` makes the programs only, which is all that running them takes.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { build } from "esbuild";
import { buildPage } from "./build-page.mjs";
import { programsStamp, sourcesFingerprint } from "./prepare.mjs";
import { programs, root } from "./programs.mjs";

process.chdir(root);
const programsOnly = process.argv.includes("--programs");

const fingerprint = sourcesFingerprint();
try {
  await buildPrograms();
  await buildPage();
} catch {
  // Both builders have printed what is wrong and where.
  process.exit(1);
}
linkPrograms();
writeFileSync(programsStamp, fingerprint);
if (!programsOnly) buildLibraries();

async function buildPrograms() {
  const missing = programs.filter(({ entry }) => !existsSync(entry));
  if (missing.length > 0) {
    process.stderr.write(`Cannot build: ${missing.map(({ entry }) => entry).join(", ")} does not exist.\n`);
    process.exit(1);
  }
  rmSync(programsStamp, { force: true });
  for (const { entry, file, external, parts = {} } of programs) {
    await bundle(entry, file, external, parts);
    chmodSync(file, 0o755);
  }
  /** Programs may share a part. */
  const parts = new Map(
    programs.flatMap(({ external, parts = {} }) => Object.entries(parts).map(([file, entry]) => [file, { entry, external, parts }])),
  );
  for (const [file, { entry, external, parts: siblings }] of parts) {
    // A part may need another one, and is not to hold it either.
    const others = Object.fromEntries(Object.entries(siblings).filter(([sibling]) => sibling !== file));
    await bundle(entry, file, external, others);
  }
}

/**
 * @param {string} entry
 * @param {string} file
 * @param {string[]} external
 * @param {Record<string, string>} parts what is left out of this file, by the file it is in
 */
async function bundle(entry, file, external, parts) {
  const files = new Map(Object.entries(parts).map(([part, module]) => [join(root, module), part]));
  await build({
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    conditions: ["source"],
    external,
    plugins: [
      {
        name: "parts",
        setup(build) {
          build.onResolve({ filter: /^\.\.?\// }, ({ kind, path, resolveDir }) => {
            const part = kind === "dynamic-import" ? files.get(join(resolveDir, path)) : undefined;
            return part === undefined ? undefined : { path: `./${relative(dirname(file), part)}`, external: true };
          });
        },
      },
    ],
    // Half the bytes start measurably sooner; identifiers stay, so that a stack trace can be read.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    // Bundled CommonJS asks for `require`, which an ECMAScript module does not have.
    banner: {
      js: '#!/usr/bin/env node\nimport{createRequire as $createRequire}from"node:module";const require=$createRequire(import.meta.url);',
    },
  });
}

/** npm links a program only when its file exists during the install, and these are built after it. */
function linkPrograms() {
  const folder = join("node_modules", ".bin");
  mkdirSync(folder, { recursive: true });
  for (const { name, file } of programs) {
    const link = join(folder, name);
    if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) rmSync(link);
    symlinkSync(relative(dirname(link), file), link);
  }
}

function buildLibraries() {
  const { status } = spawnSync(process.execPath, [join("node_modules", "typescript", "bin", "tsc"), "-b"], { stdio: "inherit" });
  if (status !== 0) process.exit(1);
}

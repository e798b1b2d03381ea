/**
 * What would be published, tried as a stranger would: packed, linted, installed into an empty folder, imported, type-checked against, and its
 * programs asked how they are used.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pack, stageIser } from "../package.mjs";
import { programs, root } from "../programs.mjs";

const bin = (/** @type {string} */ name) => join(root, "node_modules", ".bin", name);

process.chdir(root);
run(process.execPath, ["tools/build.mjs", "--programs"]);
run(bin("tsc"), ["-b", "iser"]);
const stage = stageIser();
run(bin("publint"), ["run", "--strict", stage]);
const tarball = pack(stage);
run(bin("attw"), ["--profile=esm-only", "--no-emoji", tarball]);

const folder = mkdtempSync(join(tmpdir(), "stranger-"));
try {
  writeFileSync(join(folder, "package.json"), '{ "name": "stranger", "private": true, "type": "module" }');
  run("npm", ["install", "--no-audit", "--no-fund", "--omit=optional", "--prefer-offline", tarball], folder);
  writeFileSync(join(folder, "index.ts"), 'import * as iser from "iser";\nconsole.log(Object.keys(iser).length > 0);\n');
  writeFileSync(join(folder, "index.mjs"), readFileSync(join(folder, "index.ts")));
  const options = {
    module: "nodenext",
    target: "es2023",
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    types: ["node"],
    typeRoots: [join(root, "node_modules/@types")],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files: ["index.ts"] }));
  run(bin("tsc"), ["-p", folder], folder);
  expectOutput(run(process.execPath, ["index.mjs"], folder), /^true$/m);
  for (const { name } of programs.filter(({ workspace }) => workspace === "iser")) {
    expectOutput(run(join(folder, "node_modules", ".bin", name), ["--help"], folder), /usage/i);
  }
} finally {
  rmSync(folder, { recursive: true });
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {string} [cwd]
 */
function run(program, args, cwd = root) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: "utf8" });
  if (status === 0) return stdout;
  throw new Error(`${program} ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
}

/**
 * @param {string} output
 * @param {RegExp} pattern
 */
function expectOutput(output, pattern) {
  if (pattern.test(output)) return;
  throw new Error(`expected ${pattern} in: ${output}`);
}

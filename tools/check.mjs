/**
 * `npm run check`: everything that can be said about the repository without running it. All parts run, whatever the others say;
 * what failed is printed in full, what passed in one line. `npm run check borders types` runs those two only.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { prepareDependencies } from "./prepare.mjs";
import { root } from "./programs.mjs";
import { writeResults } from "./results.mjs";

/** @param {string} folder */
const hasTypes = (folder) => existsSync(join(root, folder, "tsconfig.json"));
const bin = (/** @type {string} */ name) => `node_modules/.bin/${name}`;

/** `after` names a part that writes what this one reads. @typedef {{ name: string, what: string, commands: string[][], after?: string }} Part */

/** @type {Part[]} the longest first, so that it does not end up alone */
const parts = [
  {
    name: "types",
    what: "the compiler agrees, with the tests and the tools too",
    commands: [
      [bin("tsc"), "-b"],
      ...["tools", "kit/test", "lrc/src/web/app", "lrc/test", "lrc/test/interop/web", "iser/test"]
        .filter(hasTypes)
        .map((folder) => [bin("tsc"), "-p", folder]),
    ],
  },
  { name: "dead-code", what: "nothing is left over", commands: [[bin("knip"), "--no-progress"]] },
  { name: "borders", what: "nobody imports what is not theirs", commands: [["node", "tools/check/borders.mjs"]] },
  { name: "promises", what: "no promise is left alone, no state is forgotten", commands: [["node", "tools/check/promises.mjs"]] },
  { name: "format", what: "formatted, linted and imports in order", commands: [[bin("biome"), "ci", "--colors=off", "."]] },
  { name: "tidy", what: "the rules of the house", commands: [["node", "tools/check/tidy.mjs"]] },
  {
    name: "packages",
    what: "what would be published can be installed and imported",
    commands: [["node", "tools/check/packages.mjs"]],
    after: "types",
  },
];

prepareDependencies();
const chosen = process.argv.slice(2);
const unknown = chosen.find((name) => !parts.some((part) => part.name === name));
if (unknown !== undefined) {
  process.stderr.write(`There is no part ${unknown}; there are ${parts.map(({ name }) => name).join(", ")}.\n`);
  process.exit(2);
}

const waiting = parts.filter(({ name }) => chosen.length === 0 || chosen.includes(name));
/** @type {{ passed: number, failed: string[] }} */
const outcome = { passed: 0, failed: [] };
/** @type {Map<string, Promise<void>>} by part, once it has begun */
const begun = new Map();
await Promise.all(Array.from({ length: Math.min(availableParallelism(), waiting.length) }, work));

writeResults("check", { passed: outcome.passed, failed: outcome.failed.length, failures: outcome.failed });
process.stdout.write(
  outcome.failed.length === 0
    ? `\ncheck: ${outcome.passed} parts passed\n`
    : `\ncheck: ${outcome.passed} parts passed, failed: ${outcome.failed.join(", ")}\n`,
);
process.exit(outcome.failed.length === 0 ? 0 : 1);

/** Takes parts until none is left. */
async function work() {
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    const running = check(part);
    begun.set(part.name, running);
    await running;
  }
}

/** @param {Part} part */
async function check({ name, what, commands, after }) {
  if (after !== undefined) await begun.get(after);
  const began = performance.now();
  let output = "";
  let passed = true;
  for (const command of commands) {
    const result = await run(command);
    output += result.output;
    passed &&= result.passed;
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(`${passed ? "ok  " : "FAIL"}  ${name.padEnd(10)} ${seconds.padStart(5)} s  ${what}\n`);
  if (passed) outcome.passed += 1;
  else {
    outcome.failed.push(name);
    process.stdout.write(`${output.trimEnd().replace(/^/gm, "      ")}\n`);
  }
}

/**
 * @param {string[]} command
 * @returns {Promise<{ passed: boolean, output: string }>}
 */
function run([program = "", ...args]) {
  return new Promise((resolve) => {
    const child = spawn(program === "node" ? process.execPath : program, args, {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
    });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.on("error", (error) => resolve({ passed: false, output: `${output}${program}: ${error.message}\n` }));
    child.on("close", (code) => resolve({ passed: code === 0, output }));
  });
}

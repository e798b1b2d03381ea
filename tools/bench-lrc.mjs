/**
 * `npm run bench:lrc`: what a review adds to a commit. Each row is a commit with our hooks and the same commit without them, in turn, in a scratch
 * repository: medians of what the pairs differ by.
 *
 *   npm run bench:lrc -- [--rounds N] [--only REGEX]
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { median } from "./bench/pairs.mjs";
import { root } from "./programs.mjs";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "11" }, only: { type: "string", default: "." } } });
const rounds = Number(values.rounds);
if (!(rounds >= 1)) throw new Error("--rounds is a positive number");
const lrc = join(root, "node_modules", ".bin", "lrc");
const folder = mkdtempSync(join(tmpdir(), "lrc-bench-"));
const env = {
  ...process.env,
  HOME: folder,
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "a",
  GIT_AUTHOR_EMAIL: "a@b",
  GIT_COMMITTER_NAME: "a",
  GIT_COMMITTER_EMAIL: "a@b",
};

/** @typedef {Record<string, string>} Files paths and texts */
/** @typedef {{ name: string, goalMs: number, files: number, change: (round: number) => Files }} Row */

const languages = /** @type {const} */ ([
  ["js", (/** @type {number} */ n) => `export function f${n}(a, b) {\n  const sum = a + b * ${n};\n  return sum;\n}\n`],
  ["py", (/** @type {number} */ n) => `def f${n}(a, b):\n    total = a + b * ${n}\n    return total\n\n`],
  ["go", (/** @type {number} */ n) => `func f${n}(a int, b int) int {\n\tsum := a + b*${n}\n\treturn sum\n}\n`],
  ["java", (/** @type {number} */ n) => `class F${n} {\n  int f(int a, int b) { return a + b * ${n}; }\n}\n\n`],
  ["rs", (/** @type {number} */ n) => `fn f${n}(a: i64, b: i64) -> i64 {\n    let sum = a + b * ${n};\n    sum\n}\n`],
]);

/** @param {number} round @returns {Files} */
function thousandLines(round) {
  return Object.fromEntries(
    Array.from({ length: 20 }, (_, file) => {
      const [ending, text] = /** @type {typeof languages[number]} */ (languages[file % languages.length]);
      // Four lines each, so 13 times 20 files is a little more than a thousand.
      return [`src/r${round}/f${file}.${ending}`, Array.from({ length: 13 }, (_, n) => text(round * 1_000 + n)).join("")];
    }),
  );
}

/** @param {number} round */
const lockfile = (round) => Array.from({ length: 100_000 }, (_, n) => `    "package-${n}": "${round}.${n}.0",\n`).join("");

/** @type {readonly Row[]} */
const rows = [
  { name: "nothing to review", goalMs: 120, files: 100, change: (round) => ({ "yarn.lock": `${round}\n` }) },
  { name: "1,000 lines, 20 files, 5 languages", goalMs: 700, files: 100, change: thousandLines },
  { name: "lockfile of 100,000 lines", goalMs: 300, files: 100, change: (round) => ({ "package-lock.json": lockfile(round) }) },
  {
    name: "bundle of 2 MB in one line",
    goalMs: 300,
    files: 100,
    change: (round) => ({ "bundle.js": `x=${round};${"a=b+c;".repeat(350_000)}` }),
  },
  { name: "one line, among 100 files", goalMs: 700, files: 100, change: (round) => ({ "src/one.js": `export const one = ${round};\n` }) },
  {
    name: "one line, among 100,000 files",
    goalMs: 700,
    files: 100_000,
    change: (round) => ({ "src/one.js": `export const one = ${round};\n` }),
  },
];

/** @param {string} repository @param {Files} files */
function write(repository, files) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(repository, path)), { recursive: true });
    writeFileSync(join(repository, path), text);
  }
}

/** @param {string} repository @param {readonly string[]} args */
function git(repository, ...args) {
  execFileSync("git", args, { cwd: repository, env, stdio: "ignore" });
}

/** @param {Row} row */
function measure({ name, files, change }) {
  const repository = join(folder, name.replaceAll(/\W+/g, "-"));
  mkdirSync(repository);
  git(repository, "init", "-q");
  // A hundred thousand new objects would be packed while others are measured.
  git(repository, "config", "gc.auto", "0");
  for (let file = 0; file < files; file += 1) write(repository, { [`d${file >> 9}/f${file}.txt`]: `${file}\n` });
  git(repository, "add", "--all");
  git(repository, "commit", "-q", "-m", "first");
  execFileSync(lrc, ["hooks", "install"], { cwd: repository, env, stdio: "ignore" });
  /** @type {{ with: number[], without: number[] }} */
  const times = { with: [], without: [] };
  let memory = 0;
  for (let round = 0; round < 2 * rounds; round += 1) {
    const paths = change(round);
    write(repository, paths);
    git(repository, "add", "--", ...Object.keys(paths));
    // Who goes first changes with each pair.
    const reviewed = round % 4 === 0 || round % 4 === 3;
    const began = performance.now();
    const { status } = spawnSync("git", ["commit", "-q", "-m", "x"], {
      cwd: repository,
      env: { ...env, ...(reviewed ? {} : { LRC: "0" }) },
      stdio: "ignore",
    });
    times[reviewed ? "with" : "without"].push(performance.now() - began);
    if (status !== 0) throw new Error(`${name}: the commit ended with ${status}`);
    const message = execFileSync("git", ["log", "-1", "--format=%B"], { cwd: repository, env }).toString();
    if (message.includes("Lrc-Review: ") !== reviewed) throw new Error(`${name}: the hooks did not do what is measured`);
    if (round === 2 * rounds - 1) {
      memory =
        Number(
          execFileSync(
            "/bin/sh",
            [
              "-c",
              `command -v /usr/bin/time >/dev/null && /usr/bin/time -f %M "$0" review --commit HEAD 2>&1 >/dev/null | tail -1 || echo 0`,
              lrc,
            ],
            { cwd: repository, env },
          )
            .toString()
            .trim(),
        ) || 0;
    }
  }
  rmSync(repository, { recursive: true, force: true });
  return { added: median(times.with.map((time, index) => time - (times.without[index] ?? 0))), without: median(times.without), memory };
}

try {
  process.stdout.write(`Medians of ${rounds} alternating pairs of commits, with the hooks and with LRC=0.\n\n`);
  process.stdout.write("| the commit | without | the review adds | goal | memory |\n| --- | ---: | ---: | ---: | ---: |\n");
  for (const row of rows.filter(({ name }) => new RegExp(values.only).test(name))) {
    const { added, without, memory } = measure(row);
    const mebibytes = memory === 0 ? "" : `${Math.round(memory / 1024)} MiB`;
    process.stdout.write(`| ${row.name} | ${Math.round(without)} ms | ${Math.round(added)} ms | ${row.goalMs} ms | ${mebibytes} |\n`);
  }
  process.stdout.write(`\nRepeat it with: npm run bench:lrc -- --rounds ${rounds}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

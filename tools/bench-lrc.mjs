/**
 * `npm run bench:lrc`: what a review adds to a commit. Each row is a commit with our hooks and the same commit without any, in turn, in a scratch
 * repository: medians of what the pairs differ by. Repositories of different size are measured in turn, too.
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

/** Two repositories that differ in their number of files only, to be measured in turn. */
const among = [100, 100_000].map((files) => ({
  name: `one line, among ${files.toLocaleString("en")} files`,
  goalMs: 700,
  files,
  change: (/** @type {number} */ round) => ({ "src/one.js": `export const one = ${round};\n` }),
}));

/** @param {Row} row @returns {string} */
function prepare({ name, files }) {
  const repository = join(folder, name.replaceAll(/\W+/g, "-"));
  mkdirSync(repository);
  git(repository, "init", "-q");
  // A hundred thousand new objects would be packed while others are measured.
  git(repository, "config", "gc.auto", "0");
  for (let file = 0; file < files; file += 1) write(repository, { [`d${file >> 9}/f${file}.txt`]: `${file}\n` });
  git(repository, "add", "--all");
  git(repository, "commit", "-q", "-m", "first");
  execFileSync(lrc, ["hooks", "install"], { cwd: repository, env, stdio: "ignore" });
  return repository;
}

/** @typedef {{ row: Row, repository: string, with: number[], without: number[] }} Course a row with what was measured of it */

/**
 * One commit: with the hooks as they are installed, or where Git finds no hooks at all.
 *
 * @param {Course} course @param {number} round @param {boolean} isReviewed
 */
function commit({ row, repository, ...times }, round, isReviewed) {
  const paths = row.change(round);
  write(repository, paths);
  git(repository, "add", "--", ...Object.keys(paths));
  const began = performance.now();
  const { status } = spawnSync("git", [...(isReviewed ? [] : ["-c", "core.hooksPath=/dev/null"]), "commit", "-q", "-m", "x"], {
    cwd: repository,
    env,
    stdio: "ignore",
  });
  times[isReviewed ? "with" : "without"].push(performance.now() - began);
  if (status !== 0) throw new Error(`${row.name}: the commit ended with ${status}`);
  const message = execFileSync("git", ["log", "-1", "--format=%B"], { cwd: repository, env }).toString();
  if (message.includes("Lrc-Review: ") !== isReviewed) throw new Error(`${row.name}: the hooks did not do what is measured`);
}

/** @param {string} repository the largest the program becomes in the hook, in KiB; 0 where that cannot be said */
function memoryOf(repository) {
  const measured = `command -v /usr/bin/time >/dev/null && /usr/bin/time -f %M "$0" review --commit HEAD 2>&1 >/dev/null | tail -1 || echo 0`;
  return Number(execFileSync("/bin/sh", ["-c", measured, lrc], { cwd: repository, env }).toString().trim()) || 0;
}

/**
 * Rows that are measured in turn, pair by pair, so that what the machine does meanwhile happens to all of them.
 *
 * @param {readonly Row[]} rows
 */
function measure(rows) {
  /** @type {readonly Course[]} */
  const courses = rows.map((row) => ({ row, repository: prepare(row), with: [], without: [] }));
  // The first commit of a repository finds nothing in the caches of the system.
  for (const course of courses) commit({ ...course, with: [], without: [] }, 0, true);
  for (let pair = 0; pair < rounds; pair += 1) {
    for (const course of pair % 2 === 0 ? courses : courses.toReversed()) {
      // Who goes first changes with each pair.
      for (const [turn, isReviewed] of (pair % 2 === 0 ? [true, false] : [false, true]).entries())
        commit(course, 1 + 2 * pair + turn, isReviewed);
    }
  }
  return courses.map(({ row, repository, ...times }) => {
    const memory = memoryOf(repository);
    rmSync(repository, { recursive: true, force: true });
    const added = times.with.map((time, index) => time - (times.without[index] ?? 0));
    return { row, added, memory, reviewed: times.with, without: median(times.without) };
  });
}

try {
  process.stdout.write(`Medians of ${rounds} alternating pairs of commits, with the hooks and without any.\n\n`);
  process.stdout.write("| the commit | without | the review adds | goal | memory |\n| --- | ---: | ---: | ---: | ---: |\n");
  const wanted = new RegExp(values.only);
  for (const group of [...rows.map((row) => [row]), among].filter((group) => group.some(({ name }) => wanted.test(name)))) {
    const results = measure(group);
    for (const { row, added, memory, without } of results) {
      const mebibytes = memory === 0 ? "" : `${Math.round(memory / 1024)} MiB`;
      process.stdout.write(
        `| ${row.name} | ${Math.round(without)} ms | ${Math.round(median(added))} ms | ${row.goalMs} ms | ${mebibytes} |\n`,
      );
    }
    const [few, many] = results;
    if (few === undefined || many === undefined) continue;
    /** @param {readonly number[]} of @param {readonly number[]} to */
    const ratio = (of, to) => median(of.map((time, index) => time / (to[index] ?? time))).toFixed(2);
    process.stdout.write(
      `\n${many.row.files.toLocaleString("en")} files against ${few.row.files}, medians of pairs: what the review adds ${ratio(many.added, few.added)} times, the whole commit ${ratio(many.reviewed, few.reviewed)} times.\n`,
    );
  }
  process.stdout.write(`\nRepeat it with: npm run bench:lrc -- --rounds ${rounds}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

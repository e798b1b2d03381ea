/**
 * `node tools/rules-corpus/changes.mjs removals|refactorings [GITDIR…] [--files N] [--seed N] [--half learn|kept] [--misses]`: changes that are made of the files of clones by their syntax
 * trees, and how many of them have a finding at warning or above. `removals` take one check away, so each should have one; `refactorings` change nothing that the
 * code does, so none should. Those that no tree makes are written by hand. The same seed makes the same changes. Files are parted by their names: what `--half kept` has is for measuring only.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { refactorings } from "./refactorings.mjs";
import { removals } from "./removals.mjs";
import { rulesOfNow } from "./rules-of-now.mjs";
import { writtenRefactorings, writtenRemovals } from "./written-changes.mjs";

const [what = "", ...rest] = process.argv.slice(2);
const option = (/** @type {string} */ name, /** @type {string} */ otherwise) =>
  rest.includes(name) ? (rest[rest.indexOf(name) + 1] ?? "") : otherwise;
const mutations = what === "removals" ? removals : what === "refactorings" ? refactorings : undefined;
const clones = rest.filter((text, at) => !text.startsWith("--") && !/^--(?:files|seed|half)$/.test(rest[at - 1] ?? ""));
if (mutations === undefined) {
  process.stderr.write("changes.mjs removals|refactorings [GITDIR…] [--files N] [--seed N] [--half learn|kept] [--misses]\n");
  process.exit(2);
}
const seed = Number(option("--seed", "1"));
const half = option("--half", "learn");
const most = Number(option("--files", "60"));

const { createRuleEngine, changedFile, parse } = await rulesOfNow();
const engine = createRuleEngine();
const rules = new Map(engine.rules.map((rule) => [rule.id, rule]));
/** @type {Readonly<Record<string, import("../../lrc/src/rules/rule.ts").Language>>} */
const languages = {
  ts: "typescript",
  tsx: "tsx",
  js: "javascript",
  mjs: "javascript",
  py: "python",
  go: "go",
  java: "java",
  rs: "rust",
  cs: "csharp",
  php: "php",
  rb: "ruby",
  c: "c",
};
const tests = /(^|\/)(tests?|__tests__|specs?)\/|[._-](test|spec)\.|(^|\/)test_|_test\.|Tests?\.(java|cs|php)$|_spec\.rb$/;

let state = seed;
/** A number below one, the next of its row. */
function number() {
  state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
  return state / 2_147_483_648;
}

/** @type {Map<string, { made: number, flagged: number }>} */
const counts = new Map();
/** @param {string} key @param {boolean} isFlagged */
function count(key, isFlagged) {
  const now = counts.get(key) ?? { made: 0, flagged: 0 };
  counts.set(key, { made: now.made + 1, flagged: now.flagged + (isFlagged ? 1 : 0) });
}

for (const clone of clones) {
  for (const path of filesOf(clone)) {
    const text = git(clone, "cat-file", "blob", `HEAD:${path}`);
    const language = languages[path.slice(path.lastIndexOf(".") + 1)];
    if (language === undefined || text.length < 800 || text.length > 60_000 || text.includes("\r")) continue;
    const root = parse(language, text);
    const all = (/** @type {string[]} */ ...kinds) => {
      const wanted = new Set(kinds);
      /** @type {import("@ast-grep/napi").SgNode[]} */
      const found = [];
      const walk = (/** @type {import("@ast-grep/napi").SgNode} */ node) => {
        if (wanted.has(String(node.kind())) && node.isNamed()) found.push(node);
        for (const child of node.children()) walk(child);
      };
      walk(root);
      return found;
    };
    for (const [name, mutation] of Object.entries(mutations)) {
      const choices = mutation({ root, text, language, isTest: tests.test(path), all, number });
      const edits = choices[Math.floor(number() * choices.length)];
      if (edits === undefined) continue;
      let now = text;
      for (const { start, end, text: put } of edits.toSorted((one, other) => other.start - one.start))
        now = now.slice(0, start) + put + now.slice(end);
      if (now === text) continue;
      const file = changedFile(path, text, now);
      const { reports } = await engine.check([file], [], new AbortController().signal);
      const shown = reports.filter(({ ruleId, severity }) => (severity ?? rules.get(ruleId)?.severity) !== "info");
      count(name, shown.length > 0);
      count(`  ${language}`, shown.length > 0);
      if (rest.includes("--misses") && half !== "kept" && shown.length > 0 === (what === "refactorings")) {
        const lines = file.diff.hunks.flatMap((hunk) => hunk.lines).filter((line) => line.kind !== "context");
        process.stdout.write(
          `${name} · ${path} · ${shown.map(({ ruleId }) => ruleId).join(", ")}\n${lines
            .slice(0, 9)
            .map((line) => `  ${line.kind === "added" ? "+" : "-"}${line.text.slice(0, 140)}\n`)
            .join("")}`,
        );
      }
    }
  }
}
for (const [path, before, after] of what === "removals" ? writtenRemovals : writtenRefactorings) {
  const { reports } = await engine.check([changedFile(path, before, after)], [], new AbortController().signal);
  const shown = reports.filter(({ ruleId, severity }) => (severity ?? rules.get(ruleId)?.severity) !== "info");
  count("written by hand", shown.length > 0);
  if (rest.includes("--misses") && shown.length > 0 === (what === "refactorings"))
    process.stdout.write(`written · ${path} · ${shown.map(({ ruleId }) => ruleId).join(", ")}\n${before.slice(0, 200)}`);
}

let [made, flagged] = [0, 0];
process.stdout.write("| change | made | flagged | share |\n| --- | --: | --: | --: |\n");
for (const [key, row] of counts) {
  process.stdout.write(`| ${key} | ${row.made} | ${row.flagged} | ${Math.round((100 * row.flagged) / row.made)} % |\n`);
  if (key.startsWith(" ")) continue;
  made += row.made;
  flagged += row.flagged;
}
process.stdout.write(`| all | ${made} | ${flagged} | ${Math.round((100 * flagged) / made)} % |\n`);

/** @param {string} clone */
function filesOf(clone) {
  return git(clone, "ls-tree", "-r", "--name-only", "HEAD")
    .split("\n")
    .filter(
      (path) =>
        (createHash("sha1").update(path).digest()[0] ?? 0) % 2 === (half === "kept" ? 1 : 0) &&
        /\.(?:tsx?|mjs|jsx?|py|go|java|rs|cs|php|rb|c)$/.test(path) &&
        !/vendor|dist\/|node_modules|fixtures|\.d\.ts$|\.min\./.test(path),
    )
    .map((path) => ({ path, order: createHash("sha1").update(`${seed}${path}`).digest("hex") }))
    .toSorted((one, other) => (one.order < other.order ? -1 : 1))
    .slice(0, most)
    .map(({ path }) => path);
}

/** @param {string} clone @param {string[]} words */
function git(clone, ...words) {
  return spawnSync("git", ["--git-dir", clone, ...words], { encoding: "utf8", maxBuffer: 1 << 28 }).stdout;
}

/**
 * The rules of the house that no bought tool knows. Each is a function from a file to the places that break it, with the reason as its sentence.
 * They are tried on a file that breaks each of them before they are believed.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync, Visitor, visitorKeys } from "oxc-parser";
import { programs, root } from "../programs.mjs";

/** A file longer than this usually holds two concepts. */
const longestFile = 450;
const longestTest = 600;
const longestExpression = 140;

/** Those that hold one concept all the same, each with the reason why it is so long. */
const longFiles = new Map(
  /** @type {[string, string][]} */ ([["lrc/src/rules/builtin/index.ts", "a list with two lines for each rule, which a test writes"]]),
);

/** @typedef {{ path: string, text: string, lines: string[], isTest: boolean }} Source */
/** @typedef {{ line: number, what: string }} Finding */
/** @typedef {{ name: string, why: string, find: (source: Source) => Finding[], broken: { path: string, text: string } }} Rule */

/** Globals that reach into the world, and the only places where they may. */
const ambient = [
  {
    names: ["setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "Date", "performance"],
    // Between two files the rule engine waits for nothing: it lets whoever aborts have a turn. A thread that stays awake asks for the next turn of its event loop.
    // Retry-After may be a date, which is parsed.
    home: /^kit\/src\/clock\/|^iser\/src\/socket\/busy-poll\.ts$|^lrc\/src\/rules\/engine\.ts$|^lrc\/src\/connectors\/connector-error\.ts$|^lrc\/src\/web\/app\//,
    why: "time comes from the Clock that is handed in",
  },
  {
    names: ["crypto", "Math.random"],
    home: /^kit\/src\/clock\//,
    why: "chance comes from the Random that is handed in, or a run is no function of a seed",
  },
  {
    names: ["process"],
    home: /^kit\/src\/cli\/|^iser\/src\/socket\/|^lrc\/src\/connectors\/(process-group|process-tree|packages)\.ts$|\/main\.ts$/,
    why: "arguments, environment, signals and exit belong to a program's main and to kit/cli, the mode of a socket to socket, ending programs to who started them",
  },
  { names: ["console"], home: /^$/, why: "output goes to the stream that is handed in" },
  { names: ["fetch", "WebSocket", "EventSource"], home: /^lrc\/src\/(connectors|web\/app)\//, why: "only connectors ask the network" },
];

/** Names that say nothing about what is inside. */
const emptyNames = /(^|[/-])(utils?|helpers?|common|misc|managers?|shared|stuff)(\.|\/|-|$)/;

/** @type {Rule[]} */
const rules = [
  {
    name: "length",
    why: `a file over ${longestFile} lines (a test over ${longestTest}) usually holds two concepts: divide it, or list it in tools/check/tidy.mjs with the reason`,
    find: ({ path, lines, isTest }) =>
      lines.length > (isTest ? longestTest : longestFile) && !longFiles.has(path)
        ? [{ line: lines.length, what: `${lines.length} lines` }]
        : [],
    broken: { path: "iser/src/scsi/a.ts", text: "\n".repeat(longestFile + 1) },
  },
  {
    name: "name",
    why: "a file is named by the field's word for the one concept in it",
    find: ({ path }) => (emptyNames.test(path) ? [{ line: 1, what: path }] : []),
    broken: { path: "iser/src/scsi/sense-utils.ts", text: "" },
  },
  {
    name: "expression",
    why: `a regular expression that does not fit on a line of ${longestExpression} characters is read by nobody: lay it out with verbose (lrc/src/rules/text/verbose.ts)`,
    find: longExpressions,
    broken: { path: "lrc/src/rules/a.ts", text: `const a = /${"a|".repeat(longestExpression)}/;` },
  },
  {
    name: "silenced",
    why: "what the compiler and the linters say is answered, not silenced; where they are wrong, a reason of a sentence stands behind the directive",
    find: ({ lines }) =>
      linesWith(
        lines,
        /@ts-(ignore|nocheck)\b|@ts-expect-error\s*(\*\/)?\s*$|(biome-ignore[^:]*|oxlint-disable[\w-]*(\s+[\w/-]+)?)\s*(\*\/)?\s*$/,
      ),
    broken: { path: "iser/src/scsi/a.ts", text: "// @ts-expect-error\n" },
  },
  {
    name: "skipped",
    why: "a test that does not run proves nothing, and one that runs alone hides the others",
    find: ({ lines, isTest }) =>
      isTest ? linesWith(lines, /\b(it|test|describe|suite|bench)\.(only|skip|todo|fails|skipIf|runIf)\b/) : [],
    broken: { path: "iser/src/scsi/a.test.ts", text: 'it.skip("", () => {});' },
  },
  {
    name: "ambient",
    why: "time, chance, the process and the network are handed in by whoever constructs",
    find: ambientUses,
    broken: { path: "iser/src/scsi/a.ts", text: "const a = Date.now();" },
  },
  {
    name: "chance",
    why: "unpredictable bytes come from the Random that is handed in",
    find: ({ path, lines, isTest }) =>
      isTest || path.startsWith("kit/src/clock/")
        ? []
        : linesWith(lines, /\b(randomBytes|randomUUID|randomInt|randomFill|randomFillSync|getRandomValues)\b/),
    broken: { path: "iser/src/scsi/a.ts", text: 'import { randomBytes } from "node:crypto";' },
  },
];

/**
 * @param {string[]} lines
 * @param {RegExp} pattern
 * @returns {Finding[]}
 */
function linesWith(lines, pattern) {
  return lines.flatMap((text, index) => (pattern.test(text) ? [{ line: index + 1, what: text.trim() }] : []));
}

/**
 * @param {Source} source
 * @returns {Finding[]}
 */
function ambientUses({ path, text, isTest }) {
  if (isTest) return [];
  const forbidden = new Map(ambient.filter(({ home }) => !home.test(path)).flatMap(({ names, why }) => names.map((name) => [name, why])));
  const { program } = parseSync(path, text);
  const declared = new Set(/** @type {string[]} */ ([]));
  /** @type {{ name: string, start: number }[]} */
  const used = [];
  walk(program, undefined, "");
  return used
    .filter(({ name }) => forbidden.has(name) && !declared.has(name))
    .map(({ name, start }) => ({ line: text.slice(0, start).split("\n").length, what: `${name}: ${forbidden.get(name)}` }));

  /**
   * @param {any} node
   * @param {any} parent
   * @param {string} key the parent's field that holds this node
   */
  function walk(node, parent, key) {
    if (node.type === "MemberExpression" && node.object.name === "Math" && node.property.name === "random") {
      used.push({ name: "Math.random", start: node.start });
    }
    // A moment that is given is turned into a date; only one without arguments asks the machine for the time.
    if (node.type === "NewExpression" && node.callee.name === "Date" && node.arguments.length > 0) {
      for (const argument of node.arguments) walk(argument, node, "arguments");
      return;
    }
    // Later in this very tick: no clock is asked.
    if (node.type === "MemberExpression" && node.object.name === "process" && node.property.name === "nextTick") return;
    if (node.type === "Identifier") {
      if (declares(parent, key)) declared.add(node.name);
      else if (!isOnlyAName(parent, key)) used.push({ name: node.name, start: node.start });
    }
    for (const field of visitorKeys[node.type] ?? []) {
      const child = node[field];
      for (const one of Array.isArray(child) ? child : [child]) if (one?.type !== undefined) walk(one, node, field);
    }
  }
}

/**
 * @param {Source} source
 * @returns {Finding[]}
 */
function longExpressions({ path, text, isTest }) {
  /** @type {Finding[]} */
  const found = [];
  if (!isTest) new Visitor({ Literal: look }).visit(parseSync(path, text).program);
  return found;

  /** @param {any} literal */
  function look({ regex, start }) {
    if (regex === undefined || regex.pattern.length <= longestExpression) return;
    found.push({ line: text.slice(0, start).split("\n").length, what: `${regex.pattern.length} characters` });
  }
}

/**
 * @param {any} parent
 * @param {string} key
 */
function declares(parent, key) {
  if (/^Import.*Specifier$/.test(parent.type)) return key === "local";
  return (
    (key === "id" && !parent.type.startsWith("TS")) ||
    key === "params" ||
    (parent.type === "Property" && key === "value" && parent.shorthand)
  );
}

/**
 * A property, a key or a type: the word is there, the global is not.
 * @param {any} parent
 * @param {string} key
 */
function isOnlyAName(parent, key) {
  if (parent.type.startsWith("TS")) return key !== "expression";
  return (key === "property" || key === "key") && !parent.computed;
}

/** @returns {string[]} what is wrong in the manifests and the lockfile */
function manifestFaults() {
  const faults = [];
  const manifests = ["package.json", "kit/package.json", "lrc/package.json", "iser/package.json"];
  for (const path of manifests) {
    const manifest = JSON.parse(readFileSync(path, "utf8"));
    for (const kind of ["dependencies", "devDependencies", "optionalDependencies", "overrides"]) {
      for (const [name, version] of Object.entries(manifest[kind] ?? {})) {
        if (typeof version === "string" && !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) {
          faults.push(`${path}: ${name} is asked for as ${version}. Versions are exact: what was tested is what gets installed.`);
        }
      }
    }
    for (const [name, file] of Object.entries(manifest.bin ?? {})) {
      if (!programs.some((program) => program.name === name && join(path, "..", file) === program.file)) {
        faults.push(`${path}: the program ${name} (${file}) is not built by tools/programs.mjs`);
      }
    }
    for (const [name, { source }] of Object.entries(manifest.imports ?? {})) {
      if (!existsSync(join(path, "..", source))) faults.push(`${path}: ${name} leads to ${source}, which does not exist`);
    }
  }
  for (const { name, workspace } of programs) {
    if (JSON.parse(readFileSync(join(workspace, "package.json"), "utf8")).bin?.[name] === undefined) {
      faults.push(`${workspace}/package.json does not list the program ${name}, which is built`);
    }
  }
  const { version } = JSON.parse(readFileSync("iser/package.json", "utf8"));
  if (!readFileSync("iser/src/manual/version.ts", "utf8").includes(`"${version}"`)) {
    faults.push(`iser/src/manual/version.ts does not say ${version}, which is the version in iser/package.json`);
  }
  if (/"resolved": "https?:/.test(readFileSync("package-lock.json", "utf8"))) {
    faults.push("package-lock.json names a registry's host. It says versions and hashes only: see .npmrc, and make it anew.");
  }
  return faults;
}

/** @param {{ path: string, text: string }} file */
function sourceOf({ path, text }) {
  return { path, text, lines: text.split("\n"), isTest: /\.test\.ts$|\/test\/|\/testing\//.test(path) };
}

process.chdir(root);
for (const { name, find, broken } of rules) {
  if (find(sourceOf(broken)).length === 0) throw new Error(`the rule "${name}" does not notice a file that breaks it`);
}

const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "kit", "lrc", "iser"], { encoding: "utf8" });
const sources = listed
  .split("\n")
  .filter((path) => path.endsWith(".ts") && existsSync(path))
  .map((path) => sourceOf({ path, text: readFileSync(path, "utf8") }));

let findings = 0;
for (const { name, why, find } of rules) {
  const places = sources.flatMap((source) => find(source).map(({ line, what }) => `  ${source.path}:${line}  ${what}`));
  if (places.length === 0) continue;
  findings += places.length;
  process.stdout.write(`${name}: ${why}\n${places.join("\n")}\n`);
}
for (const path of longFiles.keys()) {
  if (sources.some((source) => source.path === path && source.lines.length > longestFile)) continue;
  findings += 1;
  process.stdout.write(`${path} is listed as a long file in tools/check/tidy.mjs, and is not one any more\n`);
}
for (const fault of manifestFaults()) {
  findings += 1;
  process.stdout.write(`${fault}\n`);
}
process.stdout.write(`${sources.length} files, ${findings} findings\n`);
process.exit(findings === 0 ? 0 : 1);

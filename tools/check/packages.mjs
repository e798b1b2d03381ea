/**
 * What would be published, tried as a stranger would: packed, linted, looked through, installed into an empty folder, imported, type-checked against, and
 * its programs used.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { pack, stageIser, stageLrc } from "../package.mjs";
import { programs, root } from "../programs.mjs";

/** What a client of the Model Context Protocol says first. */
const initialize = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "stranger", version: "0" } },
};

const bin = (/** @type {string} */ name) => join(root, "node_modules", ".bin", name);

process.chdir(root);
run(process.execPath, ["tools/build.mjs", "--programs"]);
run(bin("tsc"), ["-b", "iser"]);
const iser = packed(stageIser());
const lrc = packed(await stageLrc());
run(bin("attw"), ["--profile=esm-only", "--no-emoji", iser]);

const folder = mkdtempSync(join(tmpdir(), "stranger-"));
try {
  await tryLibrary(emptyProject("iser", ["--omit=optional", iser]));
  await tryReviews(emptyProject("git-lrc", [lrc]));
} finally {
  rmSync(folder, { recursive: true });
}

/**
 * Packs a stage and looks at what is in it.
 * @param {string} stage
 * @returns {string} the tarball
 */
function packed(stage) {
  run(bin("publint"), ["run", "--strict", stage]);
  const { tarball, files } = pack(stage);
  const manifest = JSON.parse(readFileSync(join(stage, "package.json"), "utf8"));
  const wanted = ["README.md", "LICENSE", ...Object.values(manifest.bin), ...manifest.man];
  const missing = wanted.filter((file) => !files.includes(file));
  if (missing.length > 0) throw new Error(`${tarball} lacks ${missing.join(", ")}`);
  const foreign = files.filter((file) => /(^|\/)(tests?|testing)\/|\.test\.|\.map$|\.tsbuildinfo$|\.tsx?$(?<!\.d\.ts)|(^|\/)\./.test(file));
  if (foreign.length > 0) throw new Error(`${tarball} holds ${foreign.join(", ")}`);
  const places = [root, ...(homedir() === "/" ? [] : [`${homedir()}/`])];
  const telling = files.filter((file) => places.some((place) => readFileSync(join(stage, file), "latin1").includes(place)));
  if (telling.length > 0) throw new Error(`it can be read where these were made: ${telling.join(", ")}`);
  // In a registry the toolbox's name belongs to somebody else.
  if ("kit" in { ...manifest.dependencies, ...manifest.optionalDependencies }) throw new Error(`${tarball} asks for the toolbox`);
  return tarball;
}

/**
 * A folder with nothing but what npm puts into it.
 * @param {string} name
 * @param {string[]} what npm is asked for
 */
function emptyProject(name, what) {
  const project = join(folder, name);
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), '{ "name": "stranger", "private": true, "type": "module" }');
  run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", ...what], project);
  if (existsSync(join(project, "node_modules", "kit"))) throw new Error(`${name} brings somebody else's kit`);
  return project;
}

/** @param {string} project */
async function tryLibrary(project) {
  writeFileSync(join(project, "index.ts"), 'import * as iser from "iser";\nconsole.log(Object.keys(iser).length > 0);\n');
  writeFileSync(join(project, "index.mjs"), readFileSync(join(project, "index.ts")));
  const options = {
    module: "nodenext",
    target: "es2023",
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    types: ["node"],
    typeRoots: [join(root, "node_modules/@types")],
  };
  const readme = readFileSync(join(project, "node_modules", "iser", "README.md"), "utf8");
  const examples = [...readme.matchAll(/^```ts\n(.*?)^```/gms)].map(([, text = ""], at) => {
    for (const ending of ["ts", "mjs"]) writeFileSync(join(project, `example-${at}.${ending}`), text);
    return `example-${at}`;
  });
  writeFileSync(
    join(project, "tsconfig.json"),
    JSON.stringify({ compilerOptions: options, files: ["index.ts", ...examples.map((name) => `${name}.ts`)] }),
  );
  run(bin("tsc"), ["-p", project], project);
  expectOutput(run(process.execPath, ["index.mjs"], project), /^true$/m);
  await tryExamples(project, examples);
  for (const { name } of programs.filter(({ workspace }) => workspace === "iser")) {
    expectOutput(run(installed(project, name), ["--help"], project), /usage/i);
  }
}

/**
 * The README's examples: the first on a disk of anybody's, the others at a portal that wants to know who asks.
 * @param {string} project
 * @param {string[]} examples
 */
async function tryExamples(project, examples) {
  const secret = "a secret of the check";
  const place = ["target", "--listen", "127.0.0.1:0", "--target", "iqn.2026-11.example:disk", "--lun", "mem:1M"];
  for (const flags of [[], ["--chap", `me:${secret}`, "--discovery-chap", `me:${secret}`]]) {
    const target = spawn(installed(project, "iser"), [...place, ...flags], { stdio: ["ignore", "pipe", "inherit"] });
    const ended = new Promise((resolve) => target.once("close", resolve));
    try {
      let said = "";
      for await (const chunk of target.stdout) {
        said += chunk;
        if (said.includes("\n")) break;
      }
      const url = /iscsi:\S+/.exec(said)?.[0] ?? "";
      const env = { ...process.env, DISK_URL: url, PORTAL_URL: url, DISK_SECRET: secret };
      for (const name of flags.length === 0 ? examples.slice(0, 1) : examples.slice(1)) {
        run(process.execPath, [`${name}.mjs`], project, { env });
      }
    } finally {
      target.kill();
      await ended;
    }
  }
}

/**
 * From the hooks to the page: each of the program's parts is loaded once, and its packages with native code.
 * @param {string} project
 */
async function tryReviews(project) {
  const program = installed(project, "lrc");
  for (const name of ["lrc", "git-lrc"]) expectOutput(run(installed(project, name), ["--help"], project), /usage/i);
  const home = join(project, "home");
  const repository = join(project, "repository");
  mkdirSync(home);
  mkdirSync(repository);
  const env = {
    PATH: `${join(project, "node_modules", ".bin")}:${process.env.PATH}`,
    HOME: home,
    LRC_OFFLINE: "1",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: "Stranger",
    GIT_AUTHOR_EMAIL: "stranger@example.org",
    GIT_COMMITTER_NAME: "Stranger",
    GIT_COMMITTER_EMAIL: "stranger@example.org",
  };
  const here = (/** @type {string} */ command, /** @type {string[]} */ args, exitCode = 0) =>
    run(command, args, repository, { env, exitCode });
  here("git", ["init", "--quiet"]);
  writeFileSync(join(repository, "find.js"), 'export const find = (name) => db.query("SELECT * FROM t WHERE n = \'" + name + "\'");\n');
  here("git", ["add", "."]);
  expectOutput(here(program, ["review", "--format", "json"], 1), /"ruleId": ?"injection\/sql"/);
  expectOutput(here(program, ["review", "--format", "html", "--fail-on", "never"]), /<script/);
  here("git", ["lrc", "hooks", "install"]);
  here("git", ["commit", "--quiet", "-m", "first"]);
  expectOutput(here(program, ["query", "SELECT action FROM commits"]), /ran/);
  here(program, ["connectors", "list"]);
  expectOutput(run(program, ["mcp"], repository, { env, input: `${JSON.stringify(initialize)}\n` }), /"serverInfo"/);
  await tryPage(program, repository, env);
}

/**
 * @param {string} program
 * @param {string} cwd
 * @param {Record<string, string>} env
 */
async function tryPage(program, cwd, env) {
  const child = spawn(program, ["ui"], { cwd, env, stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise((resolve) => child.once("close", resolve));
  try {
    let said = "";
    for await (const chunk of child.stderr) {
      said += chunk;
      if (/http:\S+#\S+\s/.test(said)) break;
    }
    const address = /http:[^\s#]+/.exec(said)?.[0] ?? "";
    const page = await (await fetch(address)).text();
    const script = /src="([^"]+\.js)"/.exec(page)?.[1] ?? "";
    const { status } = await fetch(new URL(script, address));
    if (status !== 200) throw new Error(`the page's script ${script} cannot be had: ${status}`);
  } finally {
    child.kill();
    await ended;
  }
}

/**
 * @param {string} project
 * @param {string} name
 */
function installed(project, name) {
  return join(project, "node_modules", ".bin", name);
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {string} [cwd]
 * @param {{ env?: NodeJS.ProcessEnv, exitCode?: number, input?: string }} [more]
 */
function run(program, args, cwd = root, { env = process.env, exitCode = 0, input = "" } = {}) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, input, encoding: "utf8" });
  if (status === exitCode) return stdout;
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

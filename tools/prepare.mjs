/**
 * What `npm start` and `npm test` do first: install what is not installed, build what is not built. Only what Node
 * itself brings is imported here, because this runs before anything is installed.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { programs, root } from "./programs.mjs";

const oldestNode = { major: 20, minor: 19 };
const lockfile = join(root, "package-lock.json");

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > oldestNode.major || (major === oldestNode.major && minor >= oldestNode.minor)) return;
  process.stderr.write(
    `This needs Node ${oldestNode.major}.${oldestNode.minor} or newer, and it is running on ${process.versions.node}.\n` +
      "Install a current Node (https://nodejs.org) and try again.\n",
  );
  process.exit(1);
}

/** Installs and builds what is missing or out of date; a second call costs a few milliseconds. Ends the process when it cannot. */
export function prepare() {
  prepareDependencies();
  if (!areProgramsBuilt()) build();
}

/** The first half of that, for what needs no program. */
export function prepareDependencies() {
  requireNode();
  process.chdir(root);
  if (!isInstalled()) install();
}

/** npm leaves a lockfile of its own in node_modules once everything is there: the two must name the same packages. */
function isInstalled() {
  const installedFile = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installedFile)) return false;
  const installed = JSON.parse(readFileSync(installedFile, "utf8")).packages;
  const wanted = JSON.parse(readFileSync(lockfile, "utf8")).packages;
  return Object.entries(wanted).every(
    ([path, { integrity, optional }]) =>
      integrity === undefined || installed[path]?.integrity === integrity || (optional && installed[path] === undefined),
  );
}

function install() {
  step("Installing what package-lock.json lists (npm ci)");
  const npm = process.env.npm_execpath;
  const options = ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  const result =
    npm === undefined
      ? spawnSync("npm", options, { stdio: "inherit" })
      : spawnSync(process.execPath, [npm, ...options], { stdio: "inherit" });
  if (result.status !== 0) {
    fail("npm ci failed; its messages are above. It needs to reach your npm registry (npm config get registry), or a filled npm cache.");
  }
}

function build() {
  step("Building the programs");
  const result = spawnSync(process.execPath, [join(root, "tools", "build.mjs"), "--programs"], { stdio: "inherit" });
  if (result.status !== 0) fail("The build failed; its messages are above.");
}

/** Where the build says what it was made of. */
export const programsStamp = join(root, "iser", "dist", "bin", ".built-from");

function areProgramsBuilt() {
  return (
    existsSync(programsStamp) &&
    readFileSync(programsStamp, "utf8") === sourcesFingerprint() &&
    programs.every(({ name, file }) => existsSync(join(root, file)) && existsSync(join(root, "node_modules", ".bin", name)))
  );
}

/** Changes whenever a file changes that the programs are made of: names, sizes and times, because reading them all takes longer than bundling. */
export function sourcesFingerprint() {
  const hash = createHash("sha256");
  hash.update(readFileSync(lockfile));
  const workspaces = ["kit", ...new Set(programs.map(({ workspace }) => workspace))];
  const files = workspaces.flatMap((workspace) => [...filesBelow(`${workspace}/src`), `${workspace}/package.json`]);
  for (const file of [...files, "tools/build.mjs", "tools/programs.mjs"].sort()) {
    const { size, mtimeMs } = statSync(join(root, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex");
}

/**
 * @param {string} folder relative to the root
 * @returns {string[]} sources that can end up in a program
 */
function filesBelow(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(path);
    return /\.(tsx?|css|html)$/.test(entry.name) && !entry.name.endsWith(".test.ts") ? [path] : [];
  });
}

/** @param {string} what */
function step(what) {
  process.stderr.write(`${what} …\n`);
}

/**
 * @param {string} sentence
 * @returns {never}
 */
function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

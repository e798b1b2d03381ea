/**
 * `npm run package`: makes what would be published of `iser` and of `git-lrc`, in .cache/packages, from what `npm run build` has built. The toolbox is no
 * package of its own (its name belongs to somebody else in the registry): in the programs it is bundled, and for the library the parts that it imports
 * travel inside.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { lrcManual } from "./lrc-manual.mjs";
import { programs, root } from "./programs.mjs";

/**
 * Copies the built library, its programs and its papers into a folder that npm can pack. Of the library's modules those are taken that its exports lead to:
 * what only tests or the programs import stays behind, and so does what an earlier build has left.
 * @returns {string} the folder
 */
export function stageIser() {
  const stage = emptyStage("iser");
  const { exports, imports, dependencies, ...rest } = manifestOf("iser");
  const places = { iser: join(root, "iser", "dist"), kit: join(root, "kit", "dist") };
  const inStage = (/** @type {string} */ file) =>
    file.startsWith(`${places.kit}/`) ? join("dist", "kit", relative(places.kit, file)) : join("dist", relative(places.iser, file));
  const packages = new Set(/** @type {string[]} */ ([]));
  /** @param {string} file @param {string} name what it imports; undefined is a package or a part of Node */
  const resolve = (file, name) => {
    if (name.startsWith(".")) return join(dirname(file), name.replace(/\.ts$/, ".js"));
    if (name.startsWith("#")) return join(root, "iser", imports[name].default);
    return name.startsWith("kit/") ? join(places.kit, name.slice("kit/".length), "index.js") : undefined;
  };
  const taken = new Set([join(root, "iser", exports["."].default)]);
  for (const module of taken) {
    for (const file of [module, module.replace(/\.js$/, ".d.ts")]) {
      const text = readFileSync(file, "utf8")
        .replace(/(\bfrom |\bimport\(|\bimport )"([^"]+)"/g, (whole, verb, name) => {
          const target = resolve(file, name);
          if (target === undefined) packages.add(name);
          else taken.add(target);
          if (target === undefined || !name.startsWith("kit/")) return whole;
          return `${verb}"${relative(dirname(inStage(file)), inStage(target)).replace(/^(?!\.)/, "./")}"`;
        })
        .replace(/^\/\/# sourceMappingURL=.*\n?/m, "");
      mkdirSync(dirname(join(stage, inStage(file))), { recursive: true });
      writeFileSync(join(stage, inStage(file)), text);
    }
  }
  placePrograms("iser", stage);
  for (const folder of ["man", "systemd"]) cpSync(join(root, "iser", folder), join(stage, folder), { recursive: true });
  writeManifest(stage, {
    ...rest,
    man: readdirSync(join(stage, "man")).map((page) => `man/${page}`),
    exports: withoutSources(exports),
    imports: withoutSources(Object.fromEntries(Object.entries(imports).filter(([name]) => taken.has(resolve("", name) ?? "")))),
    dependencies: only(dependencies, (name) => [...packages].some((one) => one === name || one.startsWith(`${name}/`))),
  });
  return stage;
}

/**
 * The same for `git-lrc`, which is programs and a page: what they are made of is in them, but for the packages with native code. Its second name is a link
 * that npm makes, not a second file.
 * @returns {Promise<string>} the folder
 */
export async function stageLrc() {
  const stage = emptyStage("lrc");
  placePrograms("lrc", stage);
  rmSync(join(stage, "dist", "bin", "git-lrc.mjs"));
  const page = join(root, "lrc", "dist", "page");
  cpSync(page, join(stage, "dist", "page"), { recursive: true, filter: (file) => !basename(file).startsWith(".") });
  mkdirSync(join(stage, "man"));
  writeFileSync(join(stage, "man", "lrc.1"), await lrcManual(join(stage, "dist", "bin", "lrc.mjs")));
  // `git lrc --help` asks man(1) for git-lrc(1).
  writeFileSync(join(stage, "man", "git-lrc.1"), ".so man1/lrc.1\n");
  const { imports: _, sideEffects: _effects, dependencies, optionalDependencies, ...rest } = manifestOf("lrc");
  const external = programs.filter(({ workspace }) => workspace === "lrc").flatMap((program) => program.external);
  const isLookedFor = (/** @type {string} */ name) =>
    external.some((pattern) => (pattern.endsWith("/*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern));
  writeManifest(stage, {
    ...rest,
    files: ["dist", "man"],
    bin: { lrc: "dist/bin/lrc.mjs", "git-lrc": "dist/bin/lrc.mjs" },
    man: ["man/lrc.1", "man/git-lrc.1"],
    dependencies: only(dependencies, isLookedFor),
    optionalDependencies: only(optionalDependencies, isLookedFor),
  });
  return stage;
}

/**
 * @param {string} workspace
 * @returns {string} a folder with the papers
 */
function emptyStage(workspace) {
  const stage = join(root, ".cache", "packages", workspace);
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  copyFileSync(join(root, workspace, "README.md"), join(stage, "README.md"));
  for (const paper of ["LICENSE", "CHANGELOG.md"]) copyFileSync(join(root, paper), join(stage, paper));
  return stage;
}

/**
 * Copies the programs with the parts that they import when they need them.
 * @param {string} workspace
 * @param {string} stage
 */
function placePrograms(workspace, stage) {
  const files = programs
    .filter((program) => program.workspace === workspace)
    .flatMap(({ file, parts = {} }) => [file, ...Object.keys(parts)]);
  for (const file of files) cpSync(join(root, file), join(stage, relative(workspace, file)));
}

/**
 * The manifest of a workspace without what only matters in the workspace.
 * @param {string} workspace
 */
function manifestOf(workspace) {
  const { devDependencies: _, scripts: _scripts, ...rest } = JSON.parse(readFileSync(join(root, workspace, "package.json"), "utf8"));
  return rest;
}

/**
 * @param {string} stage
 * @param {object} manifest
 */
function writeManifest(stage, manifest) {
  writeFileSync(join(stage, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

/**
 * @param {Record<string, string>} dependencies
 * @param {(name: string) => boolean} isWanted
 */
function only(dependencies, isWanted) {
  return Object.fromEntries(Object.entries(dependencies).filter(([name]) => isWanted(name)));
}

/** @param {Record<string, Record<string, string>>} map */
function withoutSources(map) {
  return Object.fromEntries(Object.entries(map).map(([name, { source, ...conditions }]) => [name, conditions]));
}

/**
 * @param {string} stage
 * @returns {{ tarball: string, files: string[] }} where it is, and the files in it
 */
export function pack(stage) {
  const folder = dirname(stage);
  const { status, stdout, stderr } = spawnSync("npm", ["pack", "--json", `--pack-destination=${folder}`], { cwd: stage, encoding: "utf8" });
  if (status !== 0) throw new Error(`npm pack failed:\n${stderr}`);
  const [{ filename, files }] = JSON.parse(stdout);
  return { tarball: join(folder, filename), files: files.map((/** @type {{ path: string }} */ { path }) => path) };
}

if (process.argv[1] === import.meta.filename) {
  for (const stage of [stageIser(), await stageLrc()]) process.stdout.write(`${pack(stage).tarball}\n`);
}

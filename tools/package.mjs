/**
 * `npm run package`: makes what would be published of `iser`, in .cache/packages. The toolbox is no package of its own (its name belongs to
 * somebody else in the registry), so the parts of it that the library imports travel inside.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { programs, root } from "./programs.mjs";

/** Layers that are bundled into the programs and that the library has no use for. */
const programLayers = /^(bin|iscsid|iscsictl|tools|simulator|test)\//;

/**
 * Copies the built library, its programs and its papers into a folder that npm can pack.
 * @returns {string} the folder
 */
export function stageIser() {
  const stage = join(root, ".cache", "packages", "iser");
  rmSync(stage, { recursive: true, force: true });
  const specifiers = new Set(/** @type {string[]} */ ([]));

  for (const file of modulesIn(join(root, "iser", "dist"))) {
    if (!programLayers.test(file)) place(join(root, "iser", "dist", file), join("dist", file));
  }
  for (const part of new Set([...specifiers].flatMap((name) => (name.startsWith("kit/") ? [name.slice("kit/".length)] : [])))) {
    for (const file of modulesIn(join(root, "kit", "dist", part)))
      place(join(root, "kit", "dist", part, file), join("dist", "kit", part, file));
  }
  for (const { workspace, file } of programs) {
    if (workspace === "iser") cpSync(join(root, file), join(stage, relative("iser", file)));
  }
  for (const paper of ["README.md", "LICENSE", "CHANGELOG.md"]) copyFileSync(join(root, paper), join(stage, paper));
  writeFileSync(join(stage, "package.json"), `${JSON.stringify(manifest(specifiers), null, 2)}\n`);
  return stage;

  /**
   * @param {string} from
   * @param {string} to relative to the stage
   */
  function place(from, to) {
    const toKit = `./${relative(dirname(to), join("dist", "kit"))}`.replace(/^\.\/\.\./, "..");
    const text = readFileSync(from, "utf8")
      .replace(/(\bfrom |\bimport\(|\bimport )"([^"]+)"/g, (_, verb, name) => {
        specifiers.add(name);
        return `${verb}"${name.startsWith("kit/") ? `${toKit}/${name.slice("kit/".length)}/index.js` : name}"`;
      })
      .replace(/^\/\/# sourceMappingURL=.*\n?/m, "");
    mkdirSync(dirname(join(stage, to)), { recursive: true });
    writeFileSync(join(stage, to), text);
  }
}

/**
 * The manifest of the workspace without what only matters in the workspace.
 * @param {Set<string>} specifiers everything that the library's modules import
 */
function manifest(specifiers) {
  const {
    dependencies,
    devDependencies: _,
    exports,
    imports,
    ...rest
  } = JSON.parse(readFileSync(join(root, "iser", "package.json"), "utf8"));
  const isImported = (/** @type {string} */ name) =>
    [...specifiers].some((specifier) => specifier === name || specifier.startsWith(`${name}/`));
  return {
    ...rest,
    exports: withoutSources(exports),
    imports: withoutSources(imports),
    dependencies: Object.fromEntries(Object.entries(dependencies).filter(([name]) => name !== "kit" && isImported(name))),
  };
}

/** @param {Record<string, Record<string, string>>} map */
function withoutSources(map) {
  return Object.fromEntries(Object.entries(map).map(([name, { source, ...conditions }]) => [name, conditions]));
}

/**
 * @param {string} folder
 * @returns {string[]} modules and declarations, relative to the folder
 */
function modulesIn(folder) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => /\.(js|d\.ts)$/.test(file) && !/\.test\./.test(file));
}

/**
 * @param {string} stage
 * @returns {string} the tarball
 */
export function pack(stage) {
  const folder = dirname(stage);
  const { status, stdout, stderr } = spawnSync("npm", ["pack", "--json", `--pack-destination=${folder}`], { cwd: stage, encoding: "utf8" });
  if (status !== 0) throw new Error(`npm pack failed:\n${stderr}`);
  return join(folder, JSON.parse(stdout)[0].filename);
}

if (process.argv[1] === import.meta.filename) process.stdout.write(`${pack(stageIser())}\n`);

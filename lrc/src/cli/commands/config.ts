import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { buildCommand, buildRouteMap } from "@stricli/core";
import { UserError } from "kit/cli";
import { nearestName } from "kit/names";
import { ConfigCascade, foldersAbove } from "#config";
import { type Origin, originsOf, type Repository, readTreeFiles } from "#git";
import { IgnoreList, type LeftOut, parseBaseline, printableLine, reasonToSkip } from "#review";
import type { CheckFile } from "#rules";
import { configPreview } from "../config-preview.ts";
import type { LrcContext } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import { openRepository, requireOwnFolder } from "../open-repository.ts";

const scaffold: Readonly<Record<string, string>> = {
  ".lrc/config.toml": `# How changes to this repository are reviewed (docs/lrc-config.md). Every line here is the default.

[review]
# show = "warning"          # least severity that is shown: critical, error, warning, info
# confidence = "medium"     # least confidence that is shown: high, medium, low

[commit]
# block = "critical"        # what stops a commit, when it is beyond doubt; "never" stops none
# on_error = "pass"         # what becomes of a commit that could not be reviewed: pass, block
# budget_seconds = 20

[rules]
# "any/conflict-marker" = "off"
`,
  ".lrc/ignore": "# Files that are not reviewed, in the syntax of .gitignore.\n",
};

const init = buildCommand<object, [], LrcContext>({
  docs: { brief: "Write .lrc/ with everything at its default; what is there stays" },
  parameters: {},
  async func() {
    const root = rootOf(await openRepository(this));
    requireOwnFolder(root);
    const written: string[] = [];
    for (const [path, text] of Object.entries(scaffold)) {
      const file = join(root, path);
      if (existsSync(file)) continue;
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      written.push(path);
    }
    this.stdout.write(
      written.length === 0 ? "There is nothing to write.\n" : `wrote ${written.join(", ")}; it holds once it is committed\n`,
    );
  },
});

const check = buildCommand<object, [], LrcContext>({
  docs: { brief: "Say what in the .lrc/ of the working tree cannot be understood" },
  parameters: {},
  async func() {
    const repository = await openRepository(this);
    const root = rootOf(repository);
    const patterns = ["config.toml", "ignore", "baseline.json", "checks/*.yml", "checks/*.yaml", "rules/*.md"].map(
      (name) => `:(glob)**/.lrc/${name}`,
    );
    const listed = await repository.git.text(["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ...patterns], {
      signal: this.stopped,
    });
    const files = [...new Set(listed.split("\0").filter(Boolean))].filter((path) => isFile(join(root, path)));
    const texts = new Map(files.map((path) => [path, readFileSync(join(root, path), "utf8")]));
    const cascade = new ConfigCascade(new Map([...texts].filter(([path]) => path.endsWith(".toml"))));
    const faults = cascade.diagnostics.map(({ file, line, message }) => `${file}${line === undefined ? "" : `:${line}`}: ${message}`);
    for (const [path, text] of texts) if (path.endsWith(".json")) faults.push(...baselineFaults(path, text));
    const checks = [...texts].filter(([path]) => /(^|\/)checks\/[^/]+$/.test(path)).map(([path, text]) => ({ path, text }));
    const own = await readOwn(checks);
    faults.push(...own.faults, ...(await unknownRules([...texts], own.ids)));
    for (const fault of faults) this.stdout.write(`${fault}\n`);
    if (faults.length > 0)
      throw new UserError(`${faults.length} ${faults.length === 1 ? "fault" : "faults"}`, { exitCode: exitCodes.usage });
    this.stdout.write(files.length === 0 ? "There is no .lrc/ here: everything is at its default.\n" : `${files.join(", ")}: understood\n`);
  },
});

/** Git's objects are what holds, and a link is none of them: what it leads to is not read. */
function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** What is wrong with checks of the repository's own shows when they are read, whatever is reviewed. */
async function readOwn(checks: readonly CheckFile[]): Promise<{ readonly faults: readonly string[]; readonly ids: readonly string[] }> {
  if (checks.length === 0) return { faults: [], ids: [] };
  const { ownRules } = await import("#rules");
  const { failures, ids } = await ownRules(checks);
  return { faults: failures.map(({ ruleId, path, reason }) => `${path ?? ruleId}: ${reason}`), ids };
}

/** A rule that nobody has is switched off for nothing: most likely its name is misspelt. */
async function unknownRules(
  texts: readonly (readonly [path: string, text: string])[],
  ownIds: readonly string[],
): Promise<readonly string[]> {
  const configured = texts
    .filter(([path]) => path.endsWith(".toml"))
    .flatMap(([path, text]) => {
      const { rules } = new ConfigCascade(new Map([[path, text]])).for(path.replace(/\.lrc\/config\.toml$/, "file"));
      return [...rules.keys()].map((id) => ({ path, id }));
    });
  if (configured.length === 0) return [];
  const { builtinRules } = await import("#rules");
  const known = new Set([...builtinRules.map(({ id }) => id), ...ownIds]);
  return configured
    .filter(({ id }) => !known.has(id) && !id.startsWith("model/"))
    .map(({ path, id }) => {
      const meant = nearestName(id, [...known]);
      return `${path}: there is no rule "${id}"${meant === undefined ? "" : `; is ${meant} meant?`}`;
    });
}

function baselineFaults(path: string, text: string): readonly string[] {
  try {
    parseBaseline(text);
    return [];
  } catch (error) {
    return [`${path}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

const explain = buildCommand<object, [string], LrcContext>({
  docs: {
    brief: "Say what holds for a file, and which files say so",
    fullDescription: "Looks at what is committed: that is what the next review follows.",
  },
  parameters: { positional: { kind: "tuple", parameters: [{ parse: String, placeholder: "PATH", brief: "A file, there or not" }] } },
  async func(_, given) {
    const repository = await openRepository(this);
    const path = relative(rootOf(repository), resolve(this.directory, given));
    if (path.startsWith("..")) throw new UserError(`${given} is outside the repository`, { exitCode: exitCodes.usage });
    const folders = foldersAbove(path.slice(0, Math.max(0, path.lastIndexOf("/"))));
    const wanted = folders.flatMap((folder) =>
      ["config.toml", "ignore"].map((name) => (folder === "" ? `.lrc/${name}` : `${folder}/.lrc/${name}`)),
    );
    const head = await repository.commitId("HEAD", this.stopped);
    const found = head === undefined ? new Map<string, Buffer>() : await readTreeFiles(repository, head, wanted, this.stopped);
    const texts = [...found].map(([file, bytes]) => [file, bytes.toString()] as const);
    const { show, confidence, rules, from } = new ConfigCascade(new Map(texts.filter(([file]) => file.endsWith(".toml")))).for(path);
    const ignored = new IgnoreList(new Map(texts.filter(([file]) => file.endsWith("ignore"))));
    const left = reasonToSkip({ path, kind: "text", addedLines: 0, removedLines: 0, sizeBytes: undefined }, ignored);
    const origin = (await originsOf(repository, [path], this.stopped)).get(path);
    const lines = [
      printableLine(path),
      `  ${fateOf(left, origin)}`,
      `  shown from ${show} on, with at least ${confidence} confidence`,
      ...[...rules].map(([id, severity]) => `  ${id}: ${severity}`),
      `  said by ${from.length === 0 ? "nobody: everything is at its default" : from.join(", ")}`,
    ];
    this.stdout.write(`${lines.join("\n")}\n`);
  },
});

function fateOf(left: LeftOut | undefined, origin: Origin | undefined): string {
  if (left?.reason === "ignored") return `not reviewed: ${left.detail}`;
  if (left !== undefined && left.reason !== "generated") return `not reviewed: ${left.reason}`;
  if (origin?.isSet === true) return `not reviewed: ${origin.attribute} in .gitattributes`;
  return left === undefined || origin !== undefined ? "reviewed" : `not reviewed: ${left.reason}, ${left.detail}`;
}

const preview = buildCommand<object, [], LrcContext>({
  docs: {
    brief: "Print everything that holds for the next change",
    fullDescription:
      "Settings, ignored paths, checks and the rules that a model is told, as they are committed: that is what the next review follows.",
  },
  parameters: {},
  async func() {
    this.stdout.write(await configPreview(await openRepository(this), this.stopped));
  },
});

function rootOf({ paths: { root } }: Repository): string {
  if (root === undefined) throw new UserError("this repository is bare: it has no working tree");
  return root;
}

export const configRoutes = buildRouteMap<string, LrcContext>({
  routes: { init, check, preview, explain },
  docs: { brief: "How changes to this repository are reviewed" },
});

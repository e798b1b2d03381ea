import { existsSync, lstatSync, readFileSync, type Stats, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Repository } from "#git";
import {
  asideFolder,
  asideSuffix,
  isGlobal,
  isOurs,
  localHook,
  type ProgramLocation,
  type ReviewHook,
  reviewHooks,
} from "./hook-script.ts";
import type { Plan, Step } from "./plan.ts";

/** What is at the place of a hook. */
export interface FoundHook {
  readonly name: ReviewHook;
  readonly path: string;
  readonly holds: "nothing" | "ours" | "global" | "another";
  /** A folder or a pipe is no hook, and is not moved out of the way. A link that leads nowhere is a hook that Git passes over. */
  readonly isFile: boolean;
  /** Where the hook is kept that was there before ours; undefined where there was none. */
  readonly aside: string | undefined;
  /** Git would run it. */
  readonly isExecutable: boolean;
  readonly text: string | undefined;
}

/** Another tool that looks after the hooks of this repository. */
export type HookTool = "husky" | "lefthook" | "pre-commit";

/** What a repository's hooks are like now. */
export interface FoundHooks {
  readonly folder: string;
  readonly hooks: readonly FoundHook[];
  readonly tools: readonly HookTool[];
  /** Where it is noted that we have made the folder, which goes with us then. */
  readonly madeNote: string;
  readonly isMadeByUs: boolean;
}

/** Looks; changes nothing. */
export function findHooks(repository: Repository, folder = repository.paths.hooksDirectory): FoundHooks {
  const hooks = reviewHooks.map((name) => ({ name, aside: asidesOf(folder, name).find(isThere), ...lookAt(join(folder, name)) }));
  const madeNote = join(repository.paths.commonDirectory, "lrc", "made-hooks-folder");
  return {
    folder,
    hooks,
    tools: findTools(repository, folder),
    madeNote,
    isMadeByUs: readIfAllowed(madeNote) === Buffer.from(folder).toString("latin1"),
  };
}

function asidesOf(folder: string, name: string): readonly [beside: string, below: string] {
  return [join(folder, name + asideSuffix), join(folder, asideFolder, name)];
}

/** A hook that asks for its own name keeps it, in another folder; a link stays beside, because where it leads to is said from where it is. */
function placeAside(folder: string, name: string, text: string | undefined, isLink: boolean): string {
  const [beside, below] = asidesOf(folder, name);
  return !isLink && text !== undefined && /basename|program_name|\bargv\[0\]|\$\{0##/i.test(text) && !/dirname|\$\{0%/.test(text)
    ? below
    : beside;
}

function lookAt(path: string): Omit<FoundHook, "name" | "aside"> {
  if (!isThere(path)) return { path, holds: "nothing", isFile: false, isExecutable: false, text: undefined };
  const stat = statIfAllowed(path);
  // Reading a pipe would wait for somebody to write into it.
  const text = stat?.isFile() === true ? readIfAllowed(path) : undefined;
  const holds = text === undefined ? "another" : isGlobal(text) ? "global" : isOurs(text) ? "ours" : "another";
  return { path, holds, isFile: stat?.isFile() ?? true, isExecutable: ((stat?.mode ?? 0) & 0o111) !== 0, text };
}

/** Of what a link leads to; undefined where it leads nowhere, or round in circles. */
function statIfAllowed(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** Whatever it is, and wherever it leads. */
function isThere(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

function findTools({ paths: { root } }: Repository, folder: string): readonly HookTool[] {
  if (root === undefined) return [];
  const has = (name: string): boolean => existsSync(join(root, name));
  const tools: HookTool[] = [];
  if (/(^|\/)\.husky(\/_)?$/.test(folder)) tools.push("husky");
  if (["lefthook.yml", ".lefthook.yml", "lefthook.yaml", "lefthook.toml", "lefthook.json"].some(has)) tools.push("lefthook");
  if (has(".pre-commit-config.yaml")) tools.push("pre-commit");
  return tools;
}

/** Puts our hooks in front of what is there, which moves aside and is still run, first. Installing again changes what has to change. */
export function planLocalInstall({ hooks, tools, folder, madeNote }: FoundHooks, program: ProgramLocation, root: string | undefined): Plan {
  if (tools.includes("husky")) return { steps: [], notes: [huskySnippet] };
  const steps: Step[] = isThere(folder) ? [] : [{ kind: "write", path: madeNote, text: folder, isExecutable: false }];
  for (const { name, path, holds, isFile, isExecutable, text, aside } of hooks) {
    const wanted = localHook(name, program);
    if (text === wanted && isExecutable) continue;
    if (holds === "another" && !isFile) return { steps: [], notes: [`${path} is no file: put it away first`] };
    if (holds === "another" && aside !== undefined) {
      return { steps: [], notes: [`${path} is another program's, and ${aside} is in the way: put one of them away first`] };
    }
    if (holds === "another") {
      const isLink = lstatSync(path).isSymbolicLink();
      steps.push({ kind: "move", from: path, to: placeAside(folder, name, text, isLink) });
    }
    steps.push({ kind: "write", path, text: wanted });
  }
  const notes: string[] = [];
  const inside = root === undefined ? undefined : relative(root, folder);
  if (inside !== undefined && !inside.startsWith("..") && !inside.startsWith(".git/") && inside !== ".git") {
    notes.push(`the hooks are in ${inside}, inside the working tree: they would be committed with paths of this machine in them`);
  }
  if (tools.includes("lefthook"))
    notes.push(
      "lefthook puts its own hooks in their place when it is installed, and whenever its configuration has changed: run this again afterwards, or have it run ours (docs/lrc-hooks.md)",
    );
  return { steps, notes };
}

/** What to write into a repository whose hooks are husky's: files that are committed and that everybody has. */
export const huskySnippet = [
  "husky looks after the hooks of this repository, and writes them anew whenever it is installed. Add one line to each of these:",
  "  .husky/pre-commit    lrc hook pre-commit || [ $? -ne 10 ]",
  '  .husky/commit-msg    lrc hook commit-msg "$1" || true',
  "  .husky/post-commit   lrc hook post-commit || true",
].join("\n");

/** Puts back what was there before, byte for byte. Hooks that are not ours stay. */
export function planLocalUninstall({ hooks, folder, madeNote, isMadeByUs }: FoundHooks): Plan {
  const steps: Step[] = [];
  const notes: string[] = [];
  for (const { path, holds, aside } of hooks) {
    if (holds === "ours" || holds === "nothing") {
      if (holds === "ours") steps.push({ kind: "remove", path });
      if (aside !== undefined) steps.push({ kind: "move", from: aside, to: path });
    } else if (aside !== undefined) notes.push(`${path} was replaced by another program; what was there before lrc is kept as ${aside}`);
  }
  const below = join(folder, asideFolder);
  if (steps.some((step) => step.kind === "move" && dirname(step.from) === below)) steps.push({ kind: "remove-folder", path: below });
  if (isMadeByUs) {
    const emptied = [folder, dirname(madeNote)].map((path): Step => ({ kind: "remove-folder", path }));
    steps.push({ kind: "remove", path: madeNote }, ...emptied);
  }
  return { steps, notes };
}

function readIfAllowed(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
}

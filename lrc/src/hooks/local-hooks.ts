import { existsSync, lstatSync, readFileSync, type Stats, statSync } from "node:fs";
import { join, relative } from "node:path";
import type { Repository } from "#git";
import { asideSuffix, isGlobal, isOurs, localHook, type ProgramLocation, type ReviewHook, reviewHooks } from "./hook-script.ts";
import type { Plan, Step } from "./plan.ts";

/** What is at the place of a hook. */
export interface FoundHook {
  readonly name: ReviewHook;
  readonly path: string;
  readonly holds: "nothing" | "ours" | "global" | "another";
  /** A folder or a pipe is no hook, and is not moved out of the way. A link that leads nowhere is a hook that Git passes over. */
  readonly isFile: boolean;
  /** A hook that was there before ours is kept beside it. */
  readonly hasAside: boolean;
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
}

/** Looks; changes nothing. */
export function findHooks(repository: Repository, folder = repository.paths.hooksDirectory): FoundHooks {
  const hooks = reviewHooks.map((name) => ({ name, hasAside: isThere(join(folder, name + asideSuffix)), ...lookAt(join(folder, name)) }));
  return { folder, hooks, tools: findTools(repository, folder) };
}

function lookAt(path: string): Omit<FoundHook, "name" | "hasAside"> {
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
export function planLocalInstall({ hooks, tools, folder }: FoundHooks, program: ProgramLocation, root: string | undefined): Plan {
  if (tools.includes("husky")) return { steps: [], notes: [huskySnippet] };
  const steps: Step[] = [];
  for (const { name, path, holds, isFile, isExecutable, text, hasAside } of hooks) {
    const wanted = localHook(name, program);
    if (text === wanted && isExecutable) continue;
    if (holds === "another" && !isFile) return { steps: [], notes: [`${path} is no file: put it away first`] };
    if (holds === "another" && hasAside) {
      return { steps: [], notes: [`${path} is another program's, and ${path}${asideSuffix} is in the way: put one of them away first`] };
    }
    if (holds === "another") steps.push({ kind: "move", from: path, to: path + asideSuffix });
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
export function planLocalUninstall({ hooks }: FoundHooks): Plan {
  const steps: Step[] = [];
  const notes: string[] = [];
  for (const { path, holds, hasAside } of hooks) {
    if (holds === "ours" || holds === "nothing") {
      if (holds === "ours") steps.push({ kind: "remove", path });
      if (hasAside) steps.push({ kind: "move", from: path + asideSuffix, to: path });
    } else if (hasAside) notes.push(`${path} was replaced by another program; what was there before lrc is kept as ${path}${asideSuffix}`);
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

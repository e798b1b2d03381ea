import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Plan, Step } from "#hooks";
import { type AgentHook, agentFiles, agentHooks, withHook, withoutHook } from "./agent-files.ts";

/** What was there before ours, kept beside it: taking ours away puts it back byte for byte. */
const aside = ".before-lrc";

export const agentNames: readonly string[] = Object.keys(agentFiles);

/** Teaches the agents of a repository to review before they commit. */
export function planAgentsInstall(root: string, agents: readonly string[]): Plan {
  const steps: Step[] = [];
  const notes: string[] = [];
  for (const agent of agents) {
    for (const [path, text] of Object.entries(agentFiles[agent] ?? {})) {
      const file = join(root, path);
      const there = textOf(file);
      if (there === text) continue;
      if (there !== undefined && !existsSync(file + aside)) steps.push({ kind: "move", from: file, to: file + aside });
      steps.push({ kind: "write", path: file, text, isExecutable: false });
    }
    const hook = agentHooks[agent];
    if (hook !== undefined) planHook(join(root, hook.path), hook, steps, notes);
  }
  return { steps, notes };
}

/** Comments, a byte order mark: written back by us they would be gone. */
function notUnderstood(file: string): string {
  return `${file} is not the plain JSON of settings, and is left alone: this agent gets no hook, and is told in words only`;
}

function planHook(file: string, hook: AgentHook, steps: Step[], notes: string[]): void {
  const there = textOf(file);
  let wanted: string;
  try {
    wanted = withHook(hook, there);
  } catch {
    notes.push(notUnderstood(file));
    return;
  }
  if (there === wanted) return;
  if (there !== undefined && !existsSync(file + aside)) steps.push({ kind: "move", from: file, to: file + aside });
  // Settings may hold what others are not to read.
  const mode = there === undefined ? undefined : statSync(file).mode & 0o777;
  steps.push({ kind: "write", path: file, text: wanted, isExecutable: false, ...(mode === undefined ? {} : { mode }) });
  if (hook.remark !== undefined) notes.push(hook.remark);
}

/** Takes it all away again. A file that somebody has changed since loses our part only, or stays. */
export function planAgentsUninstall(root: string, agents: readonly string[]): Plan {
  const steps: Step[] = [];
  const notes: string[] = [];
  for (const agent of agents) {
    for (const [path, text] of Object.entries(agentFiles[agent] ?? {})) {
      const file = join(root, path);
      const there = textOf(file);
      if (there === text) takeAway(file, steps);
      else if (there !== undefined) notes.push(`${file} was changed since and stays`);
      steps.push(...emptyFolders(root, path));
    }
    const hook = agentHooks[agent];
    if (hook !== undefined) planHookAway(join(root, hook.path), hook, steps, notes);
  }
  return { steps: steps.filter((step) => step.kind !== "remove-folder" || existsSync(step.path)), notes };
}

function planHookAway(file: string, hook: AgentHook, steps: Step[], notes: string[]): void {
  const there = textOf(file);
  const before = textOf(file + aside);
  try {
    if (there !== undefined && there === withHook(hook, before)) takeAway(file, steps);
    else if (there !== undefined) {
      const rest = withoutHook(hook, there);
      if (rest === undefined) steps.push({ kind: "remove", path: file });
      else if (JSON.stringify(JSON.parse(rest)) !== JSON.stringify(JSON.parse(there)))
        steps.push({ kind: "write", path: file, text: rest, isExecutable: false, mode: statSync(file).mode & 0o777 });
      if (before !== undefined) notes.push(`${file} was changed since: what was there before is kept as ${file}${aside}`);
    }
  } catch {
    notes.push(notUnderstood(file));
  }
  steps.push({ kind: "remove-folder", path: dirname(file) });
}

function takeAway(file: string, steps: Step[]): void {
  steps.push({ kind: "remove", path: file });
  if (existsSync(file + aside)) steps.push({ kind: "move", from: file + aside, to: file });
}

/** The folders of a file below the root, the innermost first. */
function emptyFolders(root: string, path: string): readonly Step[] {
  const folders: Step[] = [];
  for (let folder = dirname(path); folder !== "."; folder = dirname(folder))
    folders.push({ kind: "remove-folder", path: join(root, folder) });
  return folders;
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

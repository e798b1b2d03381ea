import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { xdgDirectories } from "kit/cli";
import { GitProcess, type Repository, readSetting } from "#git";
import { allHooks, globalHook, isOurs, type Plan, type ProgramLocation, type Step } from "#hooks";
import type { Surroundings } from "./context.ts";

/** What is set for all repositories of a user. */
export interface GlobalHooks {
  readonly git: GitProcess;
  /** Where our hooks for all repositories are, or would be. */
  readonly folder: string;
  /** What core.hooksPath names in the user's own configuration. */
  readonly hooksPath: string | undefined;
  /** What it named before we set it. */
  readonly previous: string | undefined;
}

const previousSetting = "lrc.previousHooksPath";

export async function readGlobalHooks({ directory, env, home }: Pick<Surroundings, "directory" | "env" | "home">): Promise<GlobalHooks> {
  const git = new GitProcess({ directory, env });
  return {
    git,
    folder: join(xdgDirectories({ env, home }).data, "lrc", "hooks"),
    hooksPath: await readSetting(git, "global", "core.hooksPath"),
    previous: await readSetting(git, "global", previousSetting),
  };
}

/** Whether all repositories of this user are reviewed (but those with a core.hooksPath of their own). */
export function isInstalledGlobally({ folder, hooksPath }: GlobalHooks): boolean {
  return hooksPath === folder;
}

/**
 * The folder for hooks of one repository alone. Where Git looks into our folder for all repositories, it is the repository's own all the same: ours hand on to
 * it, and what is put there stays when they go. Undefined where they hand on to another folder, which is for all repositories too.
 */
export function folderOfOwnHooks({ paths }: Repository, found: GlobalHooks): string | undefined {
  if (!isInstalledGlobally(found) || paths.hooksDirectory !== found.folder) return paths.hooksDirectory;
  return found.previous === undefined ? join(paths.commonDirectory, "hooks") : undefined;
}

/** A hook for every name Git knows, each of which hands on to what would have run; then the setting that makes Git look there. */
export function planGlobalInstall(found: GlobalHooks, program: ProgramLocation): Plan {
  const { folder, hooksPath } = found;
  const previous = isInstalledGlobally(found) ? found.previous : hooksPath;
  const steps: Step[] = [];
  for (const name of allHooks) {
    const path = join(folder, name);
    const text = globalHook(name, program, previous);
    if (!existsSync(path) || readFileSync(path, "utf8") !== text) steps.push({ kind: "write", path, text });
  }
  if (!isInstalledGlobally(found)) {
    if (hooksPath !== undefined) steps.push({ kind: "setting", scope: "global", name: previousSetting, value: hooksPath });
    steps.push({ kind: "setting", scope: "global", name: "core.hooksPath", value: folder });
  }
  const notes = ["repositories that set core.hooksPath themselves (husky does) are not reached by this: lrc hooks install there"];
  return { steps, notes: steps.length === 0 ? [] : notes };
}

/** The setting first, so that Git never looks into an empty folder. */
export function planGlobalUninstall(found: GlobalHooks): Plan {
  const { folder, previous } = found;
  const steps: Step[] = [];
  if (isInstalledGlobally(found)) steps.push({ kind: "setting", scope: "global", name: "core.hooksPath", value: previous });
  if (previous !== undefined) steps.push({ kind: "setting", scope: "global", name: previousSetting, value: undefined });
  const ours = allHooks.map((name) => join(folder, name)).filter((path) => existsSync(path) && isOurs(readFileSync(path, "utf8")));
  steps.push(...ours.map((path): Step => ({ kind: "remove", path })));
  if (existsSync(folder)) steps.push({ kind: "remove-folder", path: folder });
  return { steps, notes: [] };
}

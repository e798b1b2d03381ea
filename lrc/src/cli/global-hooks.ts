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
  /** What it named before we set it, as it was written. */
  readonly previous: string | undefined;
  /** The folder that Git would look into for all repositories without ours, whichever file says so; undefined: into each repository's own. */
  readonly next: string | undefined;
}

const previousSetting = "lrc.previousHooksPath";

export async function readGlobalHooks({ directory, env, home }: Pick<Surroundings, "directory" | "env" | "home">): Promise<GlobalHooks> {
  const git = new GitProcess({ directory, env });
  // Without a home there is no such configuration, and Git refuses to read it.
  const isSomebody = env.HOME !== undefined || env.GIT_CONFIG_GLOBAL !== undefined;
  const folder = join(xdgDirectories({ env, home }).data, "lrc", "hooks");
  const others = [...(await foldersForAll(git, previousSetting)), ...(await foldersForAll(git, "core.hooksPath"))];
  return {
    git,
    folder,
    hooksPath: isSomebody ? await readSetting(git, "global", "core.hooksPath") : undefined,
    previous: isSomebody ? await readSetting(git, "global", previousSetting) : undefined,
    next: others.filter((other) => other !== folder && other !== "").at(-1),
  };
}

/** What the configurations of the machine and of the user say, files that they include too, the one with the last word last; `~` is a home, as it is for Git. */
async function foldersForAll(git: GitProcess, name: string): Promise<readonly string[]> {
  const { stdout } = await git.run(["config", "--show-scope", "--null", "--type=path", "--get-all", name], { accept: [1, 128] });
  const words = stdout.toString().split("\0");
  return words.filter((_, index) => index % 2 === 1 && ["system", "global"].includes(words[index - 1] ?? ""));
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
  return found.next === undefined ? join(paths.commonDirectory, "hooks") : undefined;
}

/** A hook for every name Git knows, each of which hands on to what would have run; then the setting that makes Git look there. */
export function planGlobalInstall(found: GlobalHooks, program: ProgramLocation): Plan {
  const { folder, hooksPath, next } = found;
  const steps: Step[] = [];
  for (const name of allHooks) {
    const path = join(folder, name);
    const text = globalHook(name, program, next);
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

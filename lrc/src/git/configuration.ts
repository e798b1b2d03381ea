import type { GitProcess } from "./git-process.ts";

/** Where a setting of Git is written. */
export type SettingScope = "local" | "global";

/** Settings of Git that begin with a section of ours, by their name in lower case. The last of several wins, as in Git. */
export async function settingsOf(git: GitProcess, section: string, signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await git.run(["config", "--null", "--get-regexp", `^${section}\\.`], { signal, accept: [1] });
  const settings = new Map<string, string>();
  for (const record of stdout.toString().split("\0")) {
    if (record === "") continue;
    // A name without "=" in the file comes without a value and means true.
    const [name = "", ...value] = record.split("\n");
    settings.set(name.toLowerCase(), value.length === 0 ? "true" : value.join("\n"));
  }
  return settings;
}

/** Git's idea of a truth value; undefined for what is none. */
export function parseGitBoolean(text: string): boolean | undefined {
  const value = text.trim().toLowerCase();
  if (["true", "yes", "on", "1"].includes(value)) return true;
  if (["false", "no", "off", "0", ""].includes(value)) return false;
  return undefined;
}

/** The value of one setting in one scope, or in whatever scope has the last word; undefined when there is none. */
export async function readSetting(git: GitProcess, scope: SettingScope | undefined, name: string): Promise<string | undefined> {
  const { stdout, exitCode } = await git.run(["config", ...(scope === undefined ? [] : [`--${scope}`]), "--null", "--get", name], {
    accept: [1],
  });
  return exitCode === 0 ? stdout.toString().replace(/\0$/, "") : undefined;
}

/** Writes a setting, or takes it away when `value` is undefined. */
export async function writeSetting(git: GitProcess, scope: SettingScope, name: string, value: string | undefined): Promise<void> {
  if (value === undefined) await git.run(["config", `--${scope}`, "--unset-all", name], { accept: [5] });
  else await git.run(["config", `--${scope}`, name, value]);
}

import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { platform } from "node:os";
import { dirname, join } from "node:path";
import type { Clock } from "kit/clock";
import {
  type ConnectorSurroundings,
  formatModelSettings,
  type ModelSettings,
  noModels,
  parseModelSettings,
  SettingsError,
  withoutGit,
} from "#connectors";
import { GitProcess } from "#git";
import type { Surroundings } from "../context.ts";
import { type ModelPlaces, modelPlaces } from "./places.ts";

/** The connectors of the user; none where there is no file. Throws a SettingsError for one that cannot be followed. */
export function readModelSettings({ settings }: Pick<ModelPlaces, "settings">): ModelSettings {
  const text = readIfThere(settings);
  return text === undefined ? noModels : parseModelSettings(text);
}

/** How long others may take over a change, which is a matter of a millisecond. */
const lockWaitMs = 2000;
const lockRetryMs = 20;

/**
 * Changes the list as Git changes its configuration: who has made `connectors.toml.lock` may read the list, and what is written there takes its place. So nobody
 * sees half of a list, and no change is lost of two that are made at once. Rejects with a SettingsError, and changes nothing, when the new list could not be
 * read again or somebody holds the lock.
 */
export async function changeModelSettings(
  { settings }: Pick<ModelPlaces, "settings">,
  clock: Clock,
  change: (settings: ModelSettings) => ModelSettings,
): Promise<void> {
  // A list that lives among somebody's dotfiles stays there.
  const file = existsSync(settings) ? realpathSync(settings) : settings;
  const lock = `${file}.lock`;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const handle = await openLock(lock, clock);
  try {
    const text = formatModelSettings(change(readModelSettings({ settings })));
    parseModelSettings(text);
    writeFileSync(handle, text);
    renameSync(lock, file);
  } catch (error) {
    rmSync(lock, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
}

async function openLock(lock: string, clock: Clock): Promise<number> {
  const end = clock.now() + lockWaitMs;
  for (;;) {
    try {
      return openSync(lock, "wx", 0o600);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      if (clock.now() >= end) throw new SettingsError(`another program is changing the list; if none is, remove ${lock}`);
    }
    await new Promise<void>((resolve) => void clock.after(lockRetryMs, resolve));
  }
}

/** Keeps a key where only its owner can read it. */
export function writeKeyFile({ keys }: Pick<ModelPlaces, "keys">, connector: string, key: string): void {
  writePrivate(join(keys, connector), `${key}\n`);
}

export function removeKeyFile({ keys }: Pick<ModelPlaces, "keys">, connector: string): void {
  rmSync(join(keys, connector), { force: true });
}

/** What connectors may touch of the machine. */
export function connectorSurroundings({
  env,
  home,
  program,
  wallTime,
}: Pick<Surroundings, "env" | "home" | "program" | "wallTime">): ConnectorSurroundings {
  const places = modelPlaces({ env, home });
  return {
    keys: { env, readKeyFile: (connector) => readKeyFile(join(places.keys, connector), env) },
    packages: places.packages,
    engine: places.engine,
    emptyFolder: (files) => folderWith(places.empty, files),
    node: program.node,
    wallTime,
  };
}

/** A folder in which some files are, as a program finds them that is started there. Another one may be reading them: none is ever half of itself. */
function folderWith(folder: string, files: Readonly<Record<string, string>>): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name);
    if (readIfThere(file) === text) continue;
    mkdirSync(dirname(file), { recursive: true });
    const draft = mkdtempSync(`${file}-`);
    writeFileSync(join(draft, "text"), text);
    renameSync(join(draft, "text"), file);
    rmdirSync(draft);
  }
  return folder;
}

/** A key that others can read is no secret any more, and one that Git keeps goes wherever the repository goes. */
async function readKeyFile(file: string, env: Surroundings["env"]): Promise<string | undefined> {
  const text = readIfThere(file);
  if (text !== undefined && platform() !== "win32" && (statSync(file).mode & 0o077) !== 0) {
    throw new Error(`${file} can be read by others: chmod 600 ${file}, and get a new key if they have`);
  }
  if (text !== undefined && (await isTracked(file, env)))
    throw new Error(`${file} is tracked by Git: git rm --cached ${file}, and get a new key if it was committed`);
  return text;
}

/** Whether a file is in the index of the repository around it, as of one with somebody's settings. */
async function isTracked(file: string, env: Surroundings["env"]): Promise<boolean> {
  const real = realpathSync(file);
  let folder = dirname(real);
  while (!existsSync(join(folder, ".git"))) {
    if (folder === dirname(folder)) return false;
    folder = dirname(folder);
  }
  // In a hook the environment says which repository is meant: another one.
  const git = new GitProcess({ directory: dirname(real), env: withoutGit(env) });
  const { exitCode } = await git.run(["ls-files", "--error-unmatch", "--", real], { accept: [0, 1, 128] });
  return exitCode === 0;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Several may write at once: each has a draft of its own. */
function writePrivate(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(`${file}-`);
  try {
    const draft = join(folder, "text");
    writeFileSync(draft, text, { mode: 0o600 });
    chmodSync(draft, 0o600);
    renameSync(draft, file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

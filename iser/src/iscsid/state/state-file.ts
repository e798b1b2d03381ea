import { lstatSync, readFileSync, renameSync, rmSync, type Stats } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { type DaemonState, decodeState, encodeState, StateFormatError } from "./daemon-state.ts";

/** What was found where a daemon may have left its state. */
export type FoundState =
  | { readonly kind: "none" }
  | { readonly kind: "state"; readonly state: DaemonState }
  /** There is something that must not be used. `setAside` is where it is now; undefined when it could not be moved, and then nothing may be written there. */
  | { readonly kind: "unusable"; readonly reason: string; readonly setAside: string | undefined };

/** More than this was not written by us: 10,000 sessions take a tenth of it. */
const mostBytes = 64 * 1024 * 1024;

/** The file in which a daemon's state outlives it. Holds secrets, so only its owner may read it. */
export class StateFile {
  readonly path: string;
  readonly #uid: number | undefined;

  /** `uid` is whose file it has to be; undefined where the system has no owners. */
  constructor(path: string, uid: number | undefined) {
    this.path = path;
    this.#uid = uid;
  }

  /** Reads what is there. What is not ours or not whole is never used and never deleted: it is moved aside. */
  read(): FoundState {
    const found = lstatSync(this.path, { throwIfNoEntry: false });
    if (found === undefined) return { kind: "none" };
    const foreign = this.#foreignness(found);
    if (foreign !== undefined) return this.#refuse(foreign);
    try {
      return { kind: "state", state: decodeState(readFileSync(this.path, "utf8")) };
    } catch (error) {
      if (error instanceof StateFormatError) return this.#refuse(error.message);
      return this.#refuse(`it cannot be read: ${(error as Error).message}`);
    }
  }

  /**
   * Replaces the state. Whenever the machine or the daemon dies, the file is the old state or the new one, and once this has resolved it is the new one.
   */
  async write(state: DaemonState): Promise<void> {
    const fresh = `${this.path}.new`;
    await rm(fresh, { force: true }); // of one that died while it wrote
    const file = await open(fresh, "wx", 0o600);
    try {
      await file.writeFile(encodeState(state));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, this.path);
    await syncDirectory(dirname(this.path));
  }

  /** There is nothing to go on with. */
  remove(): void {
    rmSync(this.path, { force: true });
    rmSync(`${this.path}.new`, { force: true });
  }

  #foreignness(found: Stats): string | undefined {
    if (!found.isFile()) return "it is not a regular file";
    if (this.#uid !== undefined && found.uid !== this.#uid) return `it belongs to user ${found.uid}`;
    if ((found.mode & 0o022) !== 0) return "others than its owner may write to it";
    if (found.size > mostBytes) return `it has ${found.size} bytes`;
    return undefined;
  }

  #refuse(reason: string): FoundState {
    return { kind: "unusable", reason, setAside: this.#setAside() };
  }

  #setAside(): string | undefined {
    for (let number = 1; number < 1000; number++) {
      const aside = `${this.path}.set-aside-${number}`;
      if (lstatSync(aside, { throwIfNoEntry: false }) !== undefined) continue;
      try {
        renameSync(this.path, aside);
        return aside;
      } catch {
        return undefined;
      }
    }
    return undefined;
  }
}

/** A name in a directory is on disk when the directory is. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

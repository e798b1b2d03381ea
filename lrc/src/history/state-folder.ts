import { mkdirSync, readdirSync, renameSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { appendWithoutWaiting, readWithoutWaiting } from "./without-waiting.ts";

/** What is left of a disk when it comes to so little is for what somebody is committing. */
const leastRoom = 2 * 1024 * 1024;
const leastFiles = 64;

/**
 * The folder below a repository's Git directory where this program keeps what it knows. All of it is optional: who reads gets undefined for what is
 * missing or unreadable, and who writes may find the disk full (the error is theirs to take lightly).
 */
export class StateFolder {
  readonly path: string;
  readonly #unique: string;

  /** `unique` tells two processes apart that write at once. */
  constructor(gitDirectory: string, unique: string) {
    this.path = join(gitDirectory, "lrc");
    this.#unique = unique;
  }

  read(name: string): string | undefined {
    try {
      return readWithoutWaiting(join(this.path, name));
    } catch {
      return undefined;
    }
  }

  /** Names in a folder below this one. */
  list(name: string): readonly string[] {
    try {
      return readdirSync(join(this.path, name));
    } catch {
      return [];
    }
  }

  /** Replaces a file at once: a reader sees the old or the new, never a part. */
  write(name: string, text: string): void {
    const file = join(this.path, name);
    this.#requireRoom();
    mkdirSync(dirname(file), { recursive: true });
    const draft = `${file}.${this.#unique}`;
    try {
      writeFileSync(draft, text);
      renameSync(draft, file);
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
  }

  /** Adds to the end of a file. */
  append(name: string, text: string): void {
    const file = join(this.path, name);
    this.#requireRoom();
    mkdirSync(dirname(file), { recursive: true });
    appendWithoutWaiting(file, text);
  }

  /** Takes a file out of everybody else's reach under another name; false when there is none. A folder is nothing that we have made, and stays. */
  claim(name: string, as: string): boolean {
    try {
      if (statSync(join(this.path, name)).isDirectory()) return false;
      renameSync(join(this.path, name), join(this.path, as));
      return true;
    } catch {
      return false;
    }
  }

  remove(name: string): void {
    rmSync(join(this.path, name), { force: true });
  }

  /** Throws where there is hardly any. File systems that do not count say that they have no blocks, or no files, at all. */
  #requireRoom(): void {
    const { blocks, bavail, bsize, files, ffree } = statfsSync(dirname(this.path));
    if ((blocks > 0 && bavail * bsize < leastRoom) || (files > 0 && ffree < leastFiles))
      throw new Error(`${this.path}: the disk is nearly full`);
  }
}

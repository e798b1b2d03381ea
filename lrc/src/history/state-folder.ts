import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { appendWithoutWaiting, readWithoutWaiting } from "./without-waiting.ts";

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
}

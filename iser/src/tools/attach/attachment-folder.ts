import { mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { makeDirectory } from "kit/cli";
import type { Attachment } from "./attachment.ts";

/**
 * Where attachments are known to everybody: a folder for each, below the daemon's run directory, with `attachment.json`, the file that a loop device is on (`disk`)
 * and the keeper's log (`log`).
 */
export class AttachmentFolder {
  readonly path: string;

  constructor(runDirectory: string) {
    this.path = join(withoutLinks(runDirectory), "attach");
  }

  /** All that there are, by name. One that is being removed may be missing. */
  list(): readonly Attachment[] {
    let names: readonly string[];
    try {
      names = readdirSync(this.path);
    } catch {
      return [];
    }
    return names.map((name) => this.read(name)).filter((attachment) => attachment !== undefined);
  }

  read(name: string): Attachment | undefined {
    try {
      return JSON.parse(readFileSync(join(this.folderOf(name), "attachment.json"), "utf8")) as Attachment;
    } catch {
      return undefined;
    }
  }

  /** The one of this name, or with this device or file. */
  find(nameOrPath: string): Attachment | undefined {
    return this.list().find(({ name, path, file }) => nameOrPath === name || nameOrPath === path || nameOrPath === file);
  }

  folderOf(name: string): string {
    return join(this.path, name);
  }

  logOf(name: string): string {
    return join(this.folderOf(name), "log");
  }

  /** Takes the name; false when somebody has it. */
  claim(attachment: Attachment): boolean {
    makeDirectory(this.path, 0o700);
    try {
      mkdirSync(this.folderOf(attachment.name), { mode: 0o700 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw error;
    }
    this.write(attachment);
    return true;
  }

  /** Whoever reads sees the old or the new, never half of it. */
  write(attachment: Attachment): void {
    const file = join(this.folderOf(attachment.name), "attachment.json");
    writeFileSync(`${file}.new`, `${JSON.stringify(attachment, undefined, 2)}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }

  /** Gives the name up. Nothing may be mounted in the folder any more. */
  remove(name: string): void {
    rmSync(this.folderOf(name), { recursive: true, force: true });
  }
}

/** The path as the kernel names it in its lists of mounts and loop devices, which ours are looked for in: /var/run is a link nearly everywhere. What is not there yet is as it was given. */
function withoutLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(withoutLinks(parent), basename(path));
  }
}

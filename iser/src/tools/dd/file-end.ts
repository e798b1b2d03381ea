import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { UsageError } from "kit/cli";
import type { Sink, Source } from "./ends.ts";

interface SinkOptions {
  readonly durable: boolean;
  /** The length that is kept of a regular file; undefined keeps all of it. */
  readonly keep: number | undefined;
  /** Where the copy comes from. */
  readonly source?: Source;
}

/** Tells one file from all others. */
type FileIdentity = string;

/** A file as one end of a copy: a regular file, a block device, or something that can only be read or written from front to back. */
export class FileEnd implements Source, Sink {
  readonly name: string;
  readonly size: number | undefined;
  readonly capacity = undefined;
  readonly inOrder: boolean;
  readonly #file: FileHandle;
  readonly #isRegular: boolean;
  readonly #identity: FileIdentity;
  /** Where the file ends after the zeroes that were left out. */
  #end = 0;

  static async openSource(path: string): Promise<FileEnd> {
    return FileEnd.#from(path, await open(path, constants.O_RDONLY), { keep: undefined });
  }

  /** Creates the file if there is none. Throws a UsageError when it is the source too, and would be emptied before it is read. */
  static async openSink(path: string, options: SinkOptions): Promise<FileEnd> {
    const flags = constants.O_RDWR | constants.O_CREAT | (options.durable ? constants.O_DSYNC : 0);
    return FileEnd.#from(path, await open(path, flags, 0o666), options);
  }

  static async #from(path: string, file: FileHandle, { keep, source }: Pick<SinkOptions, "keep" | "source">): Promise<FileEnd> {
    try {
      const stats = await file.stat();
      const identity = `${stats.dev}:${stats.ino}`;
      if (keep !== undefined && stats.isFile() && source instanceof FileEnd && source.#identity === identity) {
        throw new UsageError(`${path} is what is read too, and would be emptied first`, {
          nextStep: "add --notrunc to copy within a file",
        });
      }
      if (stats.isFile() && keep !== undefined) await file.truncate(keep);
      const size = stats.isFile() ? (keep ?? stats.size) : undefined;
      return new FileEnd(path, file, identity, size, !stats.isFile() && !stats.isBlockDevice());
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  private constructor(name: string, file: FileHandle, identity: FileIdentity, size: number | undefined, inOrder: boolean) {
    this.name = name;
    this.#identity = identity;
    this.#file = file;
    this.size = size;
    this.inOrder = inOrder;
    this.#isRegular = size !== undefined;
  }

  async read(position: number, destination: Uint8Array): Promise<number> {
    let filled = 0;
    while (filled < destination.length) {
      const at = this.inOrder ? null : position + filled;
      const { bytesRead } = await this.#named(this.#file.read(destination, filled, destination.length - filled, at));
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return filled;
  }

  readBack(position: number, destination: Uint8Array): Promise<number> {
    return this.read(position, destination);
  }

  async write(position: number, data: Uint8Array): Promise<void> {
    let written = 0;
    while (written < data.length) {
      const at = this.inOrder ? null : position + written;
      const { bytesWritten } = await this.#named(this.#file.write(data, written, data.length - written, at));
      written += bytesWritten;
    }
    this.#end = Math.max(this.#end, position + data.length);
  }

  /** Leaves a hole; the file is made long enough when it is flushed or closed. What a file that was kept had there is overwritten. */
  async skipZeroes(position: number, length: number): Promise<void> {
    if (!this.#isRegular || position < (this.size ?? 0)) await this.write(position, new Uint8Array(length));
    this.#end = Math.max(this.#end, position + length);
  }

  async flush(): Promise<void> {
    await this.#reachEnd();
    await this.#named(this.#file.datasync());
  }

  async close(): Promise<void> {
    await this.#reachEnd();
    await this.#file.close();
  }

  /** What fails with an open file does not say which one it is. */
  async #named<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw Object.assign(error as Error, { path: this.name });
    }
  }

  async #reachEnd(): Promise<void> {
    if (!this.#isRegular || this.#end === 0) return;
    const { size } = await this.#file.stat();
    if (size < this.#end) await this.#file.truncate(this.#end);
  }
}

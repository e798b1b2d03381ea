import { closeSync, existsSync, fchmodSync, fstatSync, ftruncateSync, openSync, renameSync, writeSync } from "node:fs";
import { sentenceOf, UserError } from "kit/cli";
import type { Clock, Timer } from "kit/clock";
import { pcapngHeader } from "./pcapng.ts";

/** Written when so much has come together, or so much time has passed: whoever looks while a program runs, or after it was killed, finds nearly everything. */
const batchBytes = 1024 * 1024;
const batchMs = 200;

interface CaptureFileOptions {
  readonly clock: Clock;
  /** Where the file would become longer than this, it is set aside as `path`.1, in place of the one before, and another begins. It grows without end unless given. */
  readonly limitBytes?: number | undefined;
  /** The file takes no more; called once, with a sentence. What came before stays, whole. */
  readonly onFault: (reason: string) => void;
}

/** A file of pcapng blocks. What is in it is as secret as what was sent: it is its owner's alone. */
export class CaptureFile {
  readonly #path: string;
  readonly #options: CaptureFileOptions;
  /** Until the first fault. */
  #file: number | undefined;
  #fileBytes = 0;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #timer: Timer | undefined = undefined;

  /** Throws a UserError when the file cannot be made. */
  constructor(path: string, options: CaptureFileOptions) {
    this.#path = path;
    this.#options = options;
    try {
      // What a program before this one has left may be what the user is after.
      if (options.limitBytes !== undefined && existsSync(path)) this.#setAside();
      this.#begin();
    } catch (error) {
      throw new UserError(`cannot write the trace ${path}: ${sentenceOf(error)}`, { cause: error });
    }
  }

  /** Of the blocks of one call, all are in the same file. */
  append(blocks: readonly Uint8Array[]): void {
    if (this.#file === undefined) return;
    for (const block of blocks) {
      this.#waiting.push(block);
      this.#waitingBytes += block.length;
    }
    if (this.#waitingBytes >= batchBytes) this.#flush();
    else this.#timer ??= this.#options.clock.after(batchMs, () => this.#flush(), { background: true });
  }

  close(): void {
    this.#flush();
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #begin(): void {
    const file = openSync(this.#path, "w", 0o600);
    this.#file = file;
    if (fstatSync(file).isFile()) fchmodSync(file, 0o600);
    this.#fileBytes = 0;
    this.#write(file, [pcapngHeader()]);
  }

  #setAside(): void {
    renameSync(this.#path, `${this.#path}.1`);
  }

  #flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const blocks = this.#waiting;
    const bytes = this.#waitingBytes;
    this.#waiting = [];
    this.#waitingBytes = 0;
    if (this.#file === undefined || bytes === 0) return;
    try {
      const { limitBytes } = this.#options;
      if (limitBytes !== undefined && this.#fileBytes + bytes > limitBytes) this.#beginAnother(this.#file);
      this.#write(this.#file, blocks);
    } catch (error) {
      this.#fault(sentenceOf(error));
    }
  }

  #beginAnother(file: number): void {
    this.#file = undefined;
    closeSync(file);
    this.#setAside();
    this.#begin();
  }

  /** Writes all of the blocks. When that fails, none of them is left half written. */
  #write(file: number, blocks: readonly Uint8Array[]): void {
    const batch = Buffer.concat(blocks);
    let written = 0;
    try {
      while (written < batch.length) written += writeSync(file, batch, written);
      this.#fileBytes += batch.length;
    } catch (error) {
      let whole = 0;
      for (const { length } of blocks) {
        if (whole + length > written) break;
        whole += length;
      }
      if (fstatSync(file).isFile()) ftruncateSync(file, this.#fileBytes + whole);
      throw error;
    }
  }

  #fault(reason: string): void {
    const file = this.#file;
    this.#file = undefined;
    if (file !== undefined) closeSync(file);
    this.#options.onFault(reason);
  }
}

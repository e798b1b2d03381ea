import { read, write } from "node:fs";
import { type BlockDone, BlockError } from "./block-device.ts";
import { fileError } from "./file-error.ts";
import { sharedZeroes } from "./zeroes.ts";

/** Linux moves no more than this in one call. */
const maxStep = 0x7ffff000;

type Ended = (transfer: FileTransfer, done: BlockDone, error: BlockError | undefined) => void;

/** One command on a file, in as many reads or writes as the operating system makes of it. A slot: used again after its end. */
export class FileTransfer {
  done: BlockDone = () => {};
  readonly #path: string;
  readonly #ended: Ended;
  readonly #onStep: (error: NodeJS.ErrnoException | null, count: number) => void;
  #kind: "read" | "write" | "zero" = "read";
  #fd = -1;
  #offset = 0;
  #length = 0;
  #moved = 0;
  #buffer: Uint8Array = sharedZeroes;

  /** `ended` gets the transfer, which may then be started again, and the `done` it was started with. */
  constructor(path: string, ended: Ended) {
    this.#path = path;
    this.#ended = ended;
    this.#onStep = (error, count) => this.#stepped(error, count);
  }

  read(fd: number, offset: number, destination: Uint8Array): void {
    this.#start("read", fd, offset, destination.length, destination);
  }

  write(fd: number, offset: number, source: Uint8Array): void {
    this.#start("write", fd, offset, source.length, source);
  }

  zero(fd: number, offset: number, length: number): void {
    this.#start("zero", fd, offset, length, sharedZeroes);
  }

  #start(kind: "read" | "write" | "zero", fd: number, offset: number, length: number, buffer: Uint8Array): void {
    this.#kind = kind;
    this.#fd = fd;
    this.#offset = offset;
    this.#length = length;
    this.#moved = 0;
    this.#buffer = buffer;
    if (length === 0) this.#end(undefined);
    else this.#step();
  }

  #step(): void {
    const left = this.#length - this.#moved;
    const position = this.#offset + this.#moved;
    if (this.#kind === "read") read(this.#fd, this.#buffer, this.#moved, Math.min(left, maxStep), position, this.#onStep);
    else if (this.#kind === "write") write(this.#fd, this.#buffer, this.#moved, Math.min(left, maxStep), position, this.#onStep);
    else write(this.#fd, this.#buffer, 0, Math.min(left, this.#buffer.length), position, this.#onStep);
  }

  #stepped(error: NodeJS.ErrnoException | null, count: number): void {
    if (error !== null) {
      this.#end(fileError(this.#kind === "read" ? "read" : "write", this.#path, error));
      return;
    }
    if (count === 0) {
      const where = `at ${this.#offset + this.#moved}`;
      this.#end(new BlockError("EIO", `${this.#path} ended ${where}: something made it smaller while it was a disk`));
      return;
    }
    this.#moved += count;
    if (this.#moved === this.#length) this.#end(undefined);
    else this.#step();
  }

  #end(error: BlockError | undefined): void {
    const { done } = this;
    this.#buffer = sharedZeroes;
    this.#ended(this, done, error);
  }
}

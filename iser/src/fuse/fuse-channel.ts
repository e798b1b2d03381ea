import { close, read, writeSync } from "node:fs";
import type { Clock, Duration } from "kit/clock";
import type { BlockDevice } from "#block";
import { FuseFile } from "./fuse-file.ts";
import type { RequestSlot } from "./request-slot.ts";

/** Requests that are worked on at a time, each with its memory; the kernel keeps what goes beyond. */
const slotCount = 32;

/** How long between looks whether the mount is there that the descriptor waits for. */
const mountIntervalMs: Duration = 5;

export interface FuseChannelOptions {
  /** Of /dev/fuse, opened for reading and writing; closed by the channel. */
  readonly descriptor: number;
  readonly device: BlockDevice;
  readonly clock: Clock;
  /** Reads that wait for requests. Each occupies a thread of libuv's (UV_THREADPOOL_SIZE, 4 unless set), which others need as well. 2 unless given. */
  readonly readers?: number | undefined;
  /** For the log. */
  readonly onFault?: ((message: string) => void) | undefined;
  /** The file system was unmounted, or the descriptor failed with `error`. No memory of the channel is in use any more but by the device. */
  readonly onEnd: (error: NodeJS.ErrnoException | undefined) => void;
}

/** Moves requests and replies between /dev/fuse and a FuseFile, from before the mount until it is gone. */
export class FuseChannel {
  readonly #options: FuseChannelOptions;
  readonly #file: FuseFile;
  readonly #free: RequestSlot[] = [];
  #readersIdle = 0;
  #reading = 0;
  #waitingForMount = false;
  #given = 0;
  #ended = false;
  #closed = false;
  #error: NodeJS.ErrnoException | undefined = undefined;

  constructor(options: FuseChannelOptions) {
    this.#options = options;
    this.#file = new FuseFile({
      device: options.device,
      maxBackground: slotCount,
      onReply: (slot, length) => this.#onReply(slot, length),
      onFault: options.onFault,
    });
    for (let i = 0; i < slotCount; i++) this.#free.push(this.#file.newSlot());
    this.#readersIdle = 1;
    this.#read();
  }

  /** Requests that the device works on. */
  get outstanding(): number {
    return this.#given;
  }

  /** Gives up a descriptor that nothing was mounted with. One that is mounted ends with its mount. */
  abandon(): void {
    this.#end(undefined);
  }

  /** One reader alone until the kernel has been talked to: a descriptor without a mount cannot be waited for, only looked at. */
  #read(): void {
    while (this.#readersIdle > 0 && !this.#ended && !this.#waitingForMount) {
      const slot = this.#free.pop();
      if (slot === undefined) return;
      this.#readersIdle--;
      this.#reading++;
      read(this.#options.descriptor, slot.memory, 0, slot.memory.length, null, (error, length) => this.#onRead(slot, error, length));
    }
  }

  #onRead(slot: RequestSlot, error: NodeJS.ErrnoException | null, length: number): void {
    this.#reading--;
    this.#readersIdle++;
    if (error !== null || this.#ended) {
      this.#free.push(slot);
      if (error === null || this.#ended) this.#end(undefined);
      else this.#onReadError(error);
      return;
    }
    const agreedBefore = this.#file.agreed;
    this.#given++;
    this.#file.handle(slot, length);
    if (!agreedBefore && this.#file.agreed) this.#readersIdle += (this.#options.readers ?? 2) - 1;
    this.#read();
  }

  #onReadError(error: NodeJS.ErrnoException): void {
    switch (error.code) {
      case "EPERM":
        if (!this.#file.agreed) this.#lookAgain();
        else this.#end(error);
        return;
      // The request was taken back before it was read.
      case "ENOENT":
      case "EINTR":
      case "EAGAIN":
        this.#read();
        return;
      case "ENODEV":
        this.#end(undefined);
        return;
      default:
        this.#end(error);
    }
  }

  #lookAgain(): void {
    this.#waitingForMount = true;
    this.#options.clock.after(mountIntervalMs, () => {
      this.#waitingForMount = false;
      this.#read();
    });
  }

  /** Written at once: it copies memory and waits for nobody. */
  #onReply(slot: RequestSlot, length: number): void {
    this.#given--;
    this.#free.push(slot);
    if (length > 0 && !this.#ended) {
      try {
        writeSync(this.#options.descriptor, slot.memory, 0, length);
      } catch (error) {
        this.#onWriteError(error as NodeJS.ErrnoException);
      }
    }
    this.#read();
  }

  #onWriteError(error: NodeJS.ErrnoException): void {
    // Nobody waits for this reply any more: the request was interrupted, or the file system is gone, which the readers are told as well.
    if (error.code === "ENOENT" || error.code === "ENODEV" || error.code === "EPERM") return;
    this.#options.onFault?.(`the kernel did not take a reply: ${error.message}`);
  }

  #end(error: NodeJS.ErrnoException | undefined): void {
    this.#ended = true;
    this.#error ??= error;
    if (this.#reading > 0 || this.#closed) return;
    this.#closed = true;
    close(this.#options.descriptor, () => this.#options.onEnd(this.#error));
  }
}

import type { BlockDone } from "#block";
import { replyHeaderBytes, requestHeaderBytes } from "./protocol/header.ts";

/** The most data of one read or write: 256 pages, which is as much as the kernel gives without being told otherwise. */
export const maxTransferBytes = 1024 * 1024;

/** struct fuse_write_in and struct fuse_read_in: fh, offset, size, flags, lock_owner, flags, padding. */
export const transferBodyBytes = 40;

/** Memory of one request, which becomes the memory of its reply. Used again and again. */
export class RequestSlot {
  /** A page more than the longest write: the kernel gives nothing to a reader with less room than the longest request takes. */
  readonly memory: Uint8Array = Buffer.allocUnsafeSlow(maxTransferBytes + 4096);
  readonly view = new DataView(this.memory.buffer);
  /** What the device calls when it has done what was asked; made once, because a closure for each request would be garbage. */
  readonly done: BlockDone;
  /** Bytes of the reply behind its header if it goes well. */
  replyBytes = 0;

  #readData: Uint8Array = this.memory.subarray(0, 0);
  #writeData: Uint8Array = this.memory.subarray(0, 0);

  constructor(onDone: (slot: RequestSlot, error: Parameters<BlockDone>[0]) => void) {
    this.done = (error) => onDone(this, error);
  }

  /** Where the data of a read belong: right behind the header of its reply. Requests of the same length share one view. */
  readData(length: number): Uint8Array {
    if (this.#readData.length !== length) this.#readData = this.memory.subarray(replyHeaderBytes, replyHeaderBytes + length);
    return this.#readData;
  }

  /** The data that came with a write. */
  writeData(length: number): Uint8Array {
    const at = requestHeaderBytes + transferBodyBytes;
    if (this.#writeData.length !== length) this.#writeData = this.memory.subarray(at, at + length);
    return this.#writeData;
  }
}

import { type BlockDevice, type BlockDone, BlockError, type BlockExtent, type BlockFeatures, type BlockGeometry } from "./block-device.ts";

export interface CommandOptions {
  /**
   * Gives the command up: it then rejects with ECANCELED, whose cause is the signal's reason, unless it was over before. A device that cannot cancel
   * finishes it. Either way the buffer is yours again when the promise settles and not before.
   */
  readonly signal?: AbortSignal;
}

export interface WriteOptions extends CommandOptions {
  /** The data is durable when the promise resolves. Default: false, durable after the next `flush`. */
  readonly fua?: boolean;
}

export interface WriteZeroesOptions extends WriteOptions {
  /** Blocks may lose their storage. Default: true. */
  readonly mayUnmap?: boolean;
  /** Reject with ENOTSUP rather than send zeroes as data. Default: false. */
  readonly fast?: boolean;
}

/** An extent and where it is. Bytes. */
export interface PlacedExtent extends BlockExtent {
  readonly offset: number;
}

/**
 * Any block device with promises, for application code. All offsets and lengths are bytes, multiples of `geometry.blockSize`; every rejection is a
 * `BlockError`. Commands may run at the same time and end in any order.
 */
export class BlockDevicePromises {
  readonly device: BlockDevice;

  constructor(device: BlockDevice) {
    this.device = device;
  }

  get geometry(): BlockGeometry {
    return this.device.geometry;
  }

  get features(): BlockFeatures {
    return this.device.features;
  }

  /** Reads `length` bytes from `offset` into a fresh array. */
  async read(offset: number, length: number, options?: CommandOptions): Promise<Uint8Array> {
    // Asked before the memory is taken: a wrong length may be any number.
    if (length > this.geometry.size)
      throw new BlockError("ENOSPC", `${length} bytes are more than the ${this.geometry.size} of the device`);
    if (!Number.isSafeInteger(length) || length < 0) throw new BlockError("EINVAL", `${length} is no length`);
    const destination = new Uint8Array(length);
    await this.readInto(offset, destination, options);
    return destination;
  }

  /** Fills all of `destination` from `offset`. Its memory is handed to the device itself: nothing is copied here. */
  readInto(offset: number, destination: Uint8Array, options?: CommandOptions): Promise<void> {
    return this.#run(options?.signal, (done) => this.device.readInto(offset, destination, done));
  }

  /** Writes all of `source` at `offset`. Leave `source` alone until the promise settles. */
  write(offset: number, source: Uint8Array, options?: WriteOptions): Promise<void> {
    return this.#run(options?.signal, (done) => this.device.writeFrom(offset, source, options?.fua ?? false, done));
  }

  /** Everything whose write was done before this call is durable when the promise resolves. */
  flush(options?: CommandOptions): Promise<void> {
    return this.#run(options?.signal, (done) => this.device.flush(done));
  }

  /** Says that the contents of the range are no longer needed. */
  unmap(offset: number, length: number, options?: CommandOptions): Promise<void> {
    return this.#run(options?.signal, (done) => this.device.unmap(offset, length, done));
  }

  /** Makes the range read as zeroes. */
  writeZeroes(offset: number, length: number, options: WriteZeroesOptions = {}): Promise<void> {
    const { mayUnmap = true, fast = false, fua = false } = options;
    return this.#run(options.signal, (done) => this.device.writeZeroes(offset, length, { mayUnmap, fast, fua }, done));
  }

  /** The allocation of a range (default: the whole device), extent after extent. */
  async *blockStatus(offset = 0, length = this.geometry.size - offset): AsyncGenerator<PlacedExtent, void, undefined> {
    const end = offset + length;
    for (let at = offset; at < end; ) {
      for (const extent of await this.#extents(at, end - at)) {
        yield { offset: at, ...extent };
        at += extent.length;
      }
    }
  }

  /** Hints that the range will be read soon; resolves at once where a device takes no hints. */
  prefetch(offset: number, length: number, options?: CommandOptions): Promise<void> {
    const { device } = this;
    if (device.prefetch === undefined) return Promise.resolve();
    return this.#run(options?.signal, (done) => device.prefetch?.(offset, length, done));
  }

  /** Releases the device; commands outstanding reject with ESHUTDOWN. */
  close(): Promise<void> {
    return this.#run(undefined, (done) => this.device.close(done));
  }

  #extents(offset: number, length: number): Promise<readonly BlockExtent[]> {
    return new Promise((resolve, reject) => {
      this.device.blockStatus(offset, length, (error, extents) => {
        if (error !== undefined) reject(error);
        else if (extents.length === 0) reject(new BlockError("EIO", `the device says nothing about the blocks at ${offset}`));
        else resolve(extents);
      });
    });
  }

  #run(signal: AbortSignal | undefined, start: (done: BlockDone) => void): Promise<void> {
    if (signal?.aborted === true) return Promise.reject(canceled(signal));
    return new Promise((resolve, reject) => {
      const abort = () => this.device.cancel?.(done);
      const done: BlockDone = (error) => {
        signal?.removeEventListener("abort", abort);
        if (error === undefined) resolve();
        else reject(error.code === "ECANCELED" && signal?.aborted === true ? canceled(signal) : error);
      };
      signal?.addEventListener("abort", abort, { once: true });
      start(done);
    });
  }
}

function canceled(signal: AbortSignal): BlockError {
  return new BlockError("ECANCELED", "the command was canceled by its AbortSignal", { cause: signal.reason });
}

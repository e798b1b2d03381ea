import {
  type BlockDevice,
  type BlockDone,
  BlockError,
  type BlockExtent,
  type BlockFeatures,
  type BlockGeometry,
  type ByteOffset,
} from "./block-device.ts";
import { isBlockSize, isDeviceSize, rangeError } from "./block-range.ts";
import { ExtentList } from "./extent-list.ts";
import { sharedZeroes } from "./zeroes.ts";

export interface MemoryDiskOptions {
  /** Capacity in bytes, a multiple of `blockSize`. Memory is taken as blocks are written, not before. */
  readonly size: number;
  /** A power of two, 512 (the default) to 65536 bytes. */
  readonly blockSize?: number;
  /** Default: `blockSize`. */
  readonly physicalBlockSize?: number;
  readonly readOnly?: boolean;
  /** The most bytes of memory to hold contents in; writes beyond end in ENOSPC, as on any thin device. Default: no limit but the size. */
  readonly memoryLimit?: number;
}

/**
 * Contents are kept in pieces of this many bytes. So large a piece is fresh pages from the kernel, of which those take room that are written to; pieces of 64 KiB come from the heap, and where they were
 * written in no order, reads of 64 KiB are slower by a third (docs/decisions/hot-path.md).
 */
const chunkSize = 256 * 1024;

/** How far `blockStatus` looks at once, so that one question about a huge device does not hold everybody up. */
const maxStatusChunks = 16 * 1024;

/**
 * A block device in memory, thin: a block takes memory from its first write until it is unmapped, and is known to be a hole otherwise. Every command
 * is done before its method returns.
 */
export class MemoryDisk implements BlockDevice {
  #geometry: BlockGeometry;
  readonly features: BlockFeatures;
  readonly #memoryLimit: number;
  readonly #chunks = new Map<number, Chunk>();
  readonly #listeners = new Set<() => void>();
  #closed = false;

  /** @throws BlockError EINVAL for a size or block size that no device can have. */
  constructor(options: MemoryDiskOptions) {
    const blockSize = options.blockSize ?? 512;
    const physicalBlockSize = options.physicalBlockSize ?? blockSize;
    if (!isBlockSize(blockSize)) throw new BlockError("EINVAL", `block size ${blockSize} is no power of two from 512 to 65536`);
    if (!isDeviceSize(options.size, blockSize)) throw badSize(options.size, blockSize);
    this.#geometry = { blockSize, size: options.size, physicalBlockSize, optimalTransfer: 0 };
    this.#memoryLimit = options.memoryLimit ?? Number.POSITIVE_INFINITY;
    this.features = {
      readOnly: options.readOnly ?? false,
      writeCache: false,
      fua: true,
      unmap: true,
      writeZeroes: true,
      unmapZeroes: true,
      blockStatus: true,
      unmapGranularity: blockSize,
      unmapAlignment: 0,
      rotational: false,
    };
  }

  get geometry(): BlockGeometry {
    return this.#geometry;
  }

  /** Bytes of memory that contents take just now. */
  get memoryUsed(): number {
    return this.#chunks.size * chunkSize;
  }

  readInto(offset: ByteOffset, destination: Uint8Array, done: BlockDone): void {
    const refusal = this.#refusal(offset, destination.length, false);
    if (refusal !== undefined) {
      done(refusal);
      return;
    }
    for (let at = 0; at < destination.length; ) {
      const within = (offset + at) % chunkSize;
      const length = Math.min(chunkSize - within, destination.length - at);
      const chunk = this.#chunks.get((offset + at - within) / chunkSize);
      if (chunk === undefined) destination.fill(0, at, at + length);
      else copy(chunk.data, within, destination, at, length);
      at += length;
    }
    done(undefined);
  }

  lendRead(offset: ByteOffset, length: number, pieces: Uint8Array[]): boolean {
    if (this.#refusal(offset, length, false) !== undefined) return false;
    for (let at = 0; at < length; ) {
      const within = (offset + at) % chunkSize;
      const part = Math.min(chunkSize - within, length - at);
      const data = this.#chunks.get((offset + at - within) / chunkSize)?.data ?? sharedZeroes;
      pieces.push(part === data.length ? data : data.subarray(within, within + part));
      at += part;
    }
    return true;
  }

  writeFrom(offset: ByteOffset, source: Uint8Array, _fua: boolean, done: BlockDone): void {
    const refusal = this.#refusal(offset, source.length, true);
    if (refusal !== undefined) {
      done(refusal);
      return;
    }
    for (let at = 0; at < source.length; ) {
      const within = (offset + at) % chunkSize;
      const length = Math.min(chunkSize - within, source.length - at);
      const chunk = this.#chunkForWriting((offset + at - within) / chunkSize);
      if (chunk instanceof BlockError) {
        done(chunk);
        return;
      }
      copy(source, at, chunk.data, within, length);
      chunk.allocate(within, length, this.#geometry.blockSize);
      at += length;
    }
    done(undefined);
  }

  flush(done: BlockDone): void {
    done(this.#closed ? shutDown() : undefined);
  }

  unmap(offset: ByteOffset, length: number, done: BlockDone): void {
    const refusal = this.#refusal(offset, length, true);
    if (refusal === undefined) this.#release(offset, length);
    done(refusal);
  }

  writeZeroes(
    offset: ByteOffset,
    length: number,
    options: { readonly mayUnmap: boolean; readonly fast: boolean; readonly fua: boolean },
    done: BlockDone,
  ): void {
    const refusal = this.#refusal(offset, length, true);
    if (refusal !== undefined) {
      done(refusal);
      return;
    }
    if (options.mayUnmap) {
      this.#release(offset, length);
      done(undefined);
      return;
    }
    for (let at = 0; at < length; ) {
      const within = (offset + at) % chunkSize;
      const part = Math.min(chunkSize - within, length - at);
      const chunk = this.#chunkForWriting((offset + at - within) / chunkSize);
      if (chunk instanceof BlockError) {
        done(chunk);
        return;
      }
      chunk.data.fill(0, within, within + part);
      chunk.allocate(within, part, this.#geometry.blockSize);
      at += part;
    }
    done(undefined);
  }

  blockStatus(offset: ByteOffset, length: number, done: (error: BlockError | undefined, extents: readonly BlockExtent[]) => void): void {
    const refusal = this.#refusal(offset, length, false);
    if (refusal !== undefined) {
      done(refusal, []);
      return;
    }
    const { blockSize } = this.#geometry;
    const extents = new ExtentList();
    const scope = Math.min(length, maxStatusChunks * chunkSize);
    while (extents.length < scope) {
      const at = offset + extents.length;
      const within = at % chunkSize;
      const part = Math.min(chunkSize - within, scope - extents.length);
      const chunk = this.#chunks.get((at - within) / chunkSize);
      if (chunk === undefined) extents.add(part, true, true);
      else chunk.describe(within, part, blockSize, extents);
    }
    done(undefined, extents.take());
  }

  onGeometryChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Gives the device another size. What lies past the new end is lost.
   *
   * @throws BlockError EINVAL for a size that no device can have.
   */
  resize(size: number): void {
    const { blockSize } = this.#geometry;
    if (!isDeviceSize(size, blockSize)) throw badSize(size, blockSize);
    if (size < this.#geometry.size) this.#release(size, this.#geometry.size - size);
    this.#geometry = { ...this.#geometry, size };
    for (const listener of this.#listeners) listener();
  }

  close(done: BlockDone): void {
    this.#closed = true;
    this.#chunks.clear();
    done(undefined);
  }

  #refusal(offset: number, length: number, modifies: boolean): BlockError | undefined {
    if (this.#closed) return shutDown();
    if (modifies && this.features.readOnly) return new BlockError("EPERM", "the memory disk is read-only");
    return rangeError(this.#geometry, offset, length);
  }

  #chunkForWriting(index: number): Chunk | BlockError {
    const known = this.#chunks.get(index);
    if (known !== undefined) return known;
    if (this.memoryUsed + chunkSize > this.#memoryLimit) {
      return new BlockError("ENOSPC", `the memory disk may hold ${this.#memoryLimit} bytes of contents, and they are used up`);
    }
    try {
      const chunk = new Chunk(this.#geometry.blockSize);
      this.#chunks.set(index, chunk);
      return chunk;
    } catch (error) {
      return new BlockError("ENOMEM", "no memory is left for the memory disk's contents", { cause: error });
    }
  }

  #release(offset: number, length: number): void {
    const { blockSize } = this.#geometry;
    const end = offset + length;
    // A device may have many more chunk numbers than chunks: walk whichever is fewer.
    const first = Math.floor(offset / chunkSize);
    const count = Math.ceil(end / chunkSize) - first;
    if (count > this.#chunks.size) {
      for (const index of this.#chunks.keys()) this.#releaseWithin(index, offset, end, blockSize);
    } else {
      for (let index = first; index < first + count; index++) this.#releaseWithin(index, offset, end, blockSize);
    }
  }

  #releaseWithin(index: number, offset: number, end: number, blockSize: number): void {
    const start = index * chunkSize;
    const from = Math.max(offset - start, 0);
    const to = Math.min(end - start, chunkSize);
    if (from >= to) return;
    if (this.#chunks.get(index)?.release(from, to, blockSize) === true) this.#chunks.delete(index);
  }
}

/** Some contents, and which of its blocks are allocated. The others are zero. */
class Chunk {
  readonly data = new Uint8Array(chunkSize);
  /** A byte for each block: 1 when allocated. */
  readonly #allocated: Uint8Array;
  #full = false;

  constructor(blockSize: number) {
    this.#allocated = new Uint8Array(chunkSize / blockSize);
  }

  allocate(within: number, length: number, blockSize: number): void {
    if (this.#full) return;
    this.#allocated.fill(1, within / blockSize, (within + length) / blockSize);
    this.#full = length === chunkSize;
  }

  /** True when nothing of the chunk is left. */
  release(from: number, to: number, blockSize: number): boolean {
    this.data.fill(0, from, to);
    this.#allocated.fill(0, from / blockSize, to / blockSize);
    this.#full = false;
    return !this.#allocated.includes(1);
  }

  describe(within: number, length: number, blockSize: number, extents: ExtentList): void {
    for (let at = within; at < within + length; at += blockSize) {
      const hole = this.#allocated[at / blockSize] === 0;
      extents.add(blockSize, hole, hole);
    }
  }
}

/** `set` of a whole array is quicker than of a view, which is one more object. */
function copy(source: Uint8Array, from: number, destination: Uint8Array, to: number, length: number): void {
  if (from === 0 && length === source.length) destination.set(source, to);
  else destination.set(source.subarray(from, from + length), to);
}

function badSize(size: number, blockSize: number): BlockError {
  return new BlockError("EINVAL", `size ${size} is no positive multiple of the ${blockSize}-byte block`);
}

function shutDown(): BlockError {
  return new BlockError("ESHUTDOWN", "the memory disk is closed");
}

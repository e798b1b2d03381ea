import { type BigIntStats, close, constants, fdatasync, fstat, ftruncate, open, unlink } from "node:fs";
import { promisify } from "node:util";
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
import { claimFile } from "./file-claims.ts";
import { fileError } from "./file-error.ts";
import { FileTransfer } from "./file-transfer.ts";
import { WrittenMap } from "./written-map.ts";

export interface FileDiskOptions {
  /** Creates the file, sparse and with this many bytes, when there is none. A file that exists must have this size. */
  readonly size?: number;
  /** A power of two, 512 (the default) to 65536 bytes. */
  readonly blockSize?: number;
  readonly readOnly?: boolean;
}

/**
 * A block device in a regular file: a raw image, sparse or not.
 *
 * Node has no way to punch a hole, to find one, or to lock a file. Therefore `unmap` is a hint that nothing is done about (zeroes in its
 * place would cost the writing and save no space; `features.unmap` is false), `writeZeroes` writes zeroes, `blockStatus` knows only what was never
 * written since the file had no storage at all, and a file is kept from being two disks in this process but not in two.
 */
export class FileDisk implements BlockDevice {
  #geometry: BlockGeometry;
  #features: BlockFeatures;
  readonly #listeners = new Set<() => void>();
  readonly #troubleListeners = new Set<(sentence: string) => void>();
  #isRemoved = false;
  readonly path: string;
  readonly #fd: number;
  /** The file once more, opened so that a write is durable when it is done. */
  readonly #durableFd: number;
  readonly #giveBack: () => void;
  #written: WrittenMap | undefined;
  readonly #idle: FileTransfer[] = [];
  #outstanding = 0;
  #closed = false;
  #whenQuiet: (() => void) | undefined;

  /**
   * Opens or creates the file.
   *
   * @throws BlockError EINVAL when it is no regular file or has no size that a device can have, EPERM when it may not be opened, EBUSY when it is a
   * disk already.
   */
  static async open(path: string, options: FileDiskOptions = {}): Promise<FileDisk> {
    const blockSize = options.blockSize ?? 512;
    if (!isBlockSize(blockSize)) throw new BlockError("EINVAL", `block size ${blockSize} is no power of two from 512 to 65536`);
    if (options.size !== undefined && !isDeviceSize(options.size, blockSize)) {
      throw new BlockError("EINVAL", `size ${options.size} is no positive multiple of the ${blockSize}-byte block`);
    }
    const readOnly = options.readOnly ?? false;
    const opened: number[] = [];
    let giveBack: (() => void) | undefined;
    try {
      const fd = await openOrCreate(path, readOnly, options.size);
      opened.push(fd);
      const stats = await promisify(fstat)(fd, { bigint: true });
      checkImage(path, stats, blockSize, options.size);
      giveBack = claimFile(path, stats, !readOnly);
      const durableFd = readOnly ? fd : await promisify(open)(path, constants.O_RDWR | constants.O_DSYNC);
      if (durableFd !== fd) opened.push(durableFd);
      return new FileDisk(path, fd, durableFd, stats, blockSize, readOnly, giveBack);
    } catch (error) {
      giveBack?.();
      for (const fd of opened) close(fd, () => {});
      throw error instanceof BlockError ? error : openingError(path, error, options);
    }
  }

  private constructor(
    path: string,
    fd: number,
    durableFd: number,
    stats: BigIntStats,
    blockSize: number,
    readOnly: boolean,
    giveBack: () => void,
  ) {
    this.path = path;
    this.#fd = fd;
    this.#durableFd = durableFd;
    this.#giveBack = giveBack;
    const size = Number(stats.size);
    const fileSystemBlock = Number(stats.blksize);
    const physicalBlockSize = Math.max(blockSize, isBlockSize(fileSystemBlock) ? fileSystemBlock : 0);
    this.#geometry = { blockSize, size, physicalBlockSize, optimalTransfer: 0 };
    if (stats.blocks === 0n && !readOnly) this.#written = new WrittenMap(size);
    this.#features = {
      readOnly,
      writeCache: true,
      fua: true,
      unmap: false,
      writeZeroes: false,
      unmapZeroes: false,
      blockStatus: this.#written !== undefined,
      unmapGranularity: blockSize,
      unmapAlignment: 0,
      rotational: false,
    };
  }

  get geometry(): BlockGeometry {
    return this.#geometry;
  }

  get features(): BlockFeatures {
    return this.#features;
  }

  /** Has a look whether the file has another size now, and takes it over as far as whole blocks go; `onGeometryChange` tells. A file that is empty or cannot be looked at stays what it was. */
  measure(): void {
    if (this.#closed) return;
    fstat(this.#fd, (error, stats) => {
      if (error !== null || this.#closed) return;
      if (stats.nlink === 0 && !this.#isRemoved) {
        this.#isRemoved = true;
        this.#tell(`${this.path} was removed: what is in it is lost when it is no disk any more`);
      }
      const { blockSize } = this.#geometry;
      const size = stats.size - (stats.size % blockSize);
      if (size === this.#geometry.size || !isDeviceSize(size, blockSize)) return;
      if (size < this.#geometry.size) {
        this.#tell(`${this.path} was made smaller while it is a disk: it had ${this.#geometry.size} bytes, and has ${stats.size}`);
      }
      this.#geometry = { ...this.#geometry, size };
      // Whoever changed the file may have written to it too.
      this.#written = undefined;
      this.#features = { ...this.#features, blockStatus: false };
      for (const listener of this.#listeners) listener();
    });
  }

  readInto(offset: ByteOffset, destination: Uint8Array, done: BlockDone): void {
    const refusal = this.#refusal(offset, destination.length, false);
    if (refusal !== undefined) {
      done(refusal);
      return;
    }
    this.#transfer(done).read(this.#fd, offset, destination);
  }

  writeFrom(offset: ByteOffset, source: Uint8Array, fua: boolean, done: BlockDone): void {
    const refusal = this.#refusal(offset, source.length, true);
    if (refusal !== undefined) {
      done(refusal);
      return;
    }
    this.#written?.note(offset, source.length);
    this.#transfer(done).write(fua ? this.#durableFd : this.#fd, offset, source);
  }

  flush(done: BlockDone): void {
    if (this.#closed) {
      done(this.#shutDown());
      return;
    }
    if (this.features.readOnly) {
      done(undefined);
      return;
    }
    this.#outstanding++;
    fdatasync(this.#fd, (error) => this.#ended(done, error === null ? undefined : fileError("flush", this.path, error)));
  }

  /** Nothing is done: see the class. */
  unmap(offset: ByteOffset, length: number, done: BlockDone): void {
    done(this.#refusal(offset, length, true));
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
    const alreadyZero =
      options.mayUnmap &&
      this.#written !== undefined &&
      !this.#written.isWritten(offset) &&
      this.#written.runLength(offset, length) === length;
    if (alreadyZero || length === 0) {
      done(undefined);
      return;
    }
    if (options.fast) {
      done(new BlockError("ENOTSUP", `${this.path}: a file can be zeroed only by writing zeroes`));
      return;
    }
    this.#written?.note(offset, length);
    this.#transfer(done).zero(options.fua ? this.#durableFd : this.#fd, offset, length);
  }

  blockStatus(offset: ByteOffset, length: number, done: (error: BlockError | undefined, extents: readonly BlockExtent[]) => void): void {
    const refusal = this.#refusal(offset, length, false);
    if (refusal !== undefined) {
      done(refusal, []);
      return;
    }
    const extents = new ExtentList();
    if (this.#written === undefined) extents.add(length, false, false);
    else this.#written.describe(offset, length, extents);
    done(undefined, extents.take());
  }

  onGeometryChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Has `listener` called with a sentence whenever the system fails a command, or somebody makes the file smaller or removes it; until the returned function is called. Whoever uses the disk hears of it by other words, or not at all. */
  onTrouble(listener: (sentence: string) => void): () => void {
    this.#troubleListeners.add(listener);
    return () => this.#troubleListeners.delete(listener);
  }

  /** Waits for what is outstanding, which the operating system no longer lets go, and closes the file. What was not flushed is not flushed by this. */
  close(done: BlockDone): void {
    if (this.#closed) {
      done(undefined);
      return;
    }
    this.#closed = true;
    this.#whenQuiet = () => {
      this.#giveBack();
      if (this.#durableFd !== this.#fd) close(this.#durableFd, () => {});
      close(this.#fd, (error) => done(error === null ? undefined : fileError("close", this.path, error)));
    };
    if (this.#outstanding === 0) this.#whenQuiet();
  }

  #refusal(offset: number, length: number, modifies: boolean): BlockError | undefined {
    if (this.#closed) return this.#shutDown();
    if (modifies && this.features.readOnly) return new BlockError("EPERM", `${this.path} is open read-only`);
    return rangeError(this.geometry, offset, length);
  }

  #shutDown(): BlockError {
    return new BlockError("ESHUTDOWN", `the disk in ${this.path} is closed`);
  }

  #transfer(done: BlockDone): FileTransfer {
    this.#outstanding++;
    const transfer =
      this.#idle.pop() ??
      new FileTransfer(this.path, (ended, userDone, error) => {
        this.#idle.push(ended);
        this.#ended(userDone, error);
      });
    transfer.done = done;
    return transfer;
  }

  #tell(sentence: string): void {
    for (const listener of [...this.#troubleListeners]) listener(sentence);
  }

  #ended(done: BlockDone, error: BlockError | undefined): void {
    this.#outstanding--;
    if (error !== undefined) this.#tell(error.message);
    done(error);
    if (this.#outstanding === 0 && this.#closed) this.#whenQuiet?.();
  }
}

async function openOrCreate(path: string, readOnly: boolean, size: number | undefined): Promise<number> {
  const access = readOnly ? constants.O_RDONLY : constants.O_RDWR;
  try {
    // Without O_NONBLOCK, opening a fifo would wait for its other end before it can be told from a file.
    return await promisify(open)(path, access | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || size === undefined || readOnly) throw error;
  }
  const fd = await promisify(open)(path, access | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    await promisify(ftruncate)(fd, size);
    return fd;
  } catch (error) {
    await promisify(close)(fd);
    await promisify(unlink)(path);
    throw error;
  }
}

function checkImage(path: string, stats: BigIntStats, blockSize: number, size: number | undefined): void {
  if (!stats.isFile()) throw new BlockError("EINVAL", `${path} is no regular file; only files can be disks`);
  if (!isDeviceSize(Number(stats.size), blockSize)) {
    const whole = Math.max(1, Math.ceil(Number(stats.size) / blockSize)) * blockSize;
    throw new BlockError(
      "EINVAL",
      `${path} has ${stats.size} bytes, which is no positive multiple of the ${blockSize}-byte block; "truncate -s ${whole}" makes it one`,
    );
  }
  if (size !== undefined && Number(stats.size) !== size) {
    throw new BlockError("EINVAL", `${path} exists and has ${stats.size} bytes, not ${size}; leave the size out, or choose another file`);
  }
}

function openingError(path: string, error: unknown, { size, readOnly = false }: FileDiskOptions): BlockError {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EISDIR") return new BlockError("EINVAL", `${path} is no regular file; only files can be disks`, { cause: error });
  if (code === "ENOENT") {
    const nextStep =
      size === undefined ? "give a size to have it created" : readOnly ? "for reading alone none is created" : "nor a folder for it";
    return new BlockError("EINVAL", `there is no file ${path}; ${nextStep}`, { cause: error });
  }
  return fileError("open", path, error as NodeJS.ErrnoException);
}

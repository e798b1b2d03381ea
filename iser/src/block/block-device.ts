/** A byte position on a device. Branded, because mixing it up with a block index costs data. Always < 2^53. */
export type ByteOffset = number & { readonly __unit?: "ByteOffset" };

/** A block index (LBA) on a device. Always < 2^53. */
export type BlockIndex = number & { readonly __unit?: "BlockIndex" };

/** What went wrong, in the names every front end can translate (errno). */
export type BlockErrorCode =
  | "EIO" // the medium, the target or the road to it failed
  | "EINVAL" // misaligned, or out of what the device can express
  | "ENOSPC" // past the end, or a thin device ran out
  | "EPERM" // read-only or write-protected
  | "EBUSY" // reserved by another initiator
  | "ENOTSUP" // the device cannot do this (also: cannot do it fast)
  | "ENOMEM"
  | "EILSEQ" // compare and write: the comparison failed
  | "ESHUTDOWN" // the device is closed or gone
  | "ECANCELED"; // the caller's AbortSignal fired

export class BlockError extends Error {
  override readonly name = "BlockError";
  readonly code: BlockErrorCode;

  /** `message` says whose fault it is and what happened; `cause` keeps what is underneath (a sense code, a protocol error). */
  constructor(code: BlockErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Called exactly once. No error means done. */
export type BlockDone = (error: BlockError | undefined) => void;

/** A run of blocks with one allocation state. Lengths in bytes. */
export interface BlockExtent {
  readonly length: number;
  /** No storage is allocated here. */
  readonly hole: boolean;
  /** Reads give zeroes here. */
  readonly zero: boolean;
}

export interface BlockGeometry {
  /** Logical block size in bytes: every offset and length is a multiple of it. 512 or 4096 in practice; a power of two. */
  readonly blockSize: number;
  /** Capacity in bytes; a multiple of blockSize. */
  readonly size: number;
  /** Physical block size in bytes (>= blockSize): writes smaller than this may cost a read. */
  readonly physicalBlockSize: number;
  /** Preferred transfer in bytes, or 0 when the device has no opinion. */
  readonly optimalTransfer: number;
}

export interface BlockFeatures {
  readonly readOnly: boolean;
  /** Writes may linger in a volatile cache until `flush`. */
  readonly writeCache: boolean;
  /** `write` with `fua` is made durable by the device itself (else the device does a flush behind it). */
  readonly fua: boolean;
  readonly unmap: boolean;
  /** `writeZeroes` is offloaded rather than sent as data. */
  readonly writeZeroes: boolean;
  /** Unmapped blocks read as zeroes. */
  readonly unmapZeroes: boolean;
  readonly blockStatus: boolean;
  /** Unmap in multiples of this many bytes, starting at `unmapAlignment`; smaller parts may be left as they are. */
  readonly unmapGranularity: number;
  readonly unmapAlignment: number;
  readonly rotational: boolean;
}

/**
 * A block device: the seam everybody meets at. NBD, FUSE and the embedded target serve any of them; memory, a file and a SCSI
 * disk behind an initiator are some.
 *
 * All offsets and lengths are bytes, multiples of `geometry.blockSize`; anything else ends in EINVAL, anything past the end in ENOSPC. Any length is accepted: the
 * device splits what it must. Buffers are lent from the call until `done`; a buffer is the caller's again when `done` is called and not before, also on failure.
 * Commands may complete in any order. `done` may be called before the method returns (memory does); callers must tolerate that without recursing without bound.
 */
export interface BlockDevice {
  /** May change over the device's life (resize); `onGeometryChange` tells. */
  readonly geometry: BlockGeometry;
  readonly features: BlockFeatures;

  /** Fills all of `destination` from `offset`. */
  readInto(offset: ByteOffset, destination: Uint8Array, done: BlockDone): void;

  /** Writes all of `source` at `offset`; with `fua`, `done` means durable. */
  writeFrom(offset: ByteOffset, source: Uint8Array, fua: boolean, done: BlockDone): void;

  /** Everything whose write was done before this call is durable when `done` is called without error. */
  flush(done: BlockDone): void;

  /** The contents of the range are no longer needed. A hint unless `features.unmapZeroes`; parts below the granularity may stay. */
  unmap(offset: ByteOffset, length: number, done: BlockDone): void;

  /**
   * The range reads as zeroes when done. `mayUnmap` allows holes; without it, blocks stay allocated. `fast`: fail with
   * ENOTSUP at once rather than write zeroes as data.
   */
  writeZeroes(
    offset: ByteOffset,
    length: number,
    options: { readonly mayUnmap: boolean; readonly fast: boolean; readonly fua: boolean },
    done: BlockDone,
  ): void;

  /** Allocation of [offset, offset + length): extents in order, covering at least the first byte and at most `length`. */
  blockStatus(offset: ByteOffset, length: number, done: (error: BlockError | undefined, extents: readonly BlockExtent[]) => void): void;

  /**
   * For a device whose contents are memory: appends that memory to `pieces`, in order, in place of a copy of it, and returns true; false with nothing
   * appended means use `readInto`. The pieces are not to be written and stay readable for ever, but show what is written to the range later: for a caller
   * that sends them on before its own reader is told that the read is over.
   */
  lendRead?(offset: ByteOffset, length: number, pieces: Uint8Array[]): boolean;

  /** Hints that the range will be read soon. */
  prefetch?(offset: ByteOffset, length: number, done: BlockDone): void;

  /**
   * Asks that the outstanding command whose `done` this is be given up. It still ends exactly once through `done`, with ECANCELED or whatever came
   * first. Meant for devices whose commands can be long in coming back; nothing happens when the command is not known. Commands are told apart by
   * their `done`, so a caller that wants to cancel gives each of its own.
   */
  cancel?(done: BlockDone): void;

  /** Calls `listener` after the geometry changed, until the returned function is called. */
  onGeometryChange(listener: () => void): () => void;

  /** Releases the device; commands outstanding end in ESHUTDOWN. A second close is harmless. */
  close(done: BlockDone): void;
}

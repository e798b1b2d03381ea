import { type BlockDevice, type BlockError, rangeError } from "#block";
import { AttributeChange, attributesBytes, writeAttributes } from "./protocol/attributes.ts";
import { Errno, errnoOf } from "./protocol/errno.ts";
import { isAboutRoot, replyHeaderBytes, requestHeaderBytes, requestLength, requestOpcode, writeReplyHeader } from "./protocol/header.ts";
import {
  agreementBytes,
  initialisationBytes,
  major,
  oldestMinor,
  readOffer,
  writeAgreement,
  writeVersion,
} from "./protocol/initialisation.ts";
import { Opcode } from "./protocol/opcode.ts";
import { statisticsBytes, writeStatistics } from "./protocol/statistics.ts";
import { tryReadUint64, writeUint64 } from "./protocol/uint64.ts";
import { maxTransferBytes, RequestSlot, transferBodyBytes } from "./request-slot.ts";

/** Modes of fallocate(2) that a loop device uses, both with FALLOC_FL_KEEP_SIZE: to discard or zero with the storage given back, and to zero with it kept. */
const FallocateMode = { punchHole: 0x03, zeroRange: 0x11 } as const;

/** Flags of the answer to FUSE_OPEN. */
const OpenFlag = { directIo: 1 << 0, parallelDirectWrites: 1 << 6 } as const;

/** O_ACCMODE of open(2); 0 is reading alone. */
const accessMode = 3;

/** Lengths of what must follow the header, by opcode; of the others nothing is needed. */
const bodyBytes: Readonly<Record<number, number>> = {
  [Opcode.getattr]: 16,
  [Opcode.setattr]: 88,
  [Opcode.open]: 8,
  [Opcode.read]: transferBodyBytes,
  [Opcode.write]: transferBodyBytes,
  [Opcode.release]: 24,
  [Opcode.fsync]: 16,
  [Opcode.flush]: 24,
  [Opcode.init]: 8,
  [Opcode.fallocate]: 32,
};

/** struct fuse_open_out and struct fuse_write_out. */
const openReplyBytes = 16;
const writeReplyBytes = 8;

/** What a request came to: a reply with a body of so many bytes, an error number below zero, a reply when the device is done, or none at all. */
type Outcome = number | "later" | "nothing";

export interface FuseFileOptions {
  readonly device: BlockDevice;
  /** Requests that the kernel may have under way without waiting for any of them. */
  readonly maxBackground: number;
  /** `length` bytes at the start of the slot's memory go to the kernel, at once and as one write(2); 0 means none. The slot is free then. */
  readonly onReply: (slot: RequestSlot, length: number) => void;
  /** The kernel cannot be talked to, or the request was none: why, for the log. */
  readonly onFault?: ((message: string) => void) | undefined;
}

/**
 * A file system that is one regular file, backed by a block device: the protocol of /dev/fuse without /dev/fuse. Requests go in through `handle` in the memory
 * of a slot, replies come out through `onReply` in the same memory, in any order.
 *
 * Follows the kernel's interface 7.28 and later (include/uapi/linux/fuse.h).
 */
export class FuseFile {
  readonly #device: BlockDevice;
  readonly #maxBackground: number;
  readonly #onReply: (slot: RequestSlot, length: number) => void;
  readonly #onFault: (message: string) => void;
  #agreed = false;

  constructor(options: FuseFileOptions) {
    this.#device = options.device;
    this.#maxBackground = options.maxBackground;
    this.#onReply = options.onReply;
    this.#onFault = options.onFault ?? (() => {});
  }

  /** The version was agreed on: the mount is in use. */
  get agreed(): boolean {
    return this.#agreed;
  }

  /** Memory for one request at a time. */
  newSlot(): RequestSlot {
    return new RequestSlot((slot, error) => this.#onDone(slot, error));
  }

  /** A request of `length` bytes is at the start of the slot's memory, which is lent until `onReply`. */
  handle(slot: RequestSlot, length: number): void {
    const outcome = this.#act(slot, length);
    if (outcome === "nothing") this.#onReply(slot, 0);
    else if (outcome !== "later") this.#reply(slot, outcome);
  }

  #act(slot: RequestSlot, length: number): Outcome {
    const { view } = slot;
    if (length < requestHeaderBytes || requestLength(view) !== length) {
      this.#onFault(`${length} bytes came from the kernel that are no request`);
      return "nothing";
    }
    const opcode = requestOpcode(view);
    if (length < requestHeaderBytes + (bodyBytes[opcode] ?? 0)) return -Errno.EINVAL;
    if (opcode === Opcode.init) return this.#initialise(view, length);
    return this.#agreed ? this.#dispatch(slot, opcode, length) : -Errno.EPROTO;
  }

  #dispatch(slot: RequestSlot, opcode: number, length: number): Outcome {
    switch (opcode) {
      case Opcode.read:
        return this.#read(slot);
      case Opcode.write:
        return this.#write(slot, length);
      case Opcode.fsync:
        return this.#flush(slot);
      case Opcode.fallocate:
        return this.#fallocate(slot);
      case Opcode.getattr:
        return isAboutRoot(slot.view) ? this.#attributes(slot.view) : -Errno.ENOENT;
      case Opcode.setattr:
        return this.#changeAttributes(slot.view);
      case Opcode.open:
        return this.#open(slot.view);
      case Opcode.statfs:
        return this.#statistics(slot.view);
      case Opcode.lookup:
        return -Errno.ENOENT;
      // Closing is no reason to wait for the medium: fsync(2) is.
      case Opcode.flush:
      case Opcode.release:
      case Opcode.destroy:
        return 0;
      // What was interrupted ends in its own time; and there is nothing to be forgotten.
      case Opcode.interrupt:
      case Opcode.forget:
      case Opcode.batchForget:
        return "nothing";
      default:
        return -Errno.ENOSYS;
    }
  }

  #initialise(view: DataView, length: number): Outcome {
    const kernelMajor = view.getUint32(requestHeaderBytes, true);
    if (kernelMajor > major) {
      writeVersion(view, replyHeaderBytes);
      return agreementBytes;
    }
    const offer = length < requestHeaderBytes + initialisationBytes ? undefined : readOffer(view, requestHeaderBytes);
    if (kernelMajor < major || offer === undefined || offer.minor < oldestMinor) {
      const spoken = `${kernelMajor}.${offer?.minor ?? 0}`;
      this.#onFault(`the kernel speaks version ${spoken} of FUSE; ${major}.${oldestMinor} (Linux 4.20) or later is needed`);
      return -Errno.EPROTO;
    }
    this.#agreed = true;
    writeAgreement(view, replyHeaderBytes, offer, maxTransferBytes, this.#maxBackground);
    return agreementBytes;
  }

  #open(view: DataView): Outcome {
    if (!isAboutRoot(view)) return -Errno.ENOENT;
    const flags = view.getUint32(requestHeaderBytes, true);
    if (this.#device.features.readOnly && (flags & accessMode) !== 0) return -Errno.EROFS;
    writeUint64(view, replyHeaderBytes, 0);
    view.setUint32(replyHeaderBytes + 8, OpenFlag.directIo | OpenFlag.parallelDirectWrites, true);
    view.setUint32(replyHeaderBytes + 12, 0);
    return openReplyBytes;
  }

  /** What begins before the end and goes past it is read up to the end, as of any file. */
  #read(slot: RequestSlot): Outcome {
    const { view } = slot;
    const offset = tryReadUint64(view, requestHeaderBytes + 8);
    const wanted = view.getUint32(requestHeaderBytes + 16, true);
    if (!isAboutRoot(view) || offset < 0 || wanted > maxTransferBytes) return -Errno.EINVAL;
    const { geometry } = this.#device;
    const length = Math.max(0, Math.min(wanted, geometry.size - offset));
    if (length === 0) return 0;
    if (rangeError(geometry, offset, length) !== undefined) return -Errno.EINVAL;
    slot.replyBytes = length;
    this.#device.readInto(offset, slot.readData(length), slot.done);
    return "later";
  }

  #write(slot: RequestSlot, requestBytes: number): Outcome {
    const { view } = slot;
    const offset = tryReadUint64(view, requestHeaderBytes + 8);
    const length = view.getUint32(requestHeaderBytes + 16, true);
    if (!isAboutRoot(view) || offset < 0 || requestBytes !== requestHeaderBytes + transferBodyBytes + length) return -Errno.EINVAL;
    slot.replyBytes = writeReplyBytes;
    this.#device.writeFrom(offset, slot.writeData(length), false, slot.done);
    return "later";
  }

  #flush(slot: RequestSlot): Outcome {
    slot.replyBytes = 0;
    this.#device.flush(slot.done);
    return "later";
  }

  #fallocate(slot: RequestSlot): Outcome {
    const { view } = slot;
    const offset = tryReadUint64(view, requestHeaderBytes + 8);
    const length = tryReadUint64(view, requestHeaderBytes + 16);
    const mode = view.getUint32(requestHeaderBytes + 24, true);
    if (!isAboutRoot(view) || offset < 0 || length < 0) return -Errno.EINVAL;
    const punches = mode === FallocateMode.punchHole;
    if (!punches && mode !== FallocateMode.zeroRange) return -Errno.EOPNOTSUPP;
    // A loop device punches holes to discard, where zeroes are not asked for, and to write zeroes, where they are: so they must become zeroes. On a disk that cannot give
    // storage back, or not as zeroes, a discard of all of it (mkfs) would take as long as to write it: the kernel is told so, and then zeroes by itself.
    if (punches && !this.#device.features.unmap) return -Errno.EOPNOTSUPP;
    slot.replyBytes = 0;
    this.#device.writeZeroes(offset, length, { mayUnmap: punches, fast: punches, fua: false }, slot.done);
    return "later";
  }

  #attributes(view: DataView): Outcome {
    writeAttributes(view, replyHeaderBytes, this.#device.geometry, this.#device.features.readOnly);
    return attributesBytes;
  }

  /** Times may be set, and are forgotten; size, owner and mode are what they are. */
  #changeAttributes(view: DataView): Outcome {
    const changes = view.getUint32(requestHeaderBytes, true);
    const fixed = AttributeChange.size | AttributeChange.mode | AttributeChange.uid | AttributeChange.gid;
    return (changes & fixed) === 0 ? this.#attributes(view) : -Errno.EPERM;
  }

  #statistics(view: DataView): Outcome {
    writeStatistics(view, replyHeaderBytes, this.#device.geometry, this.#device.features);
    return statisticsBytes;
  }

  #onDone(slot: RequestSlot, error: BlockError | undefined): void {
    const { view } = slot;
    if (error !== undefined) {
      this.#reply(slot, -errnoOf(error.code));
      return;
    }
    // The reply to a write says how much was written, which is all of it.
    if (requestOpcode(view) === Opcode.write) {
      view.setUint32(replyHeaderBytes, view.getUint32(requestHeaderBytes + 16, true), true);
      view.setUint32(replyHeaderBytes + 4, 0);
    }
    this.#reply(slot, slot.replyBytes);
  }

  /** `outcome`: the bytes of the reply's body, which are there, or an error number below zero. */
  #reply(slot: RequestSlot, outcome: number): void {
    const length = replyHeaderBytes + Math.max(0, outcome);
    writeReplyHeader(slot.view, length, Math.min(0, outcome));
    this.#onReply(slot, length);
  }
}

import type { Timer } from "kit/clock";
import { type BlockDone, type BlockError, sharedZeroes } from "#block";
import { encodeGetLbaStatus } from "../cdb/get-lba-status.ts";
import { WriteSameFlag } from "../cdb/lba-command.ts";
import { encodePreFetch16 } from "../cdb/pre-fetch-16.ts";
import { encodeRead10 } from "../cdb/read-10.ts";
import { encodeRead16 } from "../cdb/read-16.ts";
import { encodeSynchronizeCache10 } from "../cdb/synchronize-cache-10.ts";
import { encodeSynchronizeCache16 } from "../cdb/synchronize-cache-16.ts";
import { encodeUnmap, encodeUnmapDescriptor, encodeUnmapHeader, unmapListLength } from "../cdb/unmap.ts";
import { encodeWrite10 } from "../cdb/write-10.ts";
import { encodeWrite16 } from "../cdb/write-16.ts";
import { encodeWriteSame16 } from "../cdb/write-same-16.ts";
import { ScsiCommand } from "../initiator-port.ts";
import type { Lun } from "../lun.ts";
import { operationName } from "../opcode.ts";
import type { DiskCapabilities } from "./disk-capabilities.ts";
import { DiskOperation } from "./disk-operation.ts";
import type { FlushEntry } from "./unflushed-writes.ts";

/** The longer command that a command is a part of. */
export interface WholeCommand {
  /** Whether what this operation does can be done by other means from any part on. */
  canGoOnWithout(operation: DiskOperation): boolean;
  /** The part from `lba` on was refused. */
  goOnFrom(lba: number): void;
  partEnded(error: BlockError | undefined): void;
  /** No part is to be begun any more. */
  stop(error: BlockError): void;
}

/** One SCSI command of a disk: a slot. Its descriptor block can be written anew, in another form, whenever the target refuses one. */
export class DiskCommand implements FlushEntry {
  readonly scsi: ScsiCommand;
  operation: DiskOperation = DiskOperation.read;
  lba = 0;
  blocks = 0;
  /** Byte 1 of the descriptor block: TransferFlag or WriteSameFlag. */
  flags = 0;
  /** Times it was sent. */
  attempts = 0;
  /** In use: taken from the disk's free list. */
  busy = false;
  /** Its caller, or the disk's closing, asked for it to be given up. */
  canceled = false;
  /** Running while it waits to be sent again. */
  retryTimer: Timer | undefined = undefined;
  /** A write that is to be followed by a flush. */
  flushAfter = false;
  /** What it wrote, while it is the flush behind its own write. */
  written: Uint8Array | undefined = undefined;
  // What it covers and whom it tells, while it is a flush.
  covers = 0;
  knows = 0;
  begunAt = 0;
  tellsOthers = false;
  done: BlockDone = noDone;
  whole: WholeCommand | undefined = undefined;
  /** The parameter list of an UNMAP with one descriptor; made when first needed. */
  #unmapList: Uint8Array | undefined;

  constructor(lun: Lun, ended: (command: DiskCommand) => void) {
    this.scsi = new ScsiCommand(() => ended(this));
    this.scsi.lun = lun;
  }

  /** Writes the descriptor block in the form that the disk is known to take. Data buffers of reads, writes and LBA status are the starter's. */
  encode(capabilities: DiskCapabilities, blockSize: number): void {
    const { scsi, lba, blocks } = this;
    const { cdb } = scsi;
    switch (this.operation) {
      case DiskOperation.read:
        scsi.cdbLength = fits10(capabilities, lba, blocks) ? encodeRead10(cdb, lba, blocks) : encodeRead16(cdb, lba, blocks);
        break;
      case DiskOperation.writeZeroes:
        scsi.dataOut = sharedZeroes.subarray(0, blocks * blockSize);
        scsi.cdbLength = fits10(capabilities, lba, blocks) ? encodeWrite10(cdb, lba, blocks) : encodeWrite16(cdb, lba, blocks);
        break;
      case DiskOperation.write:
        scsi.cdbLength = fits10(capabilities, lba, blocks)
          ? encodeWrite10(cdb, lba, blocks, this.flags)
          : encodeWrite16(cdb, lba, blocks, this.flags);
        break;
      case DiskOperation.writeSame:
        scsi.dataOut = (this.flags & WriteSameFlag.noDataOut) === 0 ? sharedZeroes.subarray(0, blockSize) : undefined;
        scsi.cdbLength = encodeWriteSame16(cdb, lba, blocks, this.flags);
        break;
      case DiskOperation.unmap:
        scsi.dataOut = this.#encodeUnmapList();
        scsi.cdbLength = encodeUnmap(cdb, false, scsi.dataOut.length);
        break;
      case DiskOperation.synchronizeCache:
        // 0 blocks from LBA 0: all of the unit.
        scsi.cdbLength =
          capabilities.synchronizeCache === "16-byte" ? encodeSynchronizeCache16(cdb, 0, 0) : encodeSynchronizeCache10(cdb, 0, 0);
        break;
      case DiskOperation.prefetch:
        scsi.cdbLength = encodePreFetch16(cdb, lba, blocks);
        break;
      case DiskOperation.lbaStatus:
        scsi.cdbLength = encodeGetLbaStatus(cdb, lba, scsi.dataIn?.length ?? 0);
        break;
    }
  }

  #encodeUnmapList(): Uint8Array {
    this.#unmapList ??= new Uint8Array(unmapListLength(1));
    encodeUnmapHeader(this.#unmapList, 1);
    encodeUnmapDescriptor(this.#unmapList, 0, this.lba, this.blocks);
    return this.#unmapList;
  }

  /** "READ (10) of 8 blocks at LBA 80", for messages. */
  describe(): string {
    const name = operationName(this.scsi.cdb);
    if (this.operation === DiskOperation.synchronizeCache) return name;
    if (this.operation === DiskOperation.lbaStatus) return `${name} at LBA ${this.lba}`;
    return `${name} of ${this.blocks} blocks at LBA ${this.lba}`;
  }

  /** Lets go of whatever its last use lent it. */
  clear(): void {
    this.busy = false;
    this.canceled = false;
    this.retryTimer = undefined;
    this.attempts = 0;
    this.flags = 0;
    this.flushAfter = false;
    this.done = noDone;
    this.whole = undefined;
    this.written = undefined;
    this.scsi.dataIn = undefined;
    this.scsi.dataOut = undefined;
  }
}

const noDone: BlockDone = () => {};

/** The 10-byte form is preferred where it reaches: some old targets know no other. */
function fits10(capabilities: DiskCapabilities, lba: number, blocks: number): boolean {
  return capabilities.transfer10 && lba <= 0xffffffff && blocks <= 0xffff;
}

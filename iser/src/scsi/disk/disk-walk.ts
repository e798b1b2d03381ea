import { type BlockDone, BlockError, sharedZeroes } from "#block";
import { WriteSameFlag } from "../cdb/lba-command.ts";
import type { WholeCommand } from "./disk-command.ts";
import type { DiskCommands } from "./disk-commands.ts";
import { DiskOperation } from "./disk-operation.ts";
import type { DiskState } from "./disk-state.ts";

/** What a walk is for. How it is done is decided again for each part, by what the disk is known to take by then. */
export type WalkPurpose = "read" | "write" | "zero" | "discard";

/** Parts of one long transfer that are at the port at once come to about this many bytes: more gains nothing and costs the processor's cache. */
const windowBytes = 1024 * 1024;

/**
 * A command on more blocks than one SCSI command may have, or one that may take several kinds of them: it goes through its range part by part, in
 * order. A slot.
 */
export class DiskWalk implements WholeCommand {
  readonly #state: DiskState;
  readonly #commands: DiskCommands;
  readonly #ended: (walk: DiskWalk) => void;
  #purpose: WalkPurpose = "read";
  /** First block of the range, of the next part, and after the last. */
  #start = 0;
  #next = 0;
  #end = 0;
  /** Parts that are at the port. */
  #inFlight = 0;
  /** The first that came up; no part is begun any more. */
  #error: BlockError | undefined;
  /** The disk's count of losses when it began. */
  #losses = 0;
  #done: BlockDone = noDone;

  /** Memory that the range is read into or written from. */
  buffer: Uint8Array | undefined = undefined;
  /** TransferFlag of writes. */
  flags = 0;
  /** Zeroing may give blocks back. */
  mayUnmap = false;
  /** Zeroing must not be sent as data. */
  fast = false;
  flushAfter = false;
  #flushing = false;

  /** `ended` gets the walk when it may be used again. */
  constructor(state: DiskState, commands: DiskCommands, ended: (walk: DiskWalk) => void) {
    this.#state = state;
    this.#commands = commands;
    this.#ended = ended;
  }

  begin(purpose: WalkPurpose, lba: number, blocks: number, done: BlockDone): void {
    this.#purpose = purpose;
    this.#start = lba;
    this.#next = lba;
    this.#end = lba + blocks;
    this.#losses = this.#commands.losses;
    this.#done = done;
    this.#advance();
  }

  stop(error: BlockError): void {
    this.#error ??= error;
  }

  partEnded(error: BlockError | undefined): void {
    this.#inFlight--;
    if (this.#flushing) this.#flushEnded(error);
    else {
      this.#error ??= error;
      this.#advance();
    }
  }

  /** The flush behind it: what was lost before it is written once more. */
  #flushEnded(error: BlockError | undefined): void {
    this.#flushing = false;
    if (error !== undefined && this.#error === undefined && this.#commands.losses > this.#losses) {
      this.#losses = this.#commands.losses;
      this.#next = this.#start;
      this.#advance();
      return;
    }
    this.flushAfter = false;
    this.#error ??= error;
    this.#finish();
  }

  /** So it is for what is done part after part, with one under way. */
  canGoOnWithout(operation: DiskOperation): boolean {
    return operation === DiskOperation.writeSame || operation === DiskOperation.unmap;
  }

  goOnFrom(lba: number): void {
    this.#inFlight--;
    this.#next = lba;
    this.#advance();
  }

  /** Begins as many parts as may be under way; ends the walk when none is left. */
  #advance(): void {
    while (this.#next < this.#end && this.#error === undefined) {
      const operation = this.#operation();
      if (operation === undefined) {
        this.#error = new BlockError(
          "ENOTSUP",
          `the disk cannot ${this.#purpose === "discard" ? "unmap blocks" : "zero blocks by itself"}`,
        );
        break;
      }
      const step = this.#step(operation);
      if (this.#inFlight >= this.#window(operation, step)) return;
      this.#startPart(operation, Math.min(step, this.#end - this.#next));
    }
    if (this.#inFlight === 0) this.#finish();
  }

  #operation(): DiskOperation | undefined {
    const { capabilities } = this.#state;
    switch (this.#purpose) {
      case "read":
        return DiskOperation.read;
      case "write":
        return DiskOperation.write;
      case "zero":
        if (capabilities.writeSame) return DiskOperation.writeSame;
        return this.fast ? undefined : DiskOperation.writeZeroes;
      case "discard":
        if (capabilities.unmap) return DiskOperation.unmap;
        return capabilities.discard ? DiskOperation.writeSame : undefined;
    }
  }

  /** The most blocks of one part. */
  #step(operation: DiskOperation): number {
    if (operation === DiskOperation.unmap) return this.#state.limits.maxUnmap;
    if (operation === DiskOperation.writeSame) return this.#state.limits.maxWriteSame;
    const bytes = this.#commands.maxTransferBytes;
    return (operation === DiskOperation.writeZeroes ? Math.min(bytes, sharedZeroes.length) : bytes) / this.#state.geometry.blockSize;
  }

  /** How many parts may be under way. */
  #window(operation: DiskOperation, step: number): number {
    if (this.canGoOnWithout(operation)) return 1;
    return Math.max(2, Math.floor(windowBytes / (step * this.#state.geometry.blockSize)));
  }

  #startPart(operation: DiskOperation, blocks: number): void {
    const { blockSize } = this.#state.geometry;
    const command = this.#commands.take(operation, this.#next, blocks, this.#done);
    command.whole = this;
    command.flags = operation === DiskOperation.writeSame ? this.#writeSameFlags() : this.flags;
    const from = (this.#next - this.#start) * blockSize;
    const part = this.buffer?.subarray(from, from + blocks * blockSize);
    if (operation === DiskOperation.read) command.scsi.dataIn = part;
    else if (operation === DiskOperation.write) command.scsi.dataOut = part;
    this.#next += blocks;
    this.#inFlight++;
    this.#commands.start(command);
  }

  /** WRITE SAME with UNMAP leaves zeroes only where unmapped blocks read as such. */
  #writeSameFlags(): number {
    const { writeSameUnmap, writeSameNoData } = this.#state.capabilities;
    const unmap = this.#purpose === "discard" || (this.mayUnmap && writeSameUnmap && this.#state.readsZeroes);
    return (unmap ? WriteSameFlag.unmap : 0) | (writeSameNoData ? WriteSameFlag.noDataOut : 0);
  }

  #finish(): void {
    if (this.flushAfter && this.#error === undefined) {
      this.#flushing = true;
      this.#inFlight++;
      this.#commands.flushBehind(this, this.#losses, this.#done);
      return;
    }
    const done = this.#done;
    const error = this.#error;
    this.buffer = undefined;
    this.flags = 0;
    this.mayUnmap = false;
    this.fast = false;
    this.flushAfter = false;
    this.#error = undefined;
    this.#done = noDone;
    this.#ended(this);
    done(error);
  }
}

const noDone: BlockDone = () => {};

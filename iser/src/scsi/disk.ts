import type { Clock } from "kit/clock";
import {
  type BlockDevice,
  type BlockDone,
  BlockError,
  type BlockExtent,
  type BlockFeatures,
  type BlockGeometry,
  type ByteOffset,
  ExtentList,
  rangeError,
} from "#block";
import { lbaStatusListLength, ProvisioningStatus, parseLbaStatusList } from "./cdb/get-lba-status.ts";
import { TransferFlag } from "./cdb/lba-command.ts";
import { DiskCommands, type ScsiDiskCounters } from "./disk/disk-commands.ts";
import { type DiskDescription, describeDisk } from "./disk/disk-description.ts";
import type { DiskIdentity } from "./disk/disk-identity.ts";
import { granuleAtOrAfter, granuleOf } from "./disk/disk-limits.ts";
import { DiskOperation } from "./disk/disk-operation.ts";
import { DiskState } from "./disk/disk-state.ts";
import { DiskWalk } from "./disk/disk-walk.ts";
import type { InitiatorPort } from "./initiator-port.ts";
import { LogicalUnit } from "./logical-unit.ts";
import type { Lun } from "./lun.ts";
import type { SenseData } from "./sense.ts";
import { unitEventOf } from "./unit-event.ts";

export interface ScsiDiskOptions {
  /** Waits before further attempts are its. */
  readonly clock: Clock;
  /**
   * Told of every unit attention of the logical unit, before the command that met it is sent again; `unitEventOf` says what it means. The disk sees to itself: it asks for its
   * capacity again when that changed, and lets flushes fail when a cache was lost.
   */
  readonly onUnitAttention?: (sense: SenseData) => void;
  /** The target's list of logical units is no longer what it was (3Fh/0Eh). */
  readonly onLunsChanged?: () => void;
  /**
   * The target keeps its write cache whatever happens to it, its user says: when it tells of a reset, no flush fails. False unless given; looked at whenever it matters, so that it may be a getter.
   */
  readonly cacheIsProtected?: boolean;
  /** At the LUN is another unit than the one that was opened: commands end in ESHUTDOWN from now on. */
  readonly onReplaced?: () => void;
  /** Writes that the target acknowledged may be lost with its cache; the next flush will fail with this. */
  readonly onWritesLost?: (error: BlockError) => void;
  /** Milliseconds for each command, as in ScsiCommand; default 0, the port's own. */
  readonly commandTimeoutMs?: number;
}

/** How many descriptors one GET LBA STATUS has room for. */
const statusDescriptors = 64;

/**
 * A block device made of SCSI commands: a disk (SBC-4) behind an initiator port.
 *
 * A read or write that fits one command costs one slot and no memory. Longer ones go part by part. Optional commands that the disk refuses are not asked
 * again: `features` says what is known by now.
 */
export class ScsiDisk implements BlockDevice {
  readonly lun: Lun;
  readonly #port: InitiatorPort;
  readonly #options: ScsiDiskOptions;
  readonly #state: DiskState;
  readonly #commands: DiskCommands;
  readonly #idleWalks: DiskWalk[] = [];
  readonly #listeners = new Set<() => void>();
  /** Gives up what is being asked when the disk is closed. */
  readonly #closing = new AbortController();
  #refreshing: Promise<void> | undefined = undefined;
  /** The disk changed again while it was being asked. */
  #stale = false;

  /**
   * Finds out what is at `lun` and opens it. Rejects with a `BlockError`: EINVAL when there is nothing, ENOTSUP when it is no disk that can be used,
   * EIO when it does not get ready. `signal` gives up.
   */
  static async open(port: InitiatorPort, lun: Lun, options: ScsiDiskOptions, signal?: AbortSignal): Promise<ScsiDisk> {
    const { clock, onUnitAttention } = options;
    const unit = new LogicalUnit(port, lun, {
      clock,
      ...(onUnitAttention === undefined ? {} : { onUnitAttention }),
      ...(signal === undefined ? {} : { signal }),
    });
    return new ScsiDisk(port, lun, options, await describeDisk(unit));
  }

  private constructor(port: InitiatorPort, lun: Lun, options: ScsiDiskOptions, description: DiskDescription) {
    this.lun = lun;
    this.#port = port;
    this.#options = options;
    this.#state = new DiskState(description);
    this.#commands = new DiskCommands(port, lun, this.#state, {
      clock: options.clock,
      commandTimeoutMs: options.commandTimeoutMs ?? 0,
      onUnitAttention: (sense) => this.#onUnitAttention(sense),
      cacheIsProtected: () => options.cacheIsProtected === true,
      onWritesLost: (error) => options.onWritesLost?.(error),
      signal: this.#closing.signal,
    });
  }

  get identity(): DiskIdentity {
    return this.#state.description.identity;
  }

  get geometry(): BlockGeometry {
    return this.#state.geometry;
  }

  get features(): BlockFeatures {
    return this.#state.features;
  }

  get counters(): Readonly<ScsiDiskCounters> {
    return this.#commands.counters;
  }

  readInto(offset: ByteOffset, destination: Uint8Array, done: BlockDone): void {
    const refusal = this.#refusal(offset, destination.length, false);
    if (refusal !== undefined || destination.length === 0) {
      done(refusal);
      return;
    }
    const { blockSize } = this.#state.geometry;
    if (destination.length <= this.#commands.maxTransferBytes) {
      const command = this.#commands.take(DiskOperation.read, offset / blockSize, destination.length / blockSize, done);
      command.scsi.dataIn = destination;
      this.#commands.start(command);
    } else {
      const walk = this.#takeWalk();
      walk.buffer = destination;
      walk.begin("read", offset / blockSize, destination.length / blockSize, done);
    }
  }

  writeFrom(offset: ByteOffset, source: Uint8Array, fua: boolean, done: BlockDone): void {
    const refusal = this.#refusal(offset, source.length, true);
    if (refusal !== undefined || source.length === 0) {
      done(refusal);
      return;
    }
    const { geometry, capabilities, features } = this.#state;
    const lba = offset / geometry.blockSize;
    const blocks = source.length / geometry.blockSize;
    const flags = fua && capabilities.forceUnitAccess ? TransferFlag.forceUnitAccess : 0;
    const flushAfter = fua && !features.fua;
    if (source.length <= this.#commands.maxTransferBytes) {
      const command = this.#commands.take(DiskOperation.write, lba, blocks, done);
      command.scsi.dataOut = source;
      command.flags = flags;
      command.flushAfter = flushAfter;
      this.#commands.start(command);
    } else {
      const walk = this.#takeWalk();
      walk.buffer = source;
      walk.flags = flags;
      walk.flushAfter = flushAfter;
      walk.begin("write", lba, blocks, done);
    }
  }

  flush(done: BlockDone): void {
    const refusal = this.#refusal(0, 0, false);
    if (refusal === undefined) this.#commands.flush(done);
    else done(refusal);
  }

  /** Gives back the granules that lie wholly in the range; ENOTSUP when the disk is not thin. */
  unmap(offset: ByteOffset, length: number, done: BlockDone): void {
    const refusal = this.#refusal(offset, length, true);
    if (refusal !== undefined) {
      done(refusal);
      return;
    }
    if (!this.#state.capabilities.discard) {
      done(new BlockError("ENOTSUP", `the disk at LUN ${this.lun} cannot unmap blocks`));
      return;
    }
    const { geometry, limits } = this.#state;
    const start = granuleAtOrAfter(limits, offset / geometry.blockSize);
    const end = granuleOf(limits, (offset + length) / geometry.blockSize);
    if (start < end) this.#takeWalk().begin("discard", start, end - start, done);
    else done(undefined);
  }

  writeZeroes(
    offset: ByteOffset,
    length: number,
    options: { readonly mayUnmap: boolean; readonly fast: boolean; readonly fua: boolean },
    done: BlockDone,
  ): void {
    const refusal = this.#refusal(offset, length, true);
    if (refusal !== undefined || length === 0) {
      done(refusal);
      return;
    }
    const { blockSize } = this.#state.geometry;
    const walk = this.#takeWalk();
    walk.mayUnmap = options.mayUnmap;
    walk.fast = options.fast;
    walk.flushAfter = options.fua && this.#state.features.writeCache;
    walk.begin("zero", offset / blockSize, length / blockSize, done);
  }

  blockStatus(offset: ByteOffset, length: number, done: (error: BlockError | undefined, extents: readonly BlockExtent[]) => void): void {
    const refusal = this.#refusal(offset, length, false);
    if (refusal !== undefined || length === 0) {
      done(refusal, []);
      return;
    }
    const allData = [{ length, hole: false, zero: false }];
    if (!this.#state.capabilities.lbaStatus) {
      done(undefined, allData);
      return;
    }
    const { blockSize } = this.#state.geometry;
    const answer = new Uint8Array(lbaStatusListLength(statusDescriptors));
    const command = this.#commands.take(DiskOperation.lbaStatus, offset / blockSize, length / blockSize, (error) => {
      if (error === undefined) done(undefined, this.#extents(answer, offset, length));
      else if (!this.#state.capabilities.lbaStatus) done(undefined, allData);
      else done(error, []);
    });
    command.scsi.dataIn = answer;
    this.#commands.start(command);
  }

  /** PRE-FETCH of as much as one command may have; done at once where the disk does not know it. */
  prefetch(offset: ByteOffset, length: number, done: BlockDone): void {
    const refusal = this.#refusal(offset, length, false);
    if (refusal !== undefined || length === 0 || !this.#state.capabilities.prefetch) {
      done(refusal);
      return;
    }
    const { blockSize } = this.#state.geometry;
    const blocks = Math.min(length, this.#commands.maxTransferBytes) / blockSize;
    this.#commands.start(this.#commands.take(DiskOperation.prefetch, offset / blockSize, blocks, done));
  }

  /** Has the command's SCSI commands aborted. */
  cancel(done: BlockDone): void {
    this.#commands.cancel(done);
  }

  onGeometryChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Has outstanding commands aborted and waits for their ends. The port stays open: it is not the disk's. */
  close(done: BlockDone): void {
    this.#closing.abort();
    this.#commands.close(done);
  }

  #refusal(offset: number, length: number, modifies: boolean): BlockError | undefined {
    if (this.#commands.closed) return this.#commands.closedError();
    if (this.#state.gone !== undefined) return this.#state.gone;
    if (modifies && this.#state.features.readOnly) return new BlockError("EPERM", `the disk at LUN ${this.lun} is write protected`);
    return rangeError(this.#state.geometry, offset, length);
  }

  #takeWalk(): DiskWalk {
    return this.#idleWalks.pop() ?? new DiskWalk(this.#state, this.#commands, (walk) => this.#idleWalks.push(walk));
  }

  #extents(answer: Uint8Array, offset: number, length: number): readonly BlockExtent[] {
    const { blockSize } = this.#state.geometry;
    const extents = new ExtentList();
    for (const { lba, blocks, status } of parseLbaStatusList(answer)) {
      const at = offset + extents.length;
      // A list with a gap says nothing about what comes after it.
      if (lba * blockSize > at) break;
      const deallocated = status === ProvisioningStatus.deallocated;
      const unwritten = deallocated || status === ProvisioningStatus.anchored;
      extents.add(Math.min((lba + blocks) * blockSize, offset + length) - at, deallocated, unwritten && this.#state.readsZeroes);
    }
    if (extents.length === 0) extents.add(length, false, false);
    return extents.take();
  }

  #onUnitAttention(sense: SenseData): void {
    this.#options.onUnitAttention?.(sense);
    const { kind } = unitEventOf(sense.code);
    if (kind === "luns-changed") this.#options.onLunsChanged?.();
    // A target that was restarted says so once, and not that its disk has another size since.
    if (kind === "capacity-changed" || kind === "description-changed" || kind === "luns-changed" || kind === "reset") void this.refresh();
  }

  /**
   * Asks the disk again what it is, as a unit attention that says so makes it do by itself. When its size is another one, `onGeometryChange` tells; when it is another disk, commands
   * end in ESHUTDOWN from then on. Resolves when it has been asked, whatever came of it.
   */
  refresh(): Promise<void> {
    this.#stale = true;
    this.#refreshing ??= this.#refresh();
    return this.#refreshing;
  }

  /** Asks for everything again after the disk has changed. When that fails, what was known stays: commands will tell what is wrong. */
  async #refresh(): Promise<void> {
    const onUnitAttention = (sense: SenseData) => this.#commands.noteUnitAttention(sense);
    const unit = new LogicalUnit(this.#port, this.lun, { clock: this.#options.clock, signal: this.#closing.signal, onUnitAttention });
    try {
      while (this.#stale) {
        this.#stale = false;
        const wasThere = this.#state.gone === undefined;
        const resized = this.#state.become(await describeDisk(unit));
        if (wasThere && this.#state.gone !== undefined) this.#options.onReplaced?.();
        if (resized) for (const listener of this.#listeners) listener();
      }
    } catch (error) {
      if (!(error instanceof BlockError)) throw error;
    } finally {
      this.#refreshing = undefined;
    }
  }
}

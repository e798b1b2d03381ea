import type { Clock } from "kit/clock";
import { type BlockDone, BlockError } from "#block";
import { TransferFlag } from "../cdb/lba-command.ts";
import type { InitiatorPort } from "../initiator-port.ts";
import type { Lun } from "../lun.ts";
import { type SenseData, SenseKey } from "../sense.ts";
import { unitEventOf } from "../unit-event.ts";
import { CacheInquest } from "./cache-inquest.ts";
import { commandError } from "./command-error.ts";
import { DiskCommand, type WholeCommand } from "./disk-command.ts";
import { DiskOperation } from "./disk-operation.ts";
import type { DiskState } from "./disk-state.ts";
import { UnflushedWrites } from "./unflushed-writes.ts";
import { judge, maxAttempts, retryDelayMs } from "./verdict.ts";

/** Counted since the disk was opened. */
export interface ScsiDiskCounters {
  /** SCSI commands sent for reading, writing and the like, further attempts included. */
  commands: number;
  retries: number;
  unitAttentions: number;
}

export interface DiskCommandsOptions {
  readonly clock: Clock;
  readonly commandTimeoutMs: number;
  /** Told of the unit attentions of all users of the unit where the port tells them, else of those that met a command of this disk. */
  readonly onUnitAttention: (sense: SenseData) => void;
  /** The target keeps its write cache whatever happens to it: a reset puts nothing at risk. Asked at every reset. */
  readonly cacheIsProtected: () => boolean;
  /** Acknowledged writes may be lost, and the flush that speaks of them will fail with this. */
  readonly onWritesLost: (error: BlockError) => void;
  /** Gives up questions when the disk is closed. */
  readonly signal: AbortSignal;
}

/**
 * The commands of a disk that are under way: slots, from the moment they are taken to their end. An end that is not clean is judged here: some commands
 * are sent again, now or later, some in another form.
 */
export class DiskCommands {
  readonly counters: ScsiDiskCounters = { commands: 0, retries: 0, unitAttentions: 0 };
  readonly #port: InitiatorPort;
  readonly #lun: Lun;
  readonly #state: DiskState;
  readonly #options: DiskCommandsOptions;
  /** Every slot there is, for finding one to cancel; those not in use are also in `#idle`. */
  readonly #slots: DiskCommand[] = [];
  readonly #idle: DiskCommand[] = [];
  #outstanding = 0;
  /** No command is sent any more. */
  closed = false;
  readonly #whenClosed: BlockDone[] = [];
  readonly #unflushed: UnflushedWrites;
  readonly #inquest: CacheInquest;
  /** Flushes that the target has executed, and that wait for what the inquest finds. */
  readonly #undecided: DiskCommand[] = [];
  readonly #unwatch: (() => void) | undefined;

  constructor(port: InitiatorPort, lun: Lun, state: DiskState, options: DiskCommandsOptions) {
    this.#port = port;
    this.#lun = lun;
    this.#state = state;
    this.#options = options;
    const { clock, signal } = options;
    this.#unflushed = new UnflushedWrites(clock);
    this.#inquest = new CacheInquest(port, lun, this.#unflushed, {
      ...{ clock, signal },
      onUnitAttention: (sense) => this.noteUnitAttention(sense),
      onLost: options.onWritesLost,
      onVerdict: () => this.#decide(),
    });
    this.#unwatch = port.watch?.(lun, (sense) => this.#onUnitAttention(sense));
  }

  /** The most bytes of one command; asked each time, since a port may settle on another limit when it reconnects. */
  get maxTransferBytes(): number {
    return this.#state.maxTransferBytes(this.#port.maxTransferBytes);
  }

  /** A slot for blocks of the disk, to be completed and started by the caller. */
  take(operation: DiskOperation, lba: number, blocks: number, done: BlockDone): DiskCommand {
    const command = this.#idle.pop() ?? this.#newSlot();
    command.operation = operation;
    command.lba = lba;
    command.blocks = blocks;
    command.done = done;
    command.busy = true;
    this.#outstanding++;
    return command;
  }

  start(command: DiskCommand): void {
    command.attempts++;
    this.counters.commands++;
    command.encode(this.#state.capabilities, this.#state.geometry.blockSize);
    this.#port.execute(command.scsi);
  }

  /** How many times writes were lost: a mark for `flushFor`. */
  get losses(): number {
    return this.#unflushed.losses;
  }

  /** SYNCHRONIZE CACHE, where there is a cache. Fails when writes before it were lost. */
  flush(done: BlockDone): void {
    const command = this.take(DiskOperation.synchronizeCache, 0, 0, done);
    this.#unflushed.begin(command);
    if (this.#state.features.writeCache) this.start(command);
    else this.#flushed(command);
  }

  /** The flush behind a longer command that was begun when there had been `losses`: fails when what it wrote was lost, and leaves earlier losses to be told to others. */
  flushBehind(whole: WholeCommand, losses: number, done: BlockDone): void {
    const command = this.take(DiskOperation.synchronizeCache, 0, 0, done);
    command.whole = whole;
    this.#unflushed.beginForOne(command, losses);
    if (this.#state.features.writeCache) this.start(command);
    else this.#flushed(command);
  }

  /** Gives up the command that has this `done`, or all parts of it. */
  cancel(done: BlockDone): void {
    for (const command of this.#slots) if (command.busy && command.done === done) this.#giveUp(command);
  }

  /** Gives up everything; `done` when all of it has ended. */
  close(done: BlockDone): void {
    this.closed = true;
    this.#unwatch?.();
    this.#whenClosed.push(done);
    for (const command of this.#slots) if (command.busy) this.#giveUp(command);
    this.#endWhenQuiet();
  }

  closedError(): BlockError {
    return new BlockError("ESHUTDOWN", `the disk at LUN ${this.#lun} is closed`);
  }

  #newSlot(): DiskCommand {
    const command = new DiskCommand(this.#lun, (ended) => this.#ended(ended));
    command.scsi.timeoutMs = this.#options.commandTimeoutMs;
    this.#slots.push(command);
    return command;
  }

  #ended(command: DiskCommand): void {
    const { scsi } = command;
    if (scsi.failure === undefined && scsi.status === 0 && scsi.residual === 0) this.#succeeded(command);
    else this.#endedOtherwise(command);
  }

  #succeeded(command: DiskCommand): void {
    const { operation } = command;
    if (operation === DiskOperation.synchronizeCache) {
      this.#flushed(command);
      return;
    }
    if (operation >= DiskOperation.write && operation <= DiskOperation.unmap) this.#written(command);
    if (command.flushAfter && command.canceled) this.#finish(command, this.#canceledError(command));
    else if (command.flushAfter) this.#becomeFlush(command);
    else this.#finish(command, undefined);
  }

  #written({ operation, flags }: DiskCommand): void {
    const durable = operation === DiskOperation.write && (flags & TransferFlag.forceUnitAccess) !== 0;
    if (!durable && this.#state.features.writeCache) this.#unflushed.acknowledge();
  }

  /** The target has executed the flush: it is done when that is known to mean what it should. */
  #flushed(command: DiskCommand): void {
    if (this.#inquest.isOpen) this.#undecided.push(command);
    else if (command.written !== undefined && this.#unflushed.losses > command.knows) this.#writeAgain(command, command.written);
    else this.#finish(command, this.#unflushed.end(command));
  }

  #decide(): void {
    for (const command of this.#undecided.splice(0)) this.#flushed(command);
  }

  #endedOtherwise(command: DiskCommand): void {
    if (command.canceled) {
      this.#finish(command, this.#canceledError(command));
      return;
    }
    const { verdict, sense } = judge(command.scsi);
    if (sense?.key === SenseKey.unitAttention) this.noteUnitAttention(sense);
    if (sense?.deferred === true) this.#unflushed.lose(commandError(command.scsi, "an earlier write, reported late,"));
    if (verdict === "done") {
      if (isShort(command)) this.#finish(command, shortTransferError(command));
      else this.#succeeded(command);
    } else if (verdict === "refused") {
      this.#refused(command, sense);
    } else if (verdict === "failed" || command.attempts >= maxAttempts) {
      this.#finish(command, commandError(command.scsi, command.describe()));
    } else {
      this.counters.retries++;
      if (verdict === "retry") this.start(command);
      else this.#startLater(command);
    }
  }

  /** A unit attention that met a command; the port has told it already if it tells any. */
  noteUnitAttention(sense: SenseData): void {
    if (this.#unwatch === undefined) this.#onUnitAttention(sense);
  }

  #onUnitAttention(sense: SenseData): void {
    this.counters.unitAttentions++;
    const event = unitEventOf(sense.code);
    if (!this.#options.cacheIsProtected()) {
      if (event.kind === "reset" && event.cacheAtRisk) this.#inquest.open(sense, "lost");
      else if (event.kind === "nexus-lost") this.#inquest.open(sense, "kept");
    }
    this.#options.onUnitAttention(sense);
  }

  #startLater(command: DiskCommand): void {
    command.retryTimer = this.#options.clock.after(retryDelayMs(command.attempts), () => {
      command.retryTimer = undefined;
      this.start(command);
    });
  }

  #refused(command: DiskCommand, sense: SenseData | undefined): void {
    const otherForm = this.#state.refused(command, sense);
    const { whole, operation } = command;
    if (whole?.canGoOnWithout(operation) === true) {
      const { lba } = command;
      this.#release(command);
      whole.goOnFrom(lba);
    } else if (otherForm) {
      this.start(command);
    } else if (operation === DiskOperation.prefetch || (operation === DiskOperation.synchronizeCache && !this.#state.features.writeCache)) {
      // A hint that is not taken; a disk that has no cache after all.
      if (operation === DiskOperation.prefetch) this.#finish(command, undefined);
      else this.#flushed(command);
    } else {
      this.#finish(command, commandError(command.scsi, command.describe()));
    }
  }

  #becomeFlush(command: DiskCommand): void {
    command.operation = DiskOperation.synchronizeCache;
    command.flushAfter = false;
    command.attempts = 0;
    command.written = command.scsi.dataOut;
    command.scsi.dataOut = undefined;
    this.#unflushed.beginForOne(command, this.#unflushed.losses);
    this.start(command);
  }

  /** What was written was lost before it was flushed: both once more. */
  #writeAgain(command: DiskCommand, data: Uint8Array): void {
    command.operation = DiskOperation.write;
    command.flushAfter = true;
    command.attempts = 0;
    command.written = undefined;
    command.scsi.dataOut = data;
    this.start(command);
  }

  /** Gives the slot back first: its caller may well start the next command from inside `done`. */
  #finish(command: DiskCommand, error: BlockError | undefined): void {
    const { done, whole } = command;
    this.#release(command);
    if (whole === undefined) done(error);
    else whole.partEnded(error);
    if (this.closed) this.#endWhenQuiet();
  }

  #release(command: DiskCommand): void {
    command.clear();
    this.#outstanding--;
    this.#idle.push(command);
  }

  #giveUp(command: DiskCommand): void {
    command.canceled = true;
    command.whole?.stop(this.#canceledError(command));
    if (this.#undecided.includes(command)) {
      this.#undecided.splice(this.#undecided.indexOf(command), 1);
      this.#finish(command, this.#canceledError(command));
    } else if (command.retryTimer === undefined) {
      this.#port.abort(command.scsi);
    } else {
      command.retryTimer.cancel();
      this.#finish(command, this.#canceledError(command));
    }
  }

  #canceledError(command: DiskCommand): BlockError {
    return this.closed ? this.closedError() : new BlockError("ECANCELED", `${command.describe()} was canceled`);
  }

  #endWhenQuiet(): void {
    if (this.#outstanding > 0) return;
    for (const done of this.#whenClosed.splice(0)) done(undefined);
  }
}

/**
 * Blocks that were to move and did not all do so. Elsewhere GOOD is the last word: a status list may be shorter than the room for it, and tgt counts
 * the parameter list of an UNMAP that it has obeyed as not taken.
 */
function isShort({ operation, scsi }: DiskCommand): boolean {
  return (
    scsi.residual !== 0 &&
    (operation === DiskOperation.read || operation === DiskOperation.write || operation === DiskOperation.writeZeroes)
  );
}

function shortTransferError(command: DiskCommand): BlockError {
  const { residual } = command.scsi;
  const how = residual > 0 ? `moved ${residual} bytes less than asked` : `would have moved ${-residual} bytes more than asked`;
  return new BlockError("EIO", `${command.describe()} ended well, but the target ${how}`);
}

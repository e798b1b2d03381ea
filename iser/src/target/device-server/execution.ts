import type { BlockDone, BlockError, BlockExtent, ByteOffset } from "#block";
import type { FetchFailure, TaskResponse } from "#iscsi";
import {
  AdditionalSense,
  encodeSense,
  type Lun,
  plainSense,
  ScsiStatus,
  type SenseData,
  SenseKey,
  TaskAttribute,
  WriteAtomicCommand,
} from "#scsi";
import { blockErrorEnding } from "./block-error-ending.ts";
import type { BufferPool, BufferWaiter } from "./buffer-pool.ts";
import { type Command, type Step, type StepEnd, stepEnd } from "./command.ts";
import type { CommandTable } from "./command-table.ts";
import type { LogicalUnit } from "./logical-unit.ts";
import { Nexus } from "./nexus.ts";
import type { PortGroups } from "./port-groups.ts";
import type { Task } from "./task.ts";
import type { QueuedTask } from "./task-set.ts";

/** Why a command will fail before it is looked at. */
export type Refusal = "none" | "too-long" | "no-memory";

const noSense = new Uint8Array(0);

/** Valid until return, like every TaskResponse: one for all is enough. */
const response: TaskResponse = { response: 0, status: 0, residual: 0, sense: noSense };

/** The target device, as far as it matters to commands. */
export interface ExecutingTarget {
  readonly name: string;
  readonly portGroups: PortGroups;
  readonly commands: CommandTable<Execution>;
  readonly units: readonly (readonly [Lun, LogicalUnit])[];
  recycle(execution: Execution): void;
}

/**
 * One command being executed: a slot that the target reuses, and what a command's steps work with. A step ends by calling exactly one method of "going on" or "endings" and returning what that
 * returns. Steps never nest, however synchronous the device is.
 */
export class Execution implements BufferWaiter, QueuedTask {
  readonly target: ExecutingTarget;
  /** Where and how many, for block commands. */
  readonly address = new WriteAtomicCommand();

  // What is executed. Set by `begin`.
  task!: Task;
  /** Whose it is: known longer than the task, which is its owner's again while block I/O may still be on its way. */
  nexus!: Nexus;
  unit!: LogicalUnit;
  /** undefined for an operation code that this server does not have. */
  command: Command<Execution> | undefined;
  refusal: Refusal = "none";
  /** Bytes of write data that the CDB asks for; what the initiator sends may be another number. */
  wantedDataOut = 0;
  /** Lent to the transport for write data, whole in here after `fetch`. */
  dataOut: Uint8Array | undefined;
  /** From `needBuffer`. Given back when the command is over. */
  buffer: Uint8Array | undefined;

  // For the steps of a command.
  /** Bytes done, or a position: whatever counts. */
  progress = 0;
  extents: readonly BlockExtent[] = [];
  /** What a rare command needs to remember. */
  plan: unknown;

  // For the task set.
  preceding: QueuedTask | undefined;
  following: QueuedTask | undefined;
  entered = false;
  started = false;
  blocked = false;
  excludesUnit = false;
  excludesRange = false;
  firstBlock = 0;
  endBlock = 0;

  /** Changes with every use of the slot: whoever remembers a slot remembers this too. */
  use = 0;

  readonly #pool: BufferPool;
  readonly #judge: Step<Execution>;
  readonly #blockDone: BlockDone = (error) => this.#onBlockDone(error);
  readonly #statusDone = (error: BlockError | undefined, extents: readonly BlockExtent[]): void => {
    this.extents = extents;
    this.#onBlockDone(error);
  };
  readonly #fetched = (failure: FetchFailure | undefined): void => this.#onFetched(failure);
  readonly #responded = (): void => this.#end();
  readonly #taskReleased = (): void => this.#onReleased();
  #next: Step<Execution> | undefined;
  #pending: Step<Execution> | undefined;
  #stepping = false;
  #onMedium = false;
  #writing = false;
  #awaitsBuffer = false;
  #responding = false;
  #aborted = false;
  #released = false;
  /** Who wants to know when the command is over. */
  #awaiting: (() => void)[] | undefined;

  /** @param judge the first step of every command */
  constructor(target: ExecutingTarget, pool: BufferPool, judge: Step<Execution>) {
    this.target = target;
    this.#judge = judge;
    this.#pool = pool;
  }

  get cdb(): Uint8Array {
    return this.task.cdb;
  }

  get isBarrier(): boolean {
    return this.excludesUnit || this.excludesRange;
  }

  get isHeadOfQueue(): boolean {
    return this.task.attribute === TaskAttribute.headOfQueue;
  }

  // ------------------------------------------------------------------------------------------------------------ life

  /** The command arrived: works out what it wants, and gets the buffer for its write data. */
  begin(task: Task, unit: LogicalUnit, command: Command<Execution> | undefined): void {
    this.task = task;
    this.nexus = task.nexus;
    this.unit = unit;
    this.command = command;
    this.refusal = "none";
    this.progress = 0;
    this.wantedDataOut = 0;
    this.firstBlock = 0;
    this.endBlock = 0;
    this.excludesUnit = task.attribute === TaskAttribute.ordered;
    this.excludesRange = false;
    task.serverState = this;
    unit.tasks.add(this);
    if (command === undefined) return;
    if (command.exclusion === "unit") this.excludesUnit = true;
    else if (command.exclusion === "range") this.excludesRange = true;
    this.#setRange(command);
    if (command.dataOutLength !== undefined) this.#lendDataOut(command.dataOutLength(this));
  }

  /** The task set says go. */
  start(): void {
    this.#proceed(this.#judge);
  }

  /** Ends the task without status; `done` when nothing of it is left. */
  abort(done: () => void): void {
    this.#awaiting ??= [];
    this.#awaiting.push(done);
    if (this.#aborted) return;
    this.#aborted = true;
    this.#pending = undefined;
    if (this.#awaitsBuffer) {
      this.#awaitsBuffer = false;
      this.#pool.cancel(this);
    }
    this.task.release(this.#taskReleased);
  }

  /** As `abort`, but a status that is on its way gets there. */
  abortUnlessAnswered(done: () => void): void {
    if (this.#responding && !this.#aborted) {
      this.#awaiting ??= [];
      this.#awaiting.push(done);
    } else {
      this.abort(done);
    }
  }

  // ------------------------------------------------------------------------------------------------------------ going on

  /** Brings all write data that the initiator has into `dataOut`, then goes on with `next`. */
  fetch(next: Step<Execution>): StepEnd {
    if (this.dataOut === undefined) return next(this);
    this.#next = next;
    this.task.fetch(this.dataOut.length, this.#fetched);
    return stepEnd;
  }

  /**
   * Gets `buffer` of exactly `length` bytes, then goes on with `next`. `length` is no more than the unit's greatest transfer. Who holds memory for
   * write data already does not wait for more, since others might wait for that: it ends in TASK SET FULL, and must not have changed anything.
   */
  needBuffer(length: number, next: Step<Execution>): StepEnd {
    if (this.dataOut !== undefined) {
      this.buffer = this.#pool.take(length);
      return this.buffer === undefined ? this.status(ScsiStatus.taskSetFull) : next(this);
    }
    this.#next = next;
    this.#awaitsBuffer = true;
    this.#pool.takeInTurn(length, this);
    return stepEnd;
  }

  /** Reads from the medium, then goes on with `next`; a failure ends the command, here and below. */
  readMedium(offset: ByteOffset, destination: Uint8Array, next: Step<Execution>, unit: LogicalUnit = this.unit): StepEnd {
    unit.device.readInto(offset, destination, this.#afterMedium(next, false));
    return stepEnd;
  }

  writeMedium(offset: ByteOffset, source: Uint8Array, force: boolean, next: Step<Execution>, unit: LogicalUnit = this.unit): StepEnd {
    unit.device.writeFrom(offset, source, force, this.#afterMedium(next, true));
    return stepEnd;
  }

  flushMedium(next: Step<Execution>): StepEnd {
    this.unit.device.flush(this.#afterMedium(next, true));
    return stepEnd;
  }

  unmapMedium(offset: ByteOffset, length: number, next: Step<Execution>): StepEnd {
    this.unit.device.unmap(offset, length, this.#afterMedium(next, true));
    return stepEnd;
  }

  zeroMedium(offset: ByteOffset, length: number, mayUnmap: boolean, next: Step<Execution>): StepEnd {
    const options = { mayUnmap, fast: false, fua: this.unit.mustForce(false) };
    this.unit.device.writeZeroes(offset, length, options, this.#afterMedium(next, true));
    return stepEnd;
  }

  /** `next` finds `extents`. */
  askMediumStatus(offset: ByteOffset, length: number, next: Step<Execution>): StepEnd {
    this.#afterMedium(next, false);
    this.unit.device.blockStatus(offset, length, this.#statusDone);
    return stepEnd;
  }

  /** Goes on at once when the device has no use for the hint. */
  prefetchMedium(offset: ByteOffset, length: number, next: Step<Execution>): StepEnd {
    const { device } = this.unit;
    if (device.prefetch === undefined) return next(this);
    device.prefetch(offset, length, this.#afterMedium(next, false));
    return stepEnd;
  }

  /** Nothing to do until somebody calls `resume`. Whom this command held up need not wait any longer. */
  wait(): StepEnd {
    const { unit } = this;
    unit.tasks.finished(this);
    unit.tasks.resume();
    return stepEnd;
  }

  /** Goes on with `next` from outside, when what the command waited for has happened. Harmless when `use` is not this command any more. */
  resume(use: number, next: Step<Execution>): void {
    if (this.use === use && !this.#aborted) this.#proceed(next);
  }

  // ------------------------------------------------------------------------------------------------------------ endings

  good(): StepEnd {
    return this.#finish(ScsiStatus.good, noSense, undefined, 0);
  }

  /** A status that has no sense data. */
  status(status: number): StepEnd {
    return this.#finish(status, noSense, undefined, 0);
  }

  /** GOOD, with as much of `data` as ALLOCATION LENGTH and the initiator have room for. */
  send(data: Uint8Array, allocationLength: number): StepEnd {
    const length = Math.min(data.length, allocationLength);
    const room = Math.min(length, this.task.expectedDataIn);
    return this.#finish(ScsiStatus.good, noSense, room === 0 ? undefined : data.subarray(0, room), length);
  }

  /** GOOD, with what is in `buffer`. */
  sendBuffer(): StepEnd {
    const buffer = this.buffer;
    if (buffer === undefined) return this.good();
    if (buffer.length > this.task.expectedDataIn) return this.send(buffer, buffer.length);
    return this.#finish(ScsiStatus.good, noSense, buffer, buffer.length);
  }

  /** CHECK CONDITION. */
  check(key: number, code: number, specific?: SenseData["specific"]): StepEnd {
    return this.checkWith({ ...plainSense(key, code), specific });
  }

  checkWith(sense: SenseData): StepEnd {
    return this.#finish(ScsiStatus.checkCondition, encodeSense(sense, this.unit.modePages.senseFormat), undefined, 0);
  }

  illegalRequest(code: number): StepEnd {
    return this.check(SenseKey.illegalRequest, code);
  }

  /** INVALID FIELD IN CDB, and which. */
  invalidField(byte: number, bit?: number): StepEnd {
    return this.check(SenseKey.illegalRequest, AdditionalSense.invalidFieldInCdb, { kind: "field", inCdb: true, byte, bit });
  }

  /** INVALID FIELD IN PARAMETER LIST, and which. */
  invalidParameter(byte: number, bit?: number): StepEnd {
    return this.check(SenseKey.illegalRequest, AdditionalSense.invalidFieldInParameterList, { kind: "field", inCdb: false, byte, bit });
  }

  // ------------------------------------------------------------------------------------------------------------ inside

  granted(buffer: Uint8Array): void {
    this.#awaitsBuffer = false;
    this.buffer = buffer;
    this.#goOn();
  }

  #afterMedium(next: Step<Execution>, writing: boolean): BlockDone {
    this.#next = next;
    this.#onMedium = true;
    this.#writing = writing;
    return this.#blockDone;
  }

  #setRange(command: Command<Execution>): void {
    if (command.decode === undefined) {
      // Which blocks it changes is in its parameter list, which has not come: it might be any.
      this.endBlock = command.medium === "write" ? Number.POSITIVE_INFINITY : 0;
      return;
    }
    const address = this.address;
    command.decode(this.task.cdb, address);
    this.firstBlock = address.lba;
    // To several commands 0 blocks means to the end.
    this.endBlock = address.blocks === 0 ? Number.POSITIVE_INFINITY : address.lba + address.blocks;
  }

  #lendDataOut(wanted: number): void {
    this.wantedDataOut = wanted;
    const length = Math.min(wanted, this.task.expectedDataOut);
    if (wanted > this.unit.maxTransferBytes) {
      this.refusal = "too-long";
    } else if (length > 0) {
      this.dataOut = this.#pool.take(length);
      // The transport must know now where data goes, so there is no waiting for memory here as there is for reads.
      if (this.dataOut === undefined) this.refusal = "no-memory";
    }
  }

  #goOn(): void {
    const next = this.#next;
    if (next !== undefined) this.#proceed(next);
  }

  /** One loop however deep the calls: what a step starts may be done before the step returns. */
  #proceed(next: Step<Execution>): void {
    this.#pending = next;
    if (this.#stepping) return;
    this.#stepping = true;
    while (this.#pending !== undefined) {
      const step: Step<Execution> = this.#pending;
      this.#pending = undefined;
      step(this);
    }
    this.#stepping = false;
  }

  #onBlockDone(error: BlockError | undefined): void {
    this.#onMedium = false;
    if (this.#aborted) this.#endIfReleased();
    else if (error === undefined) this.#goOn();
    else blockErrorEnding(this, error, this.#writing);
  }

  #onFetched(failure: FetchFailure | undefined): void {
    if (this.#aborted) return;
    if (failure === undefined) this.#goOn();
    else if (failure.reason === "data-digest") this.check(SenseKey.abortedCommand, AdditionalSense.protocolServiceCrcError);
    else if (failure.reason === "sequence") this.check(SenseKey.abortedCommand, AdditionalSense.dataPhaseError);
    // Else the connection or the task is gone: whoever took it away aborts the task.
  }

  #finish(status: number, sense: Uint8Array, data: Uint8Array | undefined, produced: number): StepEnd {
    const { task, unit } = this;
    response.status = status;
    response.sense = sense;
    response.residual =
      task.expectedDataOut !== 0 || this.wantedDataOut !== 0 ? task.expectedDataOut - this.wantedDataOut : task.expectedDataIn - produced;
    this.#responding = true;
    unit.tasks.finished(this);
    task.respond(response, data, this.#responded);
    unit.tasks.resume();
    return stepEnd;
  }

  #onReleased(): void {
    // The slot behind the task is its owner's again, while block I/O may still be on its way.
    this.task.serverState = undefined;
    this.task = overTask;
    this.#released = true;
    this.#endIfReleased();
  }

  #endIfReleased(): void {
    if (!this.#released || this.#onMedium) return;
    const unit = this.unit;
    unit.tasks.finished(this);
    this.#end();
    unit.tasks.resume();
  }

  #end(): void {
    const { dataOut, buffer } = this;
    const awaiting = this.#awaiting;
    this.unit.tasks.remove(this);
    this.task.serverState = undefined;
    this.dataOut = undefined;
    this.buffer = undefined;
    this.plan = undefined;
    this.extents = noExtents;
    this.#next = undefined;
    this.#pending = undefined;
    this.#awaiting = undefined;
    this.#responding = false;
    this.#aborted = false;
    this.#released = false;
    this.started = false;
    this.use++;
    this.target.recycle(this);
    if (dataOut !== undefined) this.#pool.give(dataOut);
    if (buffer !== undefined) this.#pool.give(buffer);
    if (awaiting !== undefined) for (const done of awaiting) done();
  }
}

const noExtents: readonly BlockExtent[] = [];

/** Stands for a task that was released before its execution could end. */
const overTask: Task = {
  nexus: new Nexus({ initiatorName: "", isid: new Uint8Array(6), portalGroupTag: 0 }),
  lun: new Uint8Array(8),
  cdb: new Uint8Array(16),
  attribute: TaskAttribute.simple,
  expectedDataIn: 0,
  expectedDataOut: 0,
  serverState: undefined,
  fetch: () => {},
  respond: () => {},
  release: () => {},
};

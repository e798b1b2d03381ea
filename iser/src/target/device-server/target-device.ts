import { type BlockDevice, BlockError } from "#block";
import { AdditionalSense, decodeLun, type Lun, type TaskManagementFunction, type TaskManagementOutcome } from "#scsi";
import { BufferPool } from "./buffer-pool.ts";
import { CommandTable } from "./command-table.ts";
import { commands } from "./commands/index.ts";
import { type ExecutingTarget, Execution } from "./execution.ts";
import { judge } from "./judge.ts";
import { LogicalUnit } from "./logical-unit.ts";
import { Nexus, type NexusIdentity } from "./nexus.ts";
import { type PortGroupOptions, PortGroups } from "./port-groups.ts";
import type { Task, TaskRouter } from "./task.ts";
import { abortEach, type QueuedTask } from "./task-set.ts";

export interface TargetDeviceOptions {
  /** iSCSI name of the target, which is also its SCSI name. */
  readonly name: string;
  /** Memory for data of commands under way, in bytes. Reads wait for it, writes end in TASK SET FULL when it is used up. */
  readonly dataBytes?: number;
  /** The target ports there are; one, with the tag 1, unless given. With more than one, initiators may change their states. */
  readonly portGroups?: readonly PortGroupOptions[];
  /**
   * Whether a new nexus is told POWER ON, RESET, OR BUS DEVICE RESET OCCURRED by its first command to each unit, as SAM-5 wants it. Also one that was there before: I_T NEXUS LOSS OCCURRED would say
   * that there was no power on, and nobody knows whether the initiator got the response that told of the last one.
   */
  readonly powerOnAttention?: boolean;
}

const defaultDataBytes = 64 * 1024 * 1024;

/**
 * A SCSI target device (SAM-5, 4.6.9): logical units at LUNs, and the I_T nexuses through which they are used. Knows nothing of what carries the
 * commands: transports hand it tasks, see {@link TaskRouter}.
 */
export class TargetDevice implements TaskRouter, ExecutingTarget {
  readonly name: string;
  readonly portGroups: PortGroups;
  readonly commands = new CommandTable(commands);
  readonly #powerOnAttention: boolean;
  readonly #pool: BufferPool;
  readonly #units = new Map<Lun, LogicalUnit>();
  readonly #nobody = new LogicalUnit(noDevice, { serial: "" }, true);
  readonly #nexuses = new Set<Nexus>();
  readonly #spare: Execution[] = [];

  constructor(options: TargetDeviceOptions) {
    this.name = options.name;
    this.portGroups = new PortGroups(options.portGroups ?? [{ tag: 1 }], (but) => this.#tellAccessChanged(but));
    this.#powerOnAttention = options.powerOnAttention ?? true;
    this.#pool = new BufferPool(options.dataBytes ?? defaultDataBytes);
  }

  // ------------------------------------------------------------------------------------------------------------ units

  /**
   * Serves `unit` at `lun`. Initiators that are there learn of it by a unit attention.
   *
   * @throws RangeError when the LUN is taken, or the unit takes transfers for which there is no memory.
   */
  addUnit(lun: Lun, unit: LogicalUnit): void {
    if (this.#units.has(lun)) throw new RangeError(`LUN ${lun} of ${this.name} is taken`);
    if (unit.maxTransferBytes > this.#pool.budgetBytes / 2) {
      throw new RangeError(
        `LUN ${lun} takes transfers of ${unit.maxTransferBytes} bytes; ${this.name} needs twice that for data and has ${this.#pool.budgetBytes}`,
      );
    }
    this.#pool.reserve(unit.maxTransferBytes);
    this.#tellLunsChanged();
    this.#units.set(lun, unit);
    for (const nexus of this.#nexuses) unit.open(nexus, this.#newNexusAttention);
  }

  /** Serves the unit at `lun` no longer: aborts its commands, and `done` when its device is not used any more. Initiators learn of it by a unit attention. */
  removeUnit(lun: Lun, done: () => void): void {
    const unit = this.#units.get(lun);
    if (unit === undefined) {
      done();
      return;
    }
    this.#units.delete(lun);
    this.#tellLunsChanged();
    abortEach(unit.tasks.snapshot(), () => unit.retire(done));
  }

  /** LUNs and units, by LUN. */
  get units(): readonly (readonly [Lun, LogicalUnit])[] {
    return [...this.#units].sort(([a], [b]) => a - b);
  }

  get nexuses(): ReadonlySet<Nexus> {
    return this.#nexuses;
  }

  /** Bytes of data memory in use. */
  get lentBytes(): number {
    return this.#pool.lentBytes;
  }

  // ------------------------------------------------------------------------------------------------------------ TaskRouter

  openNexus(identity: NexusIdentity): Nexus {
    const nexus = new Nexus(identity);
    this.#nexuses.add(nexus);
    for (const unit of this.#units.values()) unit.open(nexus, this.#newNexusAttention);
    return nexus;
  }

  closeNexus(nexus: Nexus, quiet: () => void = () => {}): void {
    this.#nexuses.delete(nexus);
    let left = 1;
    const one = (): void => {
      left--;
      if (left === 0) quiet();
    };
    for (const unit of [...this.#units.values(), this.#nobody]) {
      const executions = ofNexus(unit, nexus);
      left += executions.length;
      for (const execution of executions) execution.abort(one);
      unit.close(nexus);
    }
    one();
  }

  prepare(task: Task): Uint8Array | undefined {
    const lun = decodeLun(task.lun);
    const unit = (lun === undefined ? undefined : this.#units.get(lun)) ?? this.#nobody;
    const execution = this.#spare.pop() ?? new Execution(this, this.#pool, judge);
    execution.begin(task, unit, this.commands.find(task.cdb));
    return execution.dataOut;
  }

  execute(task: Task): void {
    const execution = executionOf(task);
    execution?.unit.tasks.enter(execution);
  }

  abort(task: Task, done: () => void): void {
    const execution = executionOf(task);
    if (execution === undefined) done();
    else execution.abort(done);
  }

  manage(
    nexus: Nexus,
    taskManagement: Exclude<TaskManagementFunction, "abort-task">,
    lun: Uint8Array,
    done: (outcome: TaskManagementOutcome) => void,
  ): void {
    const complete = () => done("complete");
    if (taskManagement === "target-warm-reset" || taskManagement === "target-cold-reset") {
      this.#reset([...this.#units.values()], complete);
      return;
    }
    const number = decodeLun(lun);
    const unit = number === undefined ? undefined : this.#units.get(number);
    if (unit === undefined) {
      done("no-such-lun");
      return;
    }
    switch (taskManagement) {
      case "abort-task-set":
        abortEach(ofNexus(unit, nexus), complete);
        return;
      case "clear-task-set":
        this.#clearTaskSet(unit, nexus, complete);
        return;
      case "lun-reset":
        this.#reset([unit], complete);
        return;
      case "clear-aca":
        done("not-supported");
    }
  }

  // ------------------------------------------------------------------------------------------------------------ for executions

  /** An execution's slot is free. */
  recycle(execution: Execution): void {
    this.#spare.push(execution);
  }

  // ------------------------------------------------------------------------------------------------------------ inside

  get #newNexusAttention(): number | undefined {
    return this.#powerOnAttention ? AdditionalSense.powerOnOrReset : undefined;
  }

  #tellLunsChanged(): void {
    for (const unit of this.#units.values()) unit.attend(AdditionalSense.reportedLunsDataChanged);
  }

  /** Everybody but the nexus that asked for it (SPC-4, 5.15.2.7). */
  #tellAccessChanged(but: unknown): void {
    const asker = but instanceof Nexus ? but : undefined;
    for (const unit of this.#units.values()) unit.attend(AdditionalSense.accessStateChanged, asker);
  }

  /** Those who lose commands to somebody else's request are told, since TAS is 0 and no status tells them. */
  #clearTaskSet(unit: LogicalUnit, by: Nexus, done: () => void): void {
    const executions = unit.tasks.snapshot();
    for (const { nexus } of executions) {
      if (nexus !== by) unit.attentions.establish(nexus, AdditionalSense.commandsClearedByAnotherInitiator);
    }
    abortEach(executions, done);
  }

  #reset(units: readonly LogicalUnit[], done: () => void): void {
    for (const unit of units) unit.reset();
    abortEach(
      units.flatMap((unit) => unit.tasks.snapshot()),
      done,
    );
  }
}

function executionOf(task: Task): Execution | undefined {
  return task.serverState instanceof Execution ? task.serverState : undefined;
}

function ofNexus(unit: LogicalUnit, nexus: Nexus): QueuedTask[] {
  return unit.tasks.snapshot().filter((execution) => execution.nexus === nexus);
}

/** What is behind a LUN without a unit. No command that reaches it touches a medium. */
const noDevice: BlockDevice = {
  geometry: { blockSize: 512, size: 0, physicalBlockSize: 512, optimalTransfer: 0 },
  features: {
    readOnly: true,
    writeCache: false,
    fua: false,
    unmap: false,
    writeZeroes: false,
    unmapZeroes: false,
    blockStatus: false,
    unmapGranularity: 512,
    unmapAlignment: 0,
    rotational: false,
  },
  readInto: (_offset, _destination, done) => done(noUnit),
  writeFrom: (_offset, _source, _fua, done) => done(noUnit),
  flush: (done) => done(noUnit),
  unmap: (_offset, _length, done) => done(noUnit),
  writeZeroes: (_offset, _length, _options, done) => done(noUnit),
  blockStatus: (_offset, _length, done) => done(noUnit, []),
  onGeometryChange: () => () => {},
  close: (done) => done(undefined),
};
const noUnit = new BlockError("ESHUTDOWN", "there is no logical unit at this LUN");

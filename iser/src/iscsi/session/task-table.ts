import type { ScsiCommand, TaskManagementOutcome } from "#scsi";
import type { InitiatorTask } from "../datamover.ts";

/**
 * The life of a task slot:
 *
 * - `free`: nobody's.
 * - `sent`: the command is with the target; its buffers are lent to the datamover.
 * - `aborting`: ABORT TASK is on its way; whichever comes first ends the task: its response, or the answer to the abort.
 * - `resetting`: the abort was not answered in time; LOGICAL UNIT RESET is on its way.
 * - `releasing`: its end will not come; the datamover is giving the memory back.
 */
export type TaskState = "free" | "sent" | "aborting" | "resetting" | "releasing";

/** Why a task is being given up, and so how its command will fail. */
export type GivingUp = "aborted" | "timed-out" | "reset" | "rejected";

/** One slot: what the datamover needs of a SCSI command, and what the session remembers about it. Reused, so that a command costs no memory. */
export class TaskSlot implements InitiatorTask {
  readonly index: number;
  readonly bhs: Uint8Array = new Uint8Array(48);
  readonly view: DataView = new DataView(this.bhs.buffer);
  initiatorTaskTag = 0;
  ahs: Uint8Array | undefined = undefined;
  dataIn: Uint8Array | undefined = undefined;
  dataOut: Uint8Array | undefined = undefined;
  moverState: unknown = undefined;

  state: TaskState = "free";
  command: ScsiCommand | undefined = undefined;
  cmdSn = 0;
  bytes = 0;
  /** How many sweeps the task has lived through, and how many it may. */
  age = 0;
  ageLimit = 0;
  givingUp: GivingUp | undefined = undefined;
  /** What the target has against its PDU, if it was rejected. */
  rejectedFor = "";
  #generation = 0;

  constructor(index: number) {
    this.index = index;
  }

  /** A tag nobody has seen: the index in the low half, the use of the slot in the high half. */
  renewTag(): void {
    this.#generation = (this.#generation + 1) & 0xffff;
    this.initiatorTaskTag = ((this.#generation << 16) | this.index) >>> 0;
  }
}

/** Finds slots: a free one, or the one a tag belongs to. Slots are made when they are first needed: most sessions never have many commands out. */
export class TaskTable {
  readonly #size: number;
  readonly #slots: TaskSlot[] = [];
  readonly #free: TaskSlot[] = [];

  /** `size` is the most tasks that may be outstanding at once, at most 65534. */
  constructor(size: number) {
    this.#size = size;
  }

  /** Every slot there is, in use or not. */
  get slots(): readonly TaskSlot[] {
    return this.#slots;
  }

  get outstanding(): number {
    return this.#slots.length - this.#free.length;
  }

  get hasFree(): boolean {
    return this.#free.length > 0 || this.#slots.length < this.#size;
  }

  /** Takes a free slot under a new tag, or undefined when all are in use. */
  take(): TaskSlot | undefined {
    const slot = this.#free.pop() ?? this.#make();
    slot?.renewTag();
    return slot;
  }

  #make(): TaskSlot | undefined {
    if (this.#slots.length >= this.#size) return undefined;
    const slot = new TaskSlot(this.#slots.length);
    this.#slots.push(slot);
    return slot;
  }

  give(slot: TaskSlot): void {
    slot.state = "free";
    slot.command = undefined;
    slot.dataIn = undefined;
    slot.dataOut = undefined;
    slot.ahs = undefined;
    slot.givingUp = undefined;
    slot.age = 0;
    this.#free.push(slot);
  }

  /** The outstanding task of this tag, if it still is. */
  find(initiatorTaskTag: number): TaskSlot | undefined {
    const slot = this.#slots[initiatorTaskTag & 0xffff];
    return slot !== undefined && slot.state !== "free" && slot.initiatorTaskTag === initiatorTaskTag ? slot : undefined;
  }

  /** Outstanding slots in the order their commands were sent. Cold path. */
  inOrder(): TaskSlot[] {
    return this.#slots.filter((slot) => slot.state !== "free").sort((a, b) => (a.cmdSn - b.cmdSn) | 0);
  }
}

/** A task management request that waits for its response. */
export interface PendingTaskManagement {
  readonly tag: number;
  /** Tasks that end with it, when it is answered "complete": by tag, because their slots may have gone to other tasks meanwhile. */
  readonly covers: readonly number[];
  age: number;
  readonly done: (outcome: TaskManagementOutcome) => void;
}

import {
  BhsField,
  type FetchFailure,
  readAdditionalHeaders,
  readUint32,
  ScsiCommandField,
  ScsiCommandFlag,
  type TargetDatamover,
  type TargetTask,
  type TaskResponse,
} from "#iscsi";
import type { TaskAttribute } from "#scsi";
import type { Nexus, Task } from "../device-server/index.ts";
import type { Deliverable } from "./delivery-order.ts";

/**
 * The life of a task slot:
 *
 * - `free`: nobody's.
 * - `arriving`: the command is here; unsolicited data may still come, or it waits for its turn.
 * - `delivered`: with the device server.
 * - `responding`: its status is on the way; to the initiator it is over.
 * - `releasing`: aborted; the datamover is giving its memory back.
 */
export type SessionTaskState = "free" | "arriving" | "delivered" | "responding" | "releasing";

/** The session that a task belongs to, as far as its tasks need it. */
export interface TaskOwner {
  readonly nexus: Nexus;
  /** The task's turn has come. */
  deliver(task: SessionTask): void;
  /** The task is over for the initiator, with a status or without. */
  leaves(task: SessionTask): void;
  /** Nobody has a use for the task any more. */
  ended(task: SessionTask): void;
}

/** One SCSI command as both its neighbours see it, the datamover below and the device server above. Reused, so that a command costs no memory. */
export class SessionTask implements TargetTask, Task, Deliverable {
  initiatorTaskTag = 0;
  readonly lun = new Uint8Array(8);
  readonly cdb = new Uint8Array(16);
  attribute: TaskAttribute = 0;
  expectedDataIn = 0;
  expectedDataOut = 0;
  dataOut: Uint8Array | undefined = undefined;
  moverState: unknown = undefined;
  serverState: unknown = undefined;

  state: SessionTaskState = "free";
  immediate = false;
  cmdSn = 0;
  /** The datamover of the connection that the command came by; for the slot's whole life, because it keeps things in it. */
  readonly mover: TargetDatamover;
  readonly #owner: TaskOwner;
  #done: (() => void) | undefined = undefined;
  #awaiting: (() => void)[] | undefined = undefined;

  constructor(owner: TaskOwner, mover: TargetDatamover) {
    this.#owner = owner;
    this.mover = mover;
  }

  get nexus(): Nexus {
    return this.#owner.nexus;
  }

  /** Takes what the header says. Throws a ProtocolError when the additional header segments make no sense. */
  fill(bhs: Uint8Array, ahs: Uint8Array): void {
    const flags = bhs[ScsiCommandField.flags]!;
    const length = readUint32(bhs, ScsiCommandField.expectedDataTransferLength);
    const writes = (flags & ScsiCommandFlag.write) !== 0;
    const reads = (flags & ScsiCommandFlag.read) !== 0;
    this.expectedDataOut = writes ? length : 0;
    this.expectedDataIn = reads && !writes ? length : 0;
    if (ahs.length > 0) {
      const { bidirectionalReadLength } = readAdditionalHeaders(ahs);
      if (reads && writes) this.expectedDataIn = bidirectionalReadLength ?? 0;
    }
    this.initiatorTaskTag = readUint32(bhs, ScsiCommandField.initiatorTaskTag);
    this.cmdSn = readUint32(bhs, BhsField.cmdSn);
    this.attribute = (flags & ScsiCommandFlag.attributes) as TaskAttribute;
    copy(bhs, ScsiCommandField.lun, this.lun);
    copy(bhs, ScsiCommandField.cdb, this.cdb);
  }

  deliver(): void {
    this.#owner.deliver(this);
  }

  fetch(length: number, done: (failure: FetchFailure | undefined) => void): void {
    this.mover.fetch(this, length, done);
  }

  /** The task leaves before the datamover writes its response, so that the response already opens the window by its place. */
  respond(response: TaskResponse, data: Uint8Array | undefined, done: () => void): void {
    this.#owner.leaves(this);
    this.state = "responding";
    this.#done = done;
    this.mover.respond(this, response, data, this.#responded);
  }

  release(done: () => void): void {
    this.#owner.leaves(this);
    this.state = "releasing";
    this.#done = done;
    this.mover.release(this, this.#end);
  }

  /** Calls `listener` when nothing of the task is left: its status is sent, or will never be. */
  whenEnded(listener: () => void): void {
    this.#awaiting ??= [];
    this.#awaiting.push(listener);
  }

  /** A task that was released meanwhile ends with that. */
  readonly #responded = (): void => {
    if (this.state === "responding") this.#end();
  };

  /** The datamover is through: first the device server forgets the task, then its slot is free. */
  readonly #end = (): void => {
    const done = this.#done;
    this.#done = undefined;
    done?.();
    this.dataOut = undefined;
    this.serverState = undefined;
    this.#owner.ended(this);
    if (this.#awaiting !== undefined) this.#tellEnded(this.#awaiting);
  };

  #tellEnded(listeners: readonly (() => void)[]): void {
    this.#awaiting = undefined;
    for (const listener of listeners) listener();
  }
}

/** A loop, because for these few bytes it is quicker than making a view. */
function copy(from: Uint8Array, at: number, to: Uint8Array): void {
  for (let i = 0; i < to.length; i += 1) to[i] = from[at + i]!;
}

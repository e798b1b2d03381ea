import { type InitiatorTask, ProtocolError, reservedTag, type TaskResponse } from "#iscsi";
import type { MemoryRegion } from "#iwarp";

const noSense = new Uint8Array(0);

/**
 * What becomes of a task's memory:
 *
 * - `moving`: the target may read and write it.
 * - `responding`: the response is here; it is told when the last STag is dead and its memory free.
 * - `releasing`: forgotten; its owner is told at the same moment.
 */
export type TransferState = "moving" | "responding" | "releasing";

/** One task whose memory the target reaches through STags. A slot that is used again. */
export class InitiatorTransfer {
  task!: InitiatorTask;
  tag = reservedTag;
  state: TransferState = "moving";
  readRegion: MemoryRegion | undefined = undefined;
  writeRegion: MemoryRegion | undefined = undefined;
  /** The response, kept while the transfer is `responding`. */
  readonly response: TaskResponse = { response: 0, status: 0, residual: 0, sense: noSense };

  start(task: InitiatorTask): void {
    this.task = task;
    this.tag = task.initiatorTaskTag;
    this.state = "moving";
  }

  get holdsMemory(): boolean {
    return this.readRegion !== undefined || this.writeRegion !== undefined;
  }

  /** The region's memory is free. */
  freed(region: MemoryRegion): void {
    if (region === this.readRegion) this.readRegion = undefined;
    if (region === this.writeRegion) this.writeRegion = undefined;
  }

  /** A response that kills an STag must name one of its own task (RFC 7145, 7.3.11). */
  checkInvalidation(invalidated: MemoryRegion | undefined): void {
    if (invalidated === undefined || invalidated === this.readRegion || invalidated === this.writeRegion) return;
    throw new ProtocolError("rdma", "a response invalidated the STag of another task (RFC 7145, 7.3.11)");
  }
}

import { type FetchFailure, reservedTag, type TargetTask } from "#iscsi";
import { type MemoryRegion, Operation, WorkRequest } from "#iwarp";
import type { Tagged } from "../tcp/tag-table.ts";

export type FetchDone = (failure: FetchFailure | undefined) => void;

/** One task's data on its way at the target, by RDMA Read and RDMA Write. A slot that is used again. */
export class TargetTransfer implements Tagged {
  task!: TargetTask;
  tag = reservedTag;
  /** Until `respond` or `release`. */
  open = false;

  /** The STag that Send with Invalidate kills: the read's, else the write's. Undefined when the command had none. */
  invalidateStag: number | undefined = undefined;
  readable = false;
  /** RDMA Read of write data, from where the initiator's offset begins: behind what came with the command. */
  readonly read = new WorkRequest();
  readonly write = new WorkRequest();
  /** Bytes that came with the command. */
  immediate = 0;
  /** Bytes of `dataOut` that are there, from offset 0. */
  received = 0;
  fetchEnd = 0;
  fetchDone: FetchDone | undefined = undefined;
  /** Memory that the RDMA Read under way fills. */
  sink: MemoryRegion | undefined = undefined;
  /** The RDMA Read is done; the sink's memory comes back next. */
  fetched = false;
  readOffsetHigh = 0;
  readOffsetLow = 0;
  /** An RDMA Write still refers to the read data. */
  writing = false;
  respondDone: (() => void) | undefined = undefined;
  releaseDone: (() => void) | undefined = undefined;

  constructor() {
    this.read.operation = Operation.rdmaRead;
    this.read.context = this;
    this.write.operation = Operation.rdmaWrite;
    this.write.context = this;
  }

  start(task: TargetTask, tag: number, immediate: number): void {
    this.task = task;
    this.tag = tag;
    this.open = true;
    this.invalidateStag = undefined;
    this.readable = false;
    this.immediate = immediate;
    this.received = Math.min(immediate, task.dataOut?.length ?? 0);
    this.fetchEnd = 0;
    this.fetched = false;
    this.writing = false;
  }

  /** Nothing that is under way refers to the task's memory. */
  get isFree(): boolean {
    return !this.writing && this.sink === undefined;
  }
}

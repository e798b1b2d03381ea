import type { MemoryRegion } from "./memory-region.ts";

export const Operation = {
  /** An untagged message into the next receive that the peer has posted. */
  send: "send",
  /** Tagged data into the peer's memory; it notices nothing until a Send follows. */
  rdmaWrite: "rdma-write",
  /** The peer's memory into a region of ours. */
  rdmaRead: "rdma-read",
} as const;
export type Operation = (typeof Operation)[keyof typeof Operation];

/** How a request ended. `flushed`: the connection was lost or given up before, and how much of it happened is unknown. */
export type CompletionStatus = "completed" | "flushed";

/**
 * Something for a queue pair to do. The consumer owns these and uses them again; what is posted is lent to the queue pair until `onCompletion`, unless it is
 * both `inline` and not `signaled`: then it is free as soon as `post` returns.
 */
export class WorkRequest {
  operation: Operation = Operation.send;

  /** Send, RDMA Write: what to send, in order. Lent by reference until the completion, which comes when all bytes are the kernel's; `inline`: until `post` returns. */
  readonly pieces: Uint8Array[] = [];
  /** Copy `pieces` at once. For headers and small things: what is shorter than 16 KiB is copied on its way in any case. */
  inline = false;
  /** Whether `onCompletion` is wanted. What is not inline, and every RDMA Read, completes in any case. */
  signaled = true;

  /** Send: wakes the peer's consumer (Solicited Event). */
  solicited = false;
  /** Send: the STag of the peer's that dies when the message is delivered (Send with Invalidate). */
  invalidateStag: number | undefined = undefined;

  /** RDMA Write, RDMA Read: where in the peer's memory. Its offsets are opaque 64-bit numbers (kernel addresses), hence two halves. */
  remoteStag = 0;
  remoteOffsetHigh = 0;
  remoteOffsetLow = 0;

  /** RDMA Read: where to; any region of the queue pair's own domain, also one without access rights. */
  sink: MemoryRegion | undefined = undefined;
  /** RDMA Read: bytes from the start of `sink`. */
  sinkOffset = 0;
  /** RDMA Read: how many bytes; 0 is legal. */
  length = 0;

  /** The consumer's. */
  context: unknown = undefined;
}

/** Whether anybody is told of the end of `request`. */
export function completes(request: WorkRequest): boolean {
  return request.signaled || !request.inline || request.operation === Operation.rdmaRead;
}

/** Memory for one message of the peer's. Lent to the queue pair from `postReceive` until `onReceive`. */
export class ReceiveRequest {
  readonly memory: Uint8Array;
  /** Length of the message. */
  length = 0;
  /** The peer asked that the consumer be woken (Solicited Event). */
  solicited = false;
  /** The region whose STag this message has invalidated, to be compared with the one the task had, and still to be deregistered. */
  invalidated: MemoryRegion | undefined = undefined;

  constructor(memory: Uint8Array) {
    this.memory = memory;
  }
}

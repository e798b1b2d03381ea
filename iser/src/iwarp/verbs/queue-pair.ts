import type { RdmaError } from "../rdmap/rdma-error.ts";
import type { MemoryRegion, ProtectionDomain } from "./memory-region.ts";
import type { CompletionStatus, ReceiveRequest, WorkRequest } from "./work-request.ts";

/** The states of a queue pair, by the names that the verbs have for them. */
export const QueuePairState = {
  /** Being connected: receives and regions are taken, nothing can be sent. */
  init: "init",
  /** Ready to send: messages flow. */
  rts: "rts",
  /** `disconnect("end")`: what is posted still goes out, then the stream ends. */
  closing: "closing",
  /** A Terminate was sent or received: nothing is placed or delivered any more; the stream ends when the Terminate is out. */
  terminate: "terminate",
  /** Lost, given up or never established. */
  error: "error",
} as const;
export type QueuePairState = (typeof QueuePairState)[keyof typeof QueuePairState];

/** Monotonic, of this connection. `…Bytes` of the stream count framing; payload is what moved by RDMA Write and RDMA Read, in either direction. */
export interface QueuePairCounters {
  bytesReceived: number;
  bytesSent: number;
  fpdusReceived: number;
  fpdusSent: number;
  payloadBytes: number;
  /** Payload that user space copied on its way. */
  payloadBytesCopied: number;
}

/** What is told to the owner of a queue pair. Requests and regions are the consumer's again from the moment of the call. */
export interface QueuePairUser {
  /**
   * Responder only: somebody wants to connect. `accept` or `reject` follows, at once or later (within the handshake's time). `privateData` is borrowed until return;
   * it does not contain the enhanced MPA words.
   */
  onConnectRequest(privateData: Uint8Array): void;

  /** The state is `rts`. `privateData` is the responder's; empty at the responder itself, and borrowed until return. */
  onEstablished(privateData: Uint8Array): void;

  /** A message is in `receive.memory`, and everything that was RDMA-written before it is in place. `flushed`: it was not used. In the order in which they were posted. */
  onReceive(receive: ReceiveRequest, status: CompletionStatus): void;

  /** Sends and RDMA Writes complete in the order in which they were posted; so do RDMA Reads among themselves. Flushed ones come in any order. */
  onCompletion(request: WorkRequest, status: CompletionStatus): void;

  /** See `ProtectionDomain.deregister`: the memory is the consumer's again. */
  onDeregistered(region: MemoryRegion): void;

  /** Why the connection is of no more use, at most once: refused, a rule broken (a Terminate was sent), a Terminate received, a time-out. All STags are dead. */
  onFault(error: RdmaError): void;

  /**
   * The last event but `onDeregistered`: the stream is gone. Every request has been flushed before; regions that are deregistered from now on are
   * free before that call returns. `cause` is absent for an orderly end.
   */
  onDisconnected(cause: Error | undefined): void;
}

/** How two ends find each other: MPA frames on iWARP, the communication manager's messages elsewhere. */
export interface ConnectionManager {
  /** Initiator: asks the peer to connect as soon as there is a stream. `privateData` (at most 508 bytes) is copied. */
  connect(privateData: Uint8Array): void;

  /** Responder: answers `onConnectRequest`; `onEstablished` follows before this returns. Receives for the peer's first messages are posted before. */
  accept(privateData: Uint8Array): void;

  /** Responder: refuses, and ends the stream. */
  reject(privateData: Uint8Array): void;

  /**
   * Ends the connection: after all that is posted ("end"), or at once ("reset"). A connection that is ending with a Terminate of ours does so in any case, within 2 s:
   * the peer is to learn why.
   */
  disconnect(how: "end" | "reset"): void;
}

/**
 * One end of a reliable connection between two memories. This is all that a consumer sees: software iWARP (`SoftwareQueuePair`) is behind it today, an
 * adapter with verbs could be.
 */
export interface QueuePair extends ConnectionManager {
  readonly state: QueuePairState;
  readonly protectionDomain: ProtectionDomain;
  readonly counters: QueuePairCounters;
  /** How many RDMA Reads of the peer's we serve at a time (IRD), and how many of ours may be out (ORD). Agreed when `onEstablished` is called. */
  readonly inboundReadDepth: number;
  readonly outboundReadDepth: number;

  /** Must be called before anything else. */
  attach(user: QueuePairUser): void;

  /** Memory for one more message; used in order. A message that finds none ends the connection: there is no other flow control. */
  postReceive(receive: ReceiveRequest): void;

  /**
   * Starts a request; never in state `init`. Outside `rts` it comes back flushed before this returns. Requests start in the order in which they were posted, but an RDMA
   * Read beyond the outbound depth waits for others to end without holding back what is posted after it.
   */
  post(request: WorkRequest): void;
}

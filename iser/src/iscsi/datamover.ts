/**
 * The Datamover: how iSCSI sees what carries it (RFC 5047). iSCSI owns this seam and cannot look through it: Data-In, Data-Out
 * and R2T exist only below it on TCP, RDMA Reads and Writes only below it on iSER. Above, a task is a command PDU, two lent buffers and a response.
 *
 * Both halves are synchronous and sans-IO: bytes enter and leave the datamover through its own lower interface
 * (`ByteStreamCore` for a byte stream), never through this one.
 */
import type { ProtocolError } from "./protocol-error.ts";

/** What was agreed at login and changes how bytes travel (RFC 5047, 7.3 Enable_Datamover). Lengths in bytes. */
export interface TransferParameters {
  readonly headerDigest: boolean;
  readonly dataDigest: boolean;
  /** The longest data segment we may be sent. */
  readonly maxRecvDataSegmentLength: number;
  /** The longest data segment the peer takes. */
  readonly maxSendDataSegmentLength: number;
  readonly maxBurstLength: number;
  readonly firstBurstLength: number;
  readonly initialR2T: boolean;
  readonly immediateData: boolean;
  readonly maxOutstandingR2T: number;
}

/** Before login ends: no digests, 8192-byte segments (RFC 7143, 13). */
export const loginPhaseParameters: TransferParameters = {
  headerDigest: false,
  dataDigest: false,
  maxRecvDataSegmentLength: 8192,
  maxSendDataSegmentLength: 8192,
  maxBurstLength: 262144,
  firstBurstLength: 65536,
  initialR2T: true,
  immediateData: true,
  maxOutstandingR2T: 1,
};

/** How a command ended, as it was on the wire in a SCSI Response or in the last Data-In. A reused slot: valid until the callback returns. */
export interface TaskResponse {
  /** iSCSI response code: 0 completed at target, 1 target failure (RFC 7143, 11.4.3). */
  response: number;
  /** SCSI status. */
  status: number;
  /** Residual as in ScsiCommand: > 0 underflow, < 0 overflow. */
  residual: number;
  /** Sense data without its length word; empty when none. A view into received bytes, borrowed until return. */
  sense: Uint8Array;
}

/** Counters that a datamover keeps and statistics read. Monotonic, in bytes and PDUs of the current connection. */
export interface DatamoverCounters {
  bytesReceived: number;
  bytesSent: number;
  pdusReceived: number;
  pdusSent: number;
  /** Payload bytes that moved in either direction. */
  payloadBytes: number;
  /** Payload bytes that user space copied on their way. */
  payloadBytesCopied: number;
}

// ------------------------------------------------------------------------------------------------------------------ initiator

/** A task as an initiator's datamover sees it: a slot that the session owns and reuses. */
export interface InitiatorTask {
  /**
   * The slot's Initiator Task Tag: the slot's dense index (from 0, < 0xfffe) in the low 16 bits, a generation that changes with each use of the
   * slot in the high 16 bits, so that a datamover finds the task by index and a stale tag by comparison. Tags of control PDUs
   * have 0xfffe in the low bits; 0xffffffff is never given out.
   */
  initiatorTaskTag: number;
  /**
   * The 48-byte basic header segment of the SCSI Command PDU, complete but for DataSegmentLength, TotalAHSLength, and the F bit, which the datamover
   * sets (it alone knows how much data goes along).
   */
  readonly bhs: Uint8Array;
  /** Additional header segments, padded, or undefined (RFC 7143, 11.2.2). */
  ahs: Uint8Array | undefined;
  /** Lent by `sendCommand` until `onResponse` or `onReleased`. */
  dataIn: Uint8Array | undefined;
  /** Lent likewise. */
  dataOut: Uint8Array | undefined;
  /** Belongs to the datamover while the task is lent to it. */
  moverState: unknown;
}

/** What the datamover tells the initiator's connection. All calls happen inside `receive`, `placed`, `outputSent` or `closed` of the lower half. */
export interface InitiatorDatamoverUser {
  /** The ExpStatSN to stamp on PDUs the datamover makes itself (Data-Out). */
  readonly expStatSn: number;

  /** A PDU that the datamover handles itself carried these (Data-In, R2T, SCSI Response). Called in arrival order. */
  onCommandWindow(expCmdSn: number, maxCmdSn: number): void;

  /** Such a PDU carried a StatSN: a SCSI Response, a Data-In with status, an R2T (`consumed` is false for an R2T, whose StatSN is the next one, not used up). */
  onStatSn(statSn: number, consumed: boolean): void;

  /** The task ended and all lent memory is back: placed, and no longer referenced by anything to send. `response` is a slot. */
  onResponse(task: InitiatorTask, response: TaskResponse): void;

  /** The task that was released before its end: its memory is back. */
  onReleased(task: InitiatorTask): void;

  /** Any other PDU from the target. `bhs` (48 bytes) and `data` (without padding) are borrowed until return. */
  onControl(bhs: Uint8Array, data: Uint8Array): void;

  /** The peer broke the protocol: the connection is of no more use. Called at most once; nothing else follows but `onReleased` and `onClosed`. */
  onFault(error: ProtocolError): void;

  /** The stream can carry PDUs: on TCP at once, on iSER after the MPA handshake. */
  onOpen(): void;

  /** The stream is gone; every task that was lent has been given back by `onReleased` first. */
  onClosed(cause: Error | undefined): void;
}

export interface InitiatorDatamover {
  /** Must be called before the stream opens. */
  attach(user: InitiatorDatamoverUser): void;

  /** Parameters for every PDU from now on, in both directions. Called after the last Login Response, before anything else is sent. */
  enable(parameters: TransferParameters): void;

  /** Sends a control-type PDU. `bhs` is complete but for DataSegmentLength; both arrays are copied. */
  sendControl(bhs: Uint8Array, data?: Uint8Array): void;

  /** Sends a SCSI Command with as much data as may go along, and moves the rest. Ends in `onResponse`, `onReleased`. */
  sendCommand(task: InitiatorTask): void;

  /** Forgets a task whose end will not come (aborted): `onReleased` follows when its memory is no longer touched, perhaps before this returns. */
  release(task: InitiatorTask): void;

  /** Login-key hooks of the transport: what must be declared besides the common keys, and what the answers mean for TransferParameters. */
  readonly transport: TransportKind;

  /**
   * How many statuses with a later StatSN may come before one: none on a stream whose PDUs are numbered as they are queued. Where nothing can be lost on the way, a target may number them on several
   * processors and send them in another order.
   */
  readonly statusReach: number;

  /** Ends the connection: after all output ("end"), or at once ("reset"). */
  close(how: "end" | "reset"): void;

  readonly counters: DatamoverCounters;
}

/** Which column of the login key table applies. The only thing about a transport that is visible above the seam, and only the key table reads it. */
export type TransportKind = "tcp" | "iser";

// ------------------------------------------------------------------------------------------------------------------ target

/** A task as a target's datamover sees it. The target owns the object. */
export interface TargetTask {
  initiatorTaskTag: number;
  /** LUN field of the command, for R2T and Data-In (8 bytes). */
  readonly lun: Uint8Array;
  /** Write data lands here: unsolicited by itself, the rest when `fetch` asks. Its length is what the target wants; more is thrown away. undefined: none wanted. */
  dataOut: Uint8Array | undefined;
  /** What the initiator is prepared to send (Expected Data Transfer Length of a write). */
  expectedDataOut: number;
  /** What the initiator is prepared to receive. */
  expectedDataIn: number;
  moverState: unknown;
}

export interface TargetDatamoverUser {
  /** Next StatSN: reads the number and uses it up. For PDUs with status that the datamover makes (Data-In with status, SCSI Response). */
  takeStatSn(): number;
  /** The StatSN the next status will have, not used up (R2T). */
  readonly nextStatSn: number;
  readonly expCmdSn: number;
  readonly maxCmdSn: number;

  /**
   * The header of a SCSI Command. Return the task that data belongs to, with `dataOut` lent, or undefined to have the command and all its data
   * ignored (outside the command window). `bhs`, `ahs` are borrowed until return; `immediateLength` is the data in this PDU.
   */
  onCommand(bhs: Uint8Array, ahs: Uint8Array, immediateLength: number): TargetTask | undefined;

  /** All unsolicited data of the task is placed: it may be executed. Immediately after `onCommand` for a command without any. */
  onCommandReady(task: TargetTask): void;

  /** A PDU other than SCSI Command and Data-Out. Borrowed until return. */
  onControl(bhs: Uint8Array, data: Uint8Array): void;

  /**
   * The peer broke the protocol: the connection is of no more use. Called at most once; fetches outstanding end with reason "closed". A Data-Out that
   * breaks no more than its own task (DataSN, data digest) is not told here: `fetch` of that task ends in failure.
   */
  onFault(error: ProtocolError): void;
  onOpen(): void;
  onClosed(cause: Error | undefined): void;
}

/** Why write data did not come: the task must end in CHECK CONDITION (ABORTED COMMAND) with this. */
export interface FetchFailure {
  readonly reason: "data-digest" | "sequence" | "closed" | "released";
}

export interface TargetDatamover {
  attach(user: TargetDatamoverUser): void;
  enable(parameters: TransferParameters): void;

  /** Sends a control-type PDU, complete but for DataSegmentLength. Both arrays are copied. */
  sendControl(bhs: Uint8Array, data?: Uint8Array): void;

  /**
   * Get_Data (RFC 5047, 7.2): brings the first `length` bytes of write data into `task.dataOut`, by R2T and Data-Out or by RDMA Read. `done` is called
   * once, perhaps before return when all of it was unsolicited.
   */
  fetch(task: TargetTask, length: number, done: (failure: FetchFailure | undefined) => void): void;

  /**
   * Put_Data and the response: moves all of `data` to the initiator (never more than `task.expectedDataIn`), then the status. `done` is called when `data` may be
   * reused and the task is over. `sense` is copied.
   */
  respond(task: TargetTask, response: TaskResponse, data: Uint8Array | undefined, done: () => void): void;

  /** Forgets an aborted task: no more data moves for it; pending `fetch` ends with reason "released". `done` when its memory is no longer touched, perhaps before this returns. */
  release(task: TargetTask, done: () => void): void;

  readonly transport: TransportKind;
  close(how: "end" | "reset"): void;
  readonly counters: DatamoverCounters;
}

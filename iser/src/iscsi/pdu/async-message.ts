import {
  BhsField,
  beginHeader,
  finalBit,
  getLun,
  putLun,
  putResponseNumbers,
  type ResponseNumbers,
  readUint16,
  readUint32,
  reservedTag,
  writeUint16,
  writeUint32,
} from "./basic-header-segment.ts";
import { expectOpcode, TargetOpcode } from "./opcode.ts";

/** RFC 7143, 11.9.1. */
export const AsyncEvent = {
  /** A SCSI asynchronous event; the data segment holds sense as in a SCSI Response. */
  scsi: 0,
  /** The target asks for a logout within Parameter3 seconds. */
  logoutRequested: 1,
  /** The target drops connection Parameter1; reconnect after Parameter2, within Parameter3 more seconds. */
  connectionDropped: 2,
  /** The same for every connection of the session. */
  sessionDropped: 3,
  /** The target asks for a text negotiation within Parameter3 seconds. */
  negotiationRequested: 4,
  /** All tasks of the logical unit in the LUN field are being terminated. */
  tasksTerminated: 5,
  vendorSpecific: 255,
} as const;

const names = new Map<number, string>([
  [AsyncEvent.scsi, "SCSI asynchronous event"],
  [AsyncEvent.logoutRequested, "target requests logout"],
  [AsyncEvent.connectionDropped, "target will drop a connection"],
  [AsyncEvent.sessionDropped, "target will drop all connections of the session"],
  [AsyncEvent.negotiationRequested, "target requests parameter negotiation"],
  [AsyncEvent.tasksTerminated, "all tasks of the logical unit are being terminated"],
  [AsyncEvent.vendorSpecific, "vendor-specific event"],
]);

export function asyncEventName(event: number): string {
  return names.get(event) ?? `asynchronous event ${event}`;
}

const field = { event: 36, vendorCode: 37, parameter1: 38, parameter2: 40, parameter3: 42 } as const;

export interface AsyncMessagePdu extends ResponseNumbers {
  readonly lun: Uint8Array;
  /** See `AsyncEvent`. */
  readonly event: number;
  /** Meaningful with a vendor-specific event only. */
  readonly vendorCode: number;
  readonly parameter1: number;
  readonly parameter2: number;
  readonly parameter3: number;
}

export function readAsyncMessage(bhs: Uint8Array): AsyncMessagePdu {
  expectOpcode(bhs, TargetOpcode.asyncMessage);
  return {
    lun: getLun(bhs),
    statSn: readUint32(bhs, BhsField.statSn),
    expCmdSn: readUint32(bhs, BhsField.expCmdSn),
    maxCmdSn: readUint32(bhs, BhsField.maxCmdSn),
    event: bhs[field.event]!,
    vendorCode: bhs[field.vendorCode]!,
    parameter1: readUint16(bhs, field.parameter1),
    parameter2: readUint16(bhs, field.parameter2),
    parameter3: readUint16(bhs, field.parameter3),
  };
}

export function writeAsyncMessage(pdu: AsyncMessagePdu, bhs: Uint8Array): void {
  beginHeader(bhs, TargetOpcode.asyncMessage, finalBit);
  putLun(bhs, pdu.lun);
  writeUint32(bhs, BhsField.initiatorTaskTag, reservedTag);
  putResponseNumbers(bhs, pdu);
  bhs[field.event] = pdu.event;
  bhs[field.vendorCode] = pdu.vendorCode;
  writeUint16(bhs, field.parameter1, pdu.parameter1);
  writeUint16(bhs, field.parameter2, pdu.parameter2);
  writeUint16(bhs, field.parameter3, pdu.parameter3);
}

import {
  BhsField,
  beginHeader,
  bhsLength,
  finalBit,
  putResponseNumbers,
  type ResponseNumbers,
  readUint32,
  reservedTag,
  writeUint32,
} from "./basic-header-segment.ts";
import { expectOpcode, TargetOpcode } from "./opcode.ts";

/** RFC 7143, 11.17.1. */
export const RejectReason = {
  dataDigestError: 0x02,
  snackReject: 0x03,
  protocolError: 0x04,
  commandNotSupported: 0x05,
  tooManyImmediateCommands: 0x06,
  taskInProgress: 0x07,
  invalidDataAck: 0x08,
  invalidPduField: 0x09,
  longOperationReject: 0x0a,
  negotiationReset: 0x0b,
  waitingForLogout: 0x0c,
} as const;

const names = new Map<number, string>([
  [RejectReason.dataDigestError, "data digest error"],
  [RejectReason.snackReject, "SNACK reject"],
  [RejectReason.protocolError, "protocol error"],
  [RejectReason.commandNotSupported, "command not supported"],
  [RejectReason.tooManyImmediateCommands, "too many immediate commands"],
  [RejectReason.taskInProgress, "task in progress"],
  [RejectReason.invalidDataAck, "invalid data ACK"],
  [RejectReason.invalidPduField, "invalid PDU field"],
  [RejectReason.longOperationReject, "out of resources for a Target Transfer Tag"],
  [RejectReason.negotiationReset, "negotiation reset"],
  [RejectReason.waitingForLogout, "waiting for logout"],
]);

export function rejectReasonName(reason: number): string {
  return names.get(reason) ?? `reject reason 0x${reason.toString(16).padStart(2, "0")}`;
}

const field = { reason: 2, dataSn: 36 } as const;

export interface RejectPdu extends ResponseNumbers {
  /** See `RejectReason`. */
  readonly reason: number;
  /** Next DataSN or R2TSN, for a rejected SNACK; else reserved. */
  readonly dataSn: number;
}

/** Reject (RFC 7143, 11.17). */
export function readReject(bhs: Uint8Array): RejectPdu {
  expectOpcode(bhs, TargetOpcode.reject);
  return {
    reason: bhs[field.reason]!,
    statSn: readUint32(bhs, BhsField.statSn),
    expCmdSn: readUint32(bhs, BhsField.expCmdSn),
    maxCmdSn: readUint32(bhs, BhsField.maxCmdSn),
    dataSn: readUint32(bhs, field.dataSn),
  };
}

export function writeReject(pdu: RejectPdu, bhs: Uint8Array): void {
  beginHeader(bhs, TargetOpcode.reject, finalBit);
  bhs[field.reason] = pdu.reason;
  writeUint32(bhs, BhsField.initiatorTaskTag, reservedTag);
  putResponseNumbers(bhs, pdu);
  writeUint32(bhs, field.dataSn, pdu.dataSn);
}

/** The header that was rejected, which the data segment repeats; undefined when the target left it out. A view. */
export function viewRejectedHeader(data: Uint8Array): Uint8Array | undefined {
  return data.length >= bhsLength ? data.subarray(0, bhsLength) : undefined;
}

import { ProtocolError } from "../protocol-error.ts";
import {
  beginHeader,
  finalBit,
  getLun,
  putLun,
  putResponseNumbers,
  type ResponseNumbers,
  readUint32,
  reservedTag,
  writeUint32,
} from "./basic-header-segment.ts";
import { expectOpcode, TargetOpcode } from "./opcode.ts";

/** Offsets of a Ready To Transfer (RFC 7143, 11.8), for code that reads or writes a header in place. */
export const R2tField = {
  lun: 8,
  initiatorTaskTag: 16,
  targetTransferTag: 20,
  statSn: 24,
  expCmdSn: 28,
  maxCmdSn: 32,
  r2tSn: 36,
  bufferOffset: 40,
  desiredDataTransferLength: 44,
} as const;

export interface R2tPdu extends ResponseNumbers {
  readonly lun: Uint8Array;
  readonly initiatorTaskTag: number;
  readonly targetTransferTag: number;
  readonly r2tSn: number;
  readonly bufferOffset: number;
  readonly desiredDataTransferLength: number;
}

export function readR2t(bhs: Uint8Array): R2tPdu {
  expectOpcode(bhs, TargetOpcode.r2t);
  const pdu: R2tPdu = {
    lun: getLun(bhs),
    initiatorTaskTag: readUint32(bhs, R2tField.initiatorTaskTag),
    targetTransferTag: readUint32(bhs, R2tField.targetTransferTag),
    statSn: readUint32(bhs, R2tField.statSn),
    expCmdSn: readUint32(bhs, R2tField.expCmdSn),
    maxCmdSn: readUint32(bhs, R2tField.maxCmdSn),
    r2tSn: readUint32(bhs, R2tField.r2tSn),
    bufferOffset: readUint32(bhs, R2tField.bufferOffset),
    desiredDataTransferLength: readUint32(bhs, R2tField.desiredDataTransferLength),
  };
  checkR2t(pdu.targetTransferTag, pdu.desiredDataTransferLength);
  return pdu;
}

/** What an R2T must not say whatever the task. For whoever reads the header in place. */
export function checkR2t(targetTransferTag: number, desiredDataTransferLength: number): void {
  if (desiredDataTransferLength === 0) throw new ProtocolError("field", "R2T that asks for no data (RFC 7143, 11.8.4)");
  if (targetTransferTag === reservedTag) throw new ProtocolError("tag", "R2T with the reserved Target Transfer Tag (RFC 7143, 11.8.5)");
}

export function writeR2t(pdu: R2tPdu, bhs: Uint8Array): void {
  beginHeader(bhs, TargetOpcode.r2t, finalBit);
  putLun(bhs, pdu.lun);
  writeUint32(bhs, R2tField.initiatorTaskTag, pdu.initiatorTaskTag);
  writeUint32(bhs, R2tField.targetTransferTag, pdu.targetTransferTag);
  putResponseNumbers(bhs, pdu);
  writeUint32(bhs, R2tField.r2tSn, pdu.r2tSn);
  writeUint32(bhs, R2tField.bufferOffset, pdu.bufferOffset);
  writeUint32(bhs, R2tField.desiredDataTransferLength, pdu.desiredDataTransferLength);
}

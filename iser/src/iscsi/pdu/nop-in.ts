import { ProtocolError } from "../protocol-error.ts";
import {
  BhsField,
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

export interface NopInPdu extends ResponseNumbers {
  readonly lun: Uint8Array;
  /** The tag of the NOP-Out that is answered, or `reservedTag` when the target speaks first. */
  readonly initiatorTaskTag: number;
  /** Set when the target wants an answer, which repeats it; else `reservedTag`. */
  readonly targetTransferTag: number;
}

/** NOP-In (RFC 7143, 11.19): the target's ping, its answer to the initiator's, or just news of the command window. */
export function readNopIn(bhs: Uint8Array): NopInPdu {
  expectOpcode(bhs, TargetOpcode.nopIn);
  const initiatorTaskTag = readUint32(bhs, BhsField.initiatorTaskTag);
  const targetTransferTag = readUint32(bhs, BhsField.targetTransferTag);
  if (initiatorTaskTag !== reservedTag && targetTransferTag !== reservedTag) {
    throw new ProtocolError("tag", "NOP-In that both answers a ping and asks for an answer (RFC 7143, 11.19.1)");
  }
  return {
    lun: getLun(bhs),
    initiatorTaskTag,
    targetTransferTag,
    statSn: readUint32(bhs, BhsField.statSn),
    expCmdSn: readUint32(bhs, BhsField.expCmdSn),
    maxCmdSn: readUint32(bhs, BhsField.maxCmdSn),
  };
}

export function writeNopIn(pdu: NopInPdu, bhs: Uint8Array): void {
  beginHeader(bhs, TargetOpcode.nopIn, finalBit);
  putLun(bhs, pdu.lun);
  writeUint32(bhs, BhsField.initiatorTaskTag, pdu.initiatorTaskTag);
  writeUint32(bhs, BhsField.targetTransferTag, pdu.targetTransferTag);
  putResponseNumbers(bhs, pdu);
}

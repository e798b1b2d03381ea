import { ProtocolError } from "../protocol-error.ts";
import {
  BhsField,
  beginHeader,
  finalBit,
  getLun,
  putLun,
  putRequestNumbers,
  type RequestNumbers,
  readUint32,
  reservedTag,
  writeUint32,
} from "./basic-header-segment.ts";
import { expectOpcode, InitiatorOpcode, immediateBit, isImmediate } from "./opcode.ts";

export interface NopOutPdu extends RequestNumbers {
  readonly immediate: boolean;
  /** As in the NOP-In that is answered. */
  readonly lun: Uint8Array;
  /** `reservedTag` when no answer is wanted. */
  readonly initiatorTaskTag: number;
  /** The tag of the NOP-In that is answered, or `reservedTag`. */
  readonly targetTransferTag: number;
}

/** NOP-Out (RFC 7143, 11.18): the initiator's ping, or its answer to the target's. */
export function readNopOut(bhs: Uint8Array): NopOutPdu {
  expectOpcode(bhs, InitiatorOpcode.nopOut);
  const immediate = isImmediate(bhs);
  const initiatorTaskTag = readUint32(bhs, BhsField.initiatorTaskTag);
  if (initiatorTaskTag === reservedTag && !immediate) {
    throw new ProtocolError("field", "NOP-Out without a task tag and without I (RFC 7143, 11.18.1)");
  }
  return {
    immediate,
    lun: getLun(bhs),
    initiatorTaskTag,
    targetTransferTag: readUint32(bhs, BhsField.targetTransferTag),
    cmdSn: readUint32(bhs, BhsField.cmdSn),
    expStatSn: readUint32(bhs, BhsField.expStatSn),
  };
}

export function writeNopOut(pdu: NopOutPdu, bhs: Uint8Array): void {
  beginHeader(bhs, InitiatorOpcode.nopOut | (pdu.immediate ? immediateBit : 0), finalBit);
  putLun(bhs, pdu.lun);
  writeUint32(bhs, BhsField.initiatorTaskTag, pdu.initiatorTaskTag);
  writeUint32(bhs, BhsField.targetTransferTag, pdu.targetTransferTag);
  putRequestNumbers(bhs, pdu);
}

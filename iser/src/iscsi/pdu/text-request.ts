import { ProtocolError } from "../protocol-error.ts";
import {
  BhsField,
  beginHeader,
  continueBit,
  finalBit,
  getLun,
  putLun,
  putRequestNumbers,
  type RequestNumbers,
  readUint32,
  writeUint32,
} from "./basic-header-segment.ts";
import { expectOpcode, InitiatorOpcode, immediateBit, isImmediate } from "./opcode.ts";

export interface TextRequestPdu extends RequestNumbers {
  readonly immediate: boolean;
  /** The initiator has nothing more to say in this exchange. */
  readonly final: boolean;
  /** The text is incomplete and goes on in the next request. */
  readonly continues: boolean;
  readonly lun: Uint8Array;
  readonly initiatorTaskTag: number;
  /** `reservedTag` in the first request of an exchange, then the one of the last response. */
  readonly targetTransferTag: number;
}

/** Text Request (RFC 7143, 11.10). */
export function readTextRequest(bhs: Uint8Array): TextRequestPdu {
  expectOpcode(bhs, InitiatorOpcode.textRequest);
  const flags = bhs[BhsField.flags]!;
  const final = (flags & finalBit) !== 0;
  const continues = (flags & continueBit) !== 0;
  if (final && continues) throw new ProtocolError("field", "Text Request with both F and C (RFC 7143, 11.10.2)");
  return {
    immediate: isImmediate(bhs),
    final,
    continues,
    lun: getLun(bhs),
    initiatorTaskTag: readUint32(bhs, BhsField.initiatorTaskTag),
    targetTransferTag: readUint32(bhs, BhsField.targetTransferTag),
    cmdSn: readUint32(bhs, BhsField.cmdSn),
    expStatSn: readUint32(bhs, BhsField.expStatSn),
  };
}

export function writeTextRequest(pdu: TextRequestPdu, bhs: Uint8Array): void {
  const flags = (pdu.final ? finalBit : 0) | (pdu.continues ? continueBit : 0);
  beginHeader(bhs, InitiatorOpcode.textRequest | (pdu.immediate ? immediateBit : 0), flags);
  putLun(bhs, pdu.lun);
  writeUint32(bhs, BhsField.initiatorTaskTag, pdu.initiatorTaskTag);
  writeUint32(bhs, BhsField.targetTransferTag, pdu.targetTransferTag);
  putRequestNumbers(bhs, pdu);
}

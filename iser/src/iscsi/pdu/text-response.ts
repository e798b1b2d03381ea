import { ProtocolError } from "../protocol-error.ts";
import {
  BhsField,
  beginHeader,
  continueBit,
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

export interface TextResponsePdu extends ResponseNumbers {
  /** The exchange is over. */
  readonly final: boolean;
  /** The text is incomplete and goes on in the next response; ask for it with an empty request. */
  readonly continues: boolean;
  readonly lun: Uint8Array;
  readonly initiatorTaskTag: number;
  /** `reservedTag` exactly when `final`. */
  readonly targetTransferTag: number;
}

/** Text Response (RFC 7143, 11.11). */
export function readTextResponse(bhs: Uint8Array): TextResponsePdu {
  expectOpcode(bhs, TargetOpcode.textResponse);
  const flags = bhs[BhsField.flags]!;
  const final = (flags & finalBit) !== 0;
  const continues = (flags & continueBit) !== 0;
  if (final && continues) throw new ProtocolError("field", "Text Response with both F and C (RFC 7143, 11.11.2)");
  const targetTransferTag = readUint32(bhs, BhsField.targetTransferTag);
  if (!final && targetTransferTag === reservedTag) {
    throw new ProtocolError("tag", "Text Response that is not the last and has the reserved Target Transfer Tag (RFC 7143, 11.11.4)");
  }
  return {
    final,
    continues,
    lun: getLun(bhs),
    initiatorTaskTag: readUint32(bhs, BhsField.initiatorTaskTag),
    targetTransferTag,
    statSn: readUint32(bhs, BhsField.statSn),
    expCmdSn: readUint32(bhs, BhsField.expCmdSn),
    maxCmdSn: readUint32(bhs, BhsField.maxCmdSn),
  };
}

export function writeTextResponse(pdu: TextResponsePdu, bhs: Uint8Array): void {
  beginHeader(bhs, TargetOpcode.textResponse, (pdu.final ? finalBit : 0) | (pdu.continues ? continueBit : 0));
  putLun(bhs, pdu.lun);
  writeUint32(bhs, BhsField.initiatorTaskTag, pdu.initiatorTaskTag);
  writeUint32(bhs, BhsField.targetTransferTag, pdu.targetTransferTag);
  putResponseNumbers(bhs, pdu);
}

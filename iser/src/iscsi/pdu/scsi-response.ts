import { ProtocolError } from "../protocol-error.ts";
import {
  beginHeader,
  finalBit,
  putResponseNumbers,
  type ResponseNumbers,
  readUint16,
  readUint32,
  writeUint16,
  writeUint32,
} from "./basic-header-segment.ts";
import { expectOpcode, TargetOpcode } from "./opcode.ts";
import { checkResidualFlags, ResidualFlag, residualFlags, residualOf } from "./residual.ts";

/** Offsets and bits of a SCSI Response (RFC 7143, 11.4), for code that reads or writes a header in place. */
export const ScsiResponseField = {
  flags: 1,
  response: 2,
  status: 3,
  initiatorTaskTag: 16,
  statSn: 24,
  expCmdSn: 28,
  maxCmdSn: 32,
  expDataSn: 36,
  bidirectionalReadResidualCount: 40,
  residualCount: 44,
} as const;
export const ScsiResponseFlag = {
  final: finalBit,
  bidirectionalReadOverflow: 0x10,
  bidirectionalReadUnderflow: 0x08,
  overflow: ResidualFlag.overflow,
  underflow: ResidualFlag.underflow,
} as const;

/** RFC 7143, 11.4.3. 0x80 to 0xff are vendor specific. */
export const ScsiResponseCode = { completedAtTarget: 0, targetFailure: 1 } as const;

export interface ScsiResponsePdu extends ResponseNumbers {
  readonly initiatorTaskTag: number;
  /** See `ScsiResponseCode`. */
  readonly response: number;
  /** SCSI status; meaningful when `response` is 0. */
  readonly status: number;
  /** > 0: that many bytes fewer than expected (underflow); < 0: that many did not fit (overflow). */
  readonly residual: number;
  /** The same for the read half of a bidirectional command. */
  readonly bidirectionalReadResidual: number;
  /** How many Data-In (or, for a write, R2T) PDUs the target has sent for the command. */
  readonly expDataSn: number;
}

export function readScsiResponse(bhs: Uint8Array): ScsiResponsePdu {
  expectOpcode(bhs, TargetOpcode.scsiResponse);
  const flags = bhs[ScsiResponseField.flags]!;
  checkResidualFlags(flags, "SCSI Response", "11.4.1");
  // The bits for the read half of a bidirectional command are those two, moved left by two.
  checkResidualFlags(flags >> 2, "SCSI Response", "11.4.1");
  return {
    initiatorTaskTag: readUint32(bhs, ScsiResponseField.initiatorTaskTag),
    response: bhs[ScsiResponseField.response]!,
    status: bhs[ScsiResponseField.status]!,
    residual: residualOf(flags, readUint32(bhs, ScsiResponseField.residualCount)),
    bidirectionalReadResidual: residualOf(flags >> 2, readUint32(bhs, ScsiResponseField.bidirectionalReadResidualCount)),
    statSn: readUint32(bhs, ScsiResponseField.statSn),
    expCmdSn: readUint32(bhs, ScsiResponseField.expCmdSn),
    maxCmdSn: readUint32(bhs, ScsiResponseField.maxCmdSn),
    expDataSn: readUint32(bhs, ScsiResponseField.expDataSn),
  };
}

export function writeScsiResponse(pdu: ScsiResponsePdu, bhs: Uint8Array): void {
  const flags = finalBit | residualFlags(pdu.residual) | (residualFlags(pdu.bidirectionalReadResidual) << 2);
  beginHeader(bhs, TargetOpcode.scsiResponse, flags);
  bhs[ScsiResponseField.response] = pdu.response;
  bhs[ScsiResponseField.status] = pdu.status;
  writeUint32(bhs, ScsiResponseField.initiatorTaskTag, pdu.initiatorTaskTag);
  putResponseNumbers(bhs, pdu);
  writeUint32(bhs, ScsiResponseField.expDataSn, pdu.expDataSn);
  writeUint32(bhs, ScsiResponseField.bidirectionalReadResidualCount, Math.abs(pdu.bidirectionalReadResidual));
  writeUint32(bhs, ScsiResponseField.residualCount, Math.abs(pdu.residual));
}

/** The sense data in a response's data segment: what follows the two-byte SenseLength (RFC 7143, 11.4.7). A view; empty when there is none. */
export function viewSense(data: Uint8Array): Uint8Array {
  if (data.length === 0) return data;
  if (data.length < 2) throw new ProtocolError("framing", "a sense segment shorter than its length field (RFC 7143, 11.4.7)");
  const length = readUint16(data, 0);
  if (2 + length > data.length) {
    throw new ProtocolError("framing", `SenseLength ${length} in a data segment of ${data.length} bytes (RFC 7143, 11.4.7)`);
  }
  return data.subarray(2, 2 + length);
}

/** A data segment with `sense` behind its length; empty for no sense. */
export function senseSegment(sense: Uint8Array): Uint8Array {
  if (sense.length === 0) return sense;
  const data = new Uint8Array(2 + sense.length);
  writeUint16(data, 0, sense.length);
  data.set(sense, 2);
  return data;
}

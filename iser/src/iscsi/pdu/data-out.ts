import { beginHeader, finalBit, getLun, putLun, readUint32, writeUint32 } from "./basic-header-segment.ts";
import { expectOpcode, InitiatorOpcode } from "./opcode.ts";

/** Offsets and bits of a SCSI Data-Out (RFC 7143, 11.7), for code that reads or writes a header in place. */
export const DataOutField = {
  flags: 1,
  dataSegmentLength: 5,
  lun: 8,
  initiatorTaskTag: 16,
  targetTransferTag: 20,
  expStatSn: 28,
  dataSn: 36,
  bufferOffset: 40,
} as const;
export const DataOutFlag = { final: finalBit } as const;

export interface DataOutPdu {
  /** The last PDU of its sequence: of the unsolicited data, or of what one R2T asked for. */
  readonly final: boolean;
  /** As in the R2T; zero with unsolicited data. */
  readonly lun: Uint8Array;
  readonly initiatorTaskTag: number;
  /** The R2T's tag, or `reservedTag` for unsolicited data. */
  readonly targetTransferTag: number;
  readonly expStatSn: number;
  readonly dataSn: number;
  readonly bufferOffset: number;
}

export function readDataOut(bhs: Uint8Array): DataOutPdu {
  expectOpcode(bhs, InitiatorOpcode.dataOut);
  return {
    final: (bhs[DataOutField.flags]! & DataOutFlag.final) !== 0,
    lun: getLun(bhs),
    initiatorTaskTag: readUint32(bhs, DataOutField.initiatorTaskTag),
    targetTransferTag: readUint32(bhs, DataOutField.targetTransferTag),
    expStatSn: readUint32(bhs, DataOutField.expStatSn),
    dataSn: readUint32(bhs, DataOutField.dataSn),
    bufferOffset: readUint32(bhs, DataOutField.bufferOffset),
  };
}

export function writeDataOut(pdu: DataOutPdu, bhs: Uint8Array): void {
  beginHeader(bhs, InitiatorOpcode.dataOut, pdu.final ? DataOutFlag.final : 0);
  putLun(bhs, pdu.lun);
  writeUint32(bhs, DataOutField.initiatorTaskTag, pdu.initiatorTaskTag);
  writeUint32(bhs, DataOutField.targetTransferTag, pdu.targetTransferTag);
  writeUint32(bhs, DataOutField.expStatSn, pdu.expStatSn);
  writeUint32(bhs, DataOutField.dataSn, pdu.dataSn);
  writeUint32(bhs, DataOutField.bufferOffset, pdu.bufferOffset);
}

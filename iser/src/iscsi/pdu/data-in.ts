import { ProtocolError } from "../protocol-error.ts";
import {
  beginHeader,
  finalBit,
  getLun,
  putLun,
  putResponseNumbers,
  type ResponseNumbers,
  readUint32,
  writeUint32,
} from "./basic-header-segment.ts";
import { expectOpcode, TargetOpcode } from "./opcode.ts";
import { checkResidualFlags, ResidualFlag, residualFlags, residualOf } from "./residual.ts";

/** Offsets and bits of a SCSI Data-In (RFC 7143, 11.7), for code that reads or writes a header in place. */
export const DataInField = {
  flags: 1,
  status: 3,
  dataSegmentLength: 5,
  lun: 8,
  initiatorTaskTag: 16,
  targetTransferTag: 20,
  statSn: 24,
  expCmdSn: 28,
  maxCmdSn: 32,
  dataSn: 36,
  bufferOffset: 40,
  residualCount: 44,
} as const;
export const DataInFlag = {
  final: finalBit,
  acknowledge: 0x40,
  overflow: ResidualFlag.overflow,
  underflow: ResidualFlag.underflow,
  status: 0x01,
} as const;

export interface DataInPdu extends ResponseNumbers {
  /** The last PDU of a sequence. */
  readonly final: boolean;
  /** The target asks for a DataACK SNACK; only at ErrorRecoveryLevel 1 and above. */
  readonly acknowledge: boolean;
  /** Status rides along: `status`, `residual` and `statSn` mean something, and the command is over. */
  readonly hasStatus: boolean;
  readonly status: number;
  /** > 0 underflow, < 0 overflow. */
  readonly residual: number;
  readonly lun: Uint8Array;
  readonly initiatorTaskTag: number;
  readonly targetTransferTag: number;
  readonly dataSn: number;
  readonly bufferOffset: number;
}

export function readDataIn(bhs: Uint8Array): DataInPdu {
  expectOpcode(bhs, TargetOpcode.dataIn);
  const flags = bhs[DataInField.flags]!;
  checkDataInFlags(flags);
  const hasStatus = (flags & DataInFlag.status) !== 0;
  return {
    final: (flags & DataInFlag.final) !== 0,
    acknowledge: (flags & DataInFlag.acknowledge) !== 0,
    hasStatus,
    status: hasStatus ? bhs[DataInField.status]! : 0,
    residual: hasStatus ? residualOf(flags, readUint32(bhs, DataInField.residualCount)) : 0,
    lun: getLun(bhs),
    initiatorTaskTag: readUint32(bhs, DataInField.initiatorTaskTag),
    targetTransferTag: readUint32(bhs, DataInField.targetTransferTag),
    statSn: readUint32(bhs, DataInField.statSn),
    expCmdSn: readUint32(bhs, DataInField.expCmdSn),
    maxCmdSn: readUint32(bhs, DataInField.maxCmdSn),
    dataSn: readUint32(bhs, DataInField.dataSn),
    bufferOffset: readUint32(bhs, DataInField.bufferOffset),
  };
}

/** What the flags byte of a Data-In must not say. For whoever reads the header in place. */
export function checkDataInFlags(flags: number): void {
  if ((flags & DataInFlag.status) === 0) return;
  if ((flags & DataInFlag.final) === 0) throw new ProtocolError("field", "SCSI Data-In with status but without F (RFC 7143, 11.7.3)");
  checkResidualFlags(flags, "SCSI Data-In", "11.7.3");
}

export function writeDataIn(pdu: DataInPdu, bhs: Uint8Array): void {
  const flags =
    (pdu.final ? DataInFlag.final : 0) |
    (pdu.acknowledge ? DataInFlag.acknowledge : 0) |
    (pdu.hasStatus ? DataInFlag.status | residualFlags(pdu.residual) : 0);
  beginHeader(bhs, TargetOpcode.dataIn, flags);
  putLun(bhs, pdu.lun);
  writeUint32(bhs, DataInField.initiatorTaskTag, pdu.initiatorTaskTag);
  writeUint32(bhs, DataInField.targetTransferTag, pdu.targetTransferTag);
  putResponseNumbers(bhs, pdu);
  writeUint32(bhs, DataInField.dataSn, pdu.dataSn);
  writeUint32(bhs, DataInField.bufferOffset, pdu.bufferOffset);
  if (!pdu.hasStatus) return;
  bhs[DataInField.status] = pdu.status;
  writeUint32(bhs, DataInField.residualCount, Math.abs(pdu.residual));
}

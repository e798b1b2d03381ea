import { BhsField, readUint32 } from "./basic-header-segment.ts";
import { expectOpcode, InitiatorOpcode } from "./opcode.ts";

/** RFC 7143, 11.16.1. */
export const SnackType = { dataOrR2t: 0, status: 1, dataAck: 2, rData: 3 } as const;

/** A request for retransmission. It is read only to be rejected with a good reason: at ErrorRecoveryLevel 0 nobody may send one. */
export interface SnackPdu {
  readonly type: number;
  readonly initiatorTaskTag: number;
  readonly targetTransferTag: number;
  readonly expStatSn: number;
  readonly begRun: number;
  readonly runLength: number;
}

/** SNACK Request (RFC 7143, 11.16). */
export function readSnack(bhs: Uint8Array): SnackPdu {
  expectOpcode(bhs, InitiatorOpcode.snackRequest);
  return {
    type: bhs[BhsField.flags]! & 0x0f,
    initiatorTaskTag: readUint32(bhs, BhsField.initiatorTaskTag),
    targetTransferTag: readUint32(bhs, BhsField.targetTransferTag),
    expStatSn: readUint32(bhs, BhsField.expStatSn),
    begRun: readUint32(bhs, 40),
    runLength: readUint32(bhs, 44),
  };
}

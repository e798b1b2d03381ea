import { ProtocolError } from "../protocol-error.ts";
import {
  BhsField,
  beginHeader,
  finalBit,
  putRequestNumbers,
  type RequestNumbers,
  readUint16,
  readUint32,
  writeUint16,
  writeUint32,
} from "./basic-header-segment.ts";
import { expectOpcode, InitiatorOpcode, immediateBit, isImmediate } from "./opcode.ts";

/** RFC 7143, 11.14.1. */
export const LogoutReason = { closeSession: 0, closeConnection: 1, removeConnectionForRecovery: 2 } as const;

const connectionIdAt = 20;

export interface LogoutRequestPdu extends RequestNumbers {
  readonly immediate: boolean;
  /** See `LogoutReason`. */
  readonly reason: number;
  readonly initiatorTaskTag: number;
  /** The connection to close; of no meaning when the session is closed. */
  readonly connectionId: number;
}

/** Logout Request (RFC 7143, 11.14). */
export function readLogoutRequest(bhs: Uint8Array): LogoutRequestPdu {
  expectOpcode(bhs, InitiatorOpcode.logoutRequest);
  const reason = bhs[BhsField.flags]! & 0x7f;
  if (reason > LogoutReason.removeConnectionForRecovery) {
    throw new ProtocolError("field", `Logout Request with reason ${reason} (RFC 7143, 11.14.1)`);
  }
  return {
    immediate: isImmediate(bhs),
    reason,
    initiatorTaskTag: readUint32(bhs, BhsField.initiatorTaskTag),
    connectionId: readUint16(bhs, connectionIdAt),
    cmdSn: readUint32(bhs, BhsField.cmdSn),
    expStatSn: readUint32(bhs, BhsField.expStatSn),
  };
}

export function writeLogoutRequest(pdu: LogoutRequestPdu, bhs: Uint8Array): void {
  beginHeader(bhs, InitiatorOpcode.logoutRequest | (pdu.immediate ? immediateBit : 0), finalBit | pdu.reason);
  writeUint32(bhs, BhsField.initiatorTaskTag, pdu.initiatorTaskTag);
  writeUint16(bhs, connectionIdAt, pdu.connectionId);
  putRequestNumbers(bhs, pdu);
}

import {
  BhsField,
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

/** RFC 7143, 11.15.1. */
export const LogoutResponseCode = { closed: 0, noSuchConnection: 1, recoveryNotSupported: 2, cleanupFailed: 3 } as const;

const names = new Map<number, string>([
  [LogoutResponseCode.closed, "closed"],
  [LogoutResponseCode.noSuchConnection, "no such connection"],
  [LogoutResponseCode.recoveryNotSupported, "connection recovery is not supported"],
  [LogoutResponseCode.cleanupFailed, "cleanup failed"],
]);

export function logoutResponseName(response: number): string {
  return names.get(response) ?? `logout response ${response}`;
}

const field = { response: 2, time2Wait: 40, time2Retain: 42 } as const;

export interface LogoutResponsePdu extends ResponseNumbers {
  readonly initiatorTaskTag: number;
  /** See `LogoutResponseCode`. */
  readonly response: number;
  /** Seconds to wait before reconnecting. */
  readonly time2Wait: number;
  /** Seconds, after those, for which the target keeps the tasks. */
  readonly time2Retain: number;
}

/** Logout Response (RFC 7143, 11.15). */
export function readLogoutResponse(bhs: Uint8Array): LogoutResponsePdu {
  expectOpcode(bhs, TargetOpcode.logoutResponse);
  return {
    response: bhs[field.response]!,
    initiatorTaskTag: readUint32(bhs, BhsField.initiatorTaskTag),
    statSn: readUint32(bhs, BhsField.statSn),
    expCmdSn: readUint32(bhs, BhsField.expCmdSn),
    maxCmdSn: readUint32(bhs, BhsField.maxCmdSn),
    time2Wait: readUint16(bhs, field.time2Wait),
    time2Retain: readUint16(bhs, field.time2Retain),
  };
}

export function writeLogoutResponse(pdu: LogoutResponsePdu, bhs: Uint8Array): void {
  beginHeader(bhs, TargetOpcode.logoutResponse, finalBit);
  bhs[field.response] = pdu.response;
  writeUint32(bhs, BhsField.initiatorTaskTag, pdu.initiatorTaskTag);
  putResponseNumbers(bhs, pdu);
  writeUint16(bhs, field.time2Wait, pdu.time2Wait);
  writeUint16(bhs, field.time2Retain, pdu.time2Retain);
}

import {
  BhsField,
  beginHeader,
  putRequestNumbers,
  type RequestNumbers,
  readUint16,
  readUint32,
  writeUint16,
  writeUint32,
} from "./basic-header-segment.ts";
import { type LoginFlags, loginFlagsByte, readLoginFlags } from "./login-stage.ts";
import { expectOpcode, InitiatorOpcode, immediateBit } from "./opcode.ts";

/** Offsets of a Login Request (RFC 7143, 11.12), for whoever stamps numbers into one. */
export const LoginRequestField = { versionMax: 2, versionMin: 3, isid: 8, tsih: 14, connectionId: 20 } as const;

export interface LoginRequestPdu extends LoginFlags, RequestNumbers {
  readonly versionMax: number;
  readonly versionMin: number;
  /** 6 bytes. */
  readonly isid: Uint8Array;
  /** 0 for a new session (or one to be reinstated). */
  readonly tsih: number;
  readonly initiatorTaskTag: number;
  readonly connectionId: number;
}

export function readLoginRequest(bhs: Uint8Array): LoginRequestPdu {
  expectOpcode(bhs, InitiatorOpcode.loginRequest);
  return {
    ...readLoginFlags(bhs[BhsField.flags]!, "Login Request"),
    versionMax: bhs[LoginRequestField.versionMax]!,
    versionMin: bhs[LoginRequestField.versionMin]!,
    isid: bhs.slice(LoginRequestField.isid, LoginRequestField.isid + 6),
    tsih: readUint16(bhs, LoginRequestField.tsih),
    initiatorTaskTag: readUint32(bhs, BhsField.initiatorTaskTag),
    connectionId: readUint16(bhs, LoginRequestField.connectionId),
    cmdSn: readUint32(bhs, BhsField.cmdSn),
    expStatSn: readUint32(bhs, BhsField.expStatSn),
  };
}

/** A Login Request is always immediate (RFC 7143, 11.12). */
export function writeLoginRequest(pdu: LoginRequestPdu, bhs: Uint8Array): void {
  beginHeader(bhs, InitiatorOpcode.loginRequest | immediateBit, loginFlagsByte(pdu));
  bhs[LoginRequestField.versionMax] = pdu.versionMax;
  bhs[LoginRequestField.versionMin] = pdu.versionMin;
  bhs.set(pdu.isid, LoginRequestField.isid);
  writeUint16(bhs, LoginRequestField.tsih, pdu.tsih);
  writeUint32(bhs, BhsField.initiatorTaskTag, pdu.initiatorTaskTag);
  writeUint16(bhs, LoginRequestField.connectionId, pdu.connectionId);
  putRequestNumbers(bhs, pdu);
}

import {
  BhsField,
  beginHeader,
  putResponseNumbers,
  type ResponseNumbers,
  readUint16,
  readUint32,
  writeUint16,
  writeUint32,
} from "./basic-header-segment.ts";
import { type LoginFlags, LoginStage, loginFlagsByte, readLoginFlags } from "./login-stage.ts";
import { expectOpcode, TargetOpcode } from "./opcode.ts";

const field = { versionMax: 2, versionActive: 3, isid: 8, tsih: 14, status: 36 } as const;

export interface LoginResponsePdu extends LoginFlags, ResponseNumbers {
  readonly versionMax: number;
  readonly versionActive: number;
  /** 6 bytes, as in the request. */
  readonly isid: Uint8Array;
  readonly tsih: number;
  readonly initiatorTaskTag: number;
  /** Status-Class in the high byte, Status-Detail in the low one; see `LoginStatus`. */
  readonly status: number;
}

/** Login Response (RFC 7143, 11.13). The flags of one that refuses mean nothing and are not judged (11.13.5). */
export function readLoginResponse(bhs: Uint8Array): LoginResponsePdu {
  expectOpcode(bhs, TargetOpcode.loginResponse);
  const status = readUint16(bhs, field.status);
  return {
    ...(status === 0 ? readLoginFlags(bhs[BhsField.flags]!, "Login Response") : refusalFlags),
    versionMax: bhs[field.versionMax]!,
    versionActive: bhs[field.versionActive]!,
    isid: bhs.slice(field.isid, field.isid + 6),
    tsih: readUint16(bhs, field.tsih),
    initiatorTaskTag: readUint32(bhs, BhsField.initiatorTaskTag),
    statSn: readUint32(bhs, BhsField.statSn),
    expCmdSn: readUint32(bhs, BhsField.expCmdSn),
    maxCmdSn: readUint32(bhs, BhsField.maxCmdSn),
    status,
  };
}

export const refusalFlags: LoginFlags = {
  transit: false,
  continues: false,
  currentStage: LoginStage.securityNegotiation,
  nextStage: LoginStage.securityNegotiation,
};

export function writeLoginResponse(pdu: LoginResponsePdu, bhs: Uint8Array): void {
  beginHeader(bhs, TargetOpcode.loginResponse, loginFlagsByte(pdu));
  bhs[field.versionMax] = pdu.versionMax;
  bhs[field.versionActive] = pdu.versionActive;
  bhs.set(pdu.isid, field.isid);
  writeUint16(bhs, field.tsih, pdu.tsih);
  writeUint32(bhs, BhsField.initiatorTaskTag, pdu.initiatorTaskTag);
  putResponseNumbers(bhs, pdu);
  writeUint16(bhs, field.status, pdu.status);
}

import { ProtocolError } from "../protocol-error.ts";

/** PDUs that an initiator sends (RFC 7143, 11.2.1.2). */
export const InitiatorOpcode = {
  nopOut: 0x00,
  scsiCommand: 0x01,
  taskManagementRequest: 0x02,
  loginRequest: 0x03,
  textRequest: 0x04,
  dataOut: 0x05,
  logoutRequest: 0x06,
  snackRequest: 0x10,
} as const;
export type InitiatorOpcode = (typeof InitiatorOpcode)[keyof typeof InitiatorOpcode];

/** PDUs that a target sends (RFC 7143, 11.2.1.2). */
export const TargetOpcode = {
  nopIn: 0x20,
  scsiResponse: 0x21,
  taskManagementResponse: 0x22,
  loginResponse: 0x23,
  textResponse: 0x24,
  dataIn: 0x25,
  logoutResponse: 0x26,
  r2t: 0x31,
  asyncMessage: 0x32,
  reject: 0x3f,
} as const;
export type TargetOpcode = (typeof TargetOpcode)[keyof typeof TargetOpcode];

/** The I bit in the opcode byte of a request: deliver at once, use up no CmdSN. */
export const immediateBit = 0x40;
export const opcodeMask = 0x3f;

const names = new Map<number, string>([
  [InitiatorOpcode.nopOut, "NOP-Out"],
  [InitiatorOpcode.scsiCommand, "SCSI Command"],
  [InitiatorOpcode.taskManagementRequest, "Task Management Function Request"],
  [InitiatorOpcode.loginRequest, "Login Request"],
  [InitiatorOpcode.textRequest, "Text Request"],
  [InitiatorOpcode.dataOut, "SCSI Data-Out"],
  [InitiatorOpcode.logoutRequest, "Logout Request"],
  [InitiatorOpcode.snackRequest, "SNACK Request"],
  [TargetOpcode.nopIn, "NOP-In"],
  [TargetOpcode.scsiResponse, "SCSI Response"],
  [TargetOpcode.taskManagementResponse, "Task Management Function Response"],
  [TargetOpcode.loginResponse, "Login Response"],
  [TargetOpcode.textResponse, "Text Response"],
  [TargetOpcode.dataIn, "SCSI Data-In"],
  [TargetOpcode.logoutResponse, "Logout Response"],
  [TargetOpcode.r2t, "R2T"],
  [TargetOpcode.asyncMessage, "Asynchronous Message"],
  [TargetOpcode.reject, "Reject"],
]);

/** The opcode of the header that starts at `at`, without the I bit. */
export function opcodeOf(bhs: Uint8Array, at = 0): number {
  return bhs[at]! & opcodeMask;
}

export function isImmediate(bhs: Uint8Array, at = 0): boolean {
  return (bhs[at]! & immediateBit) !== 0;
}

/** The name RFC 7143 gives the PDU, or its number. */
export function opcodeName(opcode: number): string {
  return names.get(opcode) ?? `opcode 0x${opcode.toString(16).padStart(2, "0")}`;
}

/** Whoever dispatched this header to a reader must have looked at its opcode; a short or foreign header is caught here all the same. */
export function expectOpcode(bhs: Uint8Array, opcode: number): void {
  if (bhs.length < 48) throw new ProtocolError("framing", `a header of ${bhs.length} bytes where 48 are due (RFC 7143, 11.2.1)`);
  const found = opcodeOf(bhs);
  if (found !== opcode) throw new ProtocolError("opcode", `${opcodeName(found)} where ${opcodeName(opcode)} is due (RFC 7143, 11.2.1.2)`);
}

import { opcodeName, opcodeOf, TargetOpcode } from "../pdu/opcode.ts";
import { ProtocolError } from "../protocol-error.ts";
import type { ConnectionState } from "./state.ts";

/** In which states each PDU from the target is legal: the one gate (RFC 7143, 8.1 and 7.2). Data-In, R2T and SCSI Response are judged by the datamover, which knows their tasks. */
const legalIn: Readonly<Record<number, readonly ConnectionState[]>> = {
  [TargetOpcode.loginResponse]: ["S4-in-login"],
  [TargetOpcode.nopIn]: ["S5-logged-in", "S6-in-logout", "S7-logout-requested"],
  [TargetOpcode.taskManagementResponse]: ["S5-logged-in", "S6-in-logout", "S7-logout-requested"],
  [TargetOpcode.textResponse]: ["S5-logged-in", "S6-in-logout", "S7-logout-requested"],
  [TargetOpcode.asyncMessage]: ["S5-logged-in", "S6-in-logout", "S7-logout-requested"],
  [TargetOpcode.reject]: ["S5-logged-in", "S6-in-logout", "S7-logout-requested"],
  [TargetOpcode.logoutResponse]: ["S6-in-logout"],
};

/** Lets a PDU from the target pass, or throws what is wrong with it in this state. */
export function passGate(bhs: Uint8Array, state: ConnectionState): void {
  const opcode = opcodeOf(bhs);
  if ((legalIn[opcode] ?? []).includes(state)) return;
  throw new ProtocolError("opcode", `${opcodeName(opcode)} from the target in state ${state} (RFC 7143, 8.1)`);
}

import { ProtocolError } from "../protocol-error.ts";

/** The O and U bits, at the same place in SCSI Response and Data-In (RFC 7143, 11.4.1 and 11.7.3). */
export const ResidualFlag = { overflow: 0x04, underflow: 0x02 } as const;

const both = ResidualFlag.overflow | ResidualFlag.underflow;

/** The signed residual of TaskResponse: > 0 underflow, < 0 overflow, 0 when neither bit is set, whatever the count field holds. */
export function residualOf(flags: number, count: number): number {
  if ((flags & ResidualFlag.underflow) !== 0) return count;
  if ((flags & ResidualFlag.overflow) !== 0) return -count;
  return 0;
}

export function residualFlags(residual: number): number {
  if (residual > 0) return ResidualFlag.underflow;
  return residual < 0 ? ResidualFlag.overflow : 0;
}

export function checkResidualFlags(flags: number, pdu: string, clause: string): void {
  if ((flags & both) === both) throw new ProtocolError("field", `${pdu} with both overflow and underflow (RFC 7143, ${clause})`);
}

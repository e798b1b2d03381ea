/** RDMAP's byte in the DDP header: version in the upper two bits, opcode in the lower four (RFC 5040, 4.1). */
export const RdmapControl = { versionMask: 0xc0, version: 0x40, opcodeMask: 0x0f } as const;

export const Opcode = {
  rdmaWrite: 0,
  readRequest: 1,
  readResponse: 2,
  send: 3,
  sendInvalidate: 4,
  sendSolicited: 5,
  sendSolicitedInvalidate: 6,
  terminate: 7,
} as const;

const names = [
  "RDMA Write",
  "RDMA Read Request",
  "RDMA Read Response",
  "Send",
  "Send with Invalidate",
  "Send with Solicited Event",
  "Send with Solicited Event and Invalidate",
  "Terminate",
];

export function opcodeName(opcode: number): string {
  return names[opcode] ?? `opcode ${opcode}`;
}

export function sendOpcode(solicited: boolean, invalidates: boolean): number {
  if (solicited) return invalidates ? Opcode.sendSolicitedInvalidate : Opcode.sendSolicited;
  return invalidates ? Opcode.sendInvalidate : Opcode.send;
}

export function isSolicited(opcode: number): boolean {
  return opcode === Opcode.sendSolicited || opcode === Opcode.sendSolicitedInvalidate;
}

export function invalidates(opcode: number): boolean {
  return opcode === Opcode.sendInvalidate || opcode === Opcode.sendSolicitedInvalidate;
}

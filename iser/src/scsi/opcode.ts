/** Operation codes of direct access block devices (SPC-4, SBC-4), under the names of the standards. */
export const Opcode = {
  testUnitReady: 0x00,
  requestSense: 0x03,
  formatUnit: 0x04,
  reassignBlocks: 0x07,
  read6: 0x08,
  write6: 0x0a,
  inquiry: 0x12,
  modeSelect6: 0x15,
  reserve6: 0x16,
  release6: 0x17,
  modeSense6: 0x1a,
  startStopUnit: 0x1b,
  receiveDiagnosticResults: 0x1c,
  sendDiagnostic: 0x1d,
  preventAllowMediumRemoval: 0x1e,
  readCapacity10: 0x25,
  read10: 0x28,
  write10: 0x2a,
  writeAndVerify10: 0x2e,
  verify10: 0x2f,
  preFetch10: 0x34,
  synchronizeCache10: 0x35,
  readDefectData10: 0x37,
  writeBuffer: 0x3b,
  readBuffer: 0x3c,
  writeSame10: 0x41,
  unmap: 0x42,
  sanitize: 0x48,
  logSelect: 0x4c,
  logSense: 0x4d,
  modeSelect10: 0x55,
  modeSense10: 0x5a,
  persistentReserveIn: 0x5e,
  persistentReserveOut: 0x5f,
  thirdPartyCopyOut: 0x83,
  thirdPartyCopyIn: 0x84,
  read16: 0x88,
  compareAndWrite: 0x89,
  write16: 0x8a,
  orWrite16: 0x8b,
  writeAndVerify16: 0x8e,
  verify16: 0x8f,
  preFetch16: 0x90,
  synchronizeCache16: 0x91,
  writeSame16: 0x93,
  writeAtomic16: 0x9c,
  serviceActionIn16: 0x9e,
  reportLuns: 0xa0,
  maintenanceIn: 0xa3,
  maintenanceOut: 0xa4,
  read12: 0xa8,
  write12: 0xaa,
  writeAndVerify12: 0xae,
  verify12: 0xaf,
  readDefectData12: 0xb7,
} as const;
export type Opcode = (typeof Opcode)[keyof typeof Opcode];

/** Service actions of SERVICE ACTION IN (16), opcode 9Eh. */
export const ServiceActionIn16 = { readCapacity16: 0x10, getLbaStatus: 0x12 } as const;

/** Service actions of MAINTENANCE IN, opcode A3h. */
export const MaintenanceIn = {
  reportTargetPortGroups: 0x0a,
  reportSupportedOperationCodes: 0x0c,
  reportSupportedTaskManagementFunctions: 0x0d,
  reportTimestamp: 0x0f,
} as const;

/** Service actions of MAINTENANCE OUT, opcode A4h. */
export const MaintenanceOut = { setTargetPortGroups: 0x0a } as const;

/**
 * Length in bytes of a command descriptor block by its opcode's group code (SPC-4, 4.2.5.1), or 0 where the group does not say:
 * 7Eh and 7Fh carry their own length, vendor specific groups have any.
 */
export function cdbLengthOf(opcode: number): number {
  return groupLength[(opcode >> 5) & 7]!;
}

const groupLength = [6, 10, 10, 0, 16, 12, 0, 0] as const;

/** What moves during a command, seen from the initiator. */
export type DataDirection = "none" | "in" | "out";

/** A command of the standard, for tables, traces and messages. */
export interface Operation {
  readonly opcode: number;
  /** Present where the opcode is shared by several commands. */
  readonly serviceAction?: number;
  /** As the standard prints it. */
  readonly name: string;
  readonly cdbLength: number;
  readonly direction: DataDirection;
}

function operation(opcode: number, name: string, direction: DataDirection = "none", serviceAction?: number): Operation {
  const cdbLength = cdbLengthOf(opcode);
  return serviceAction === undefined ? { opcode, name, cdbLength, direction } : { opcode, serviceAction, name, cdbLength, direction };
}

/** Every command this package has a name for, by opcode. */
export const operations: readonly Operation[] = [
  operation(Opcode.testUnitReady, "TEST UNIT READY"),
  operation(Opcode.requestSense, "REQUEST SENSE", "in"),
  operation(Opcode.formatUnit, "FORMAT UNIT", "out"),
  operation(Opcode.reassignBlocks, "REASSIGN BLOCKS", "out"),
  operation(Opcode.read6, "READ (6)", "in"),
  operation(Opcode.write6, "WRITE (6)", "out"),
  operation(Opcode.inquiry, "INQUIRY", "in"),
  operation(Opcode.modeSelect6, "MODE SELECT (6)", "out"),
  operation(Opcode.reserve6, "RESERVE (6)"),
  operation(Opcode.release6, "RELEASE (6)"),
  operation(Opcode.modeSense6, "MODE SENSE (6)", "in"),
  operation(Opcode.startStopUnit, "START STOP UNIT"),
  operation(Opcode.receiveDiagnosticResults, "RECEIVE DIAGNOSTIC RESULTS", "in"),
  operation(Opcode.sendDiagnostic, "SEND DIAGNOSTIC", "out"),
  operation(Opcode.preventAllowMediumRemoval, "PREVENT ALLOW MEDIUM REMOVAL"),
  operation(Opcode.readCapacity10, "READ CAPACITY (10)", "in"),
  operation(Opcode.read10, "READ (10)", "in"),
  operation(Opcode.write10, "WRITE (10)", "out"),
  operation(Opcode.writeAndVerify10, "WRITE AND VERIFY (10)", "out"),
  operation(Opcode.verify10, "VERIFY (10)", "out"),
  operation(Opcode.preFetch10, "PRE-FETCH (10)"),
  operation(Opcode.synchronizeCache10, "SYNCHRONIZE CACHE (10)"),
  operation(Opcode.readDefectData10, "READ DEFECT DATA (10)", "in"),
  operation(Opcode.writeBuffer, "WRITE BUFFER", "out"),
  operation(Opcode.readBuffer, "READ BUFFER", "in"),
  operation(Opcode.writeSame10, "WRITE SAME (10)", "out"),
  operation(Opcode.unmap, "UNMAP", "out"),
  operation(Opcode.sanitize, "SANITIZE", "out"),
  operation(Opcode.logSelect, "LOG SELECT", "out"),
  operation(Opcode.logSense, "LOG SENSE", "in"),
  operation(Opcode.modeSelect10, "MODE SELECT (10)", "out"),
  operation(Opcode.modeSense10, "MODE SENSE (10)", "in"),
  operation(Opcode.persistentReserveIn, "PERSISTENT RESERVE IN", "in"),
  operation(Opcode.persistentReserveOut, "PERSISTENT RESERVE OUT", "out"),
  operation(Opcode.thirdPartyCopyOut, "THIRD-PARTY COPY OUT", "out"),
  operation(Opcode.thirdPartyCopyIn, "THIRD-PARTY COPY IN", "in"),
  operation(Opcode.read16, "READ (16)", "in"),
  operation(Opcode.compareAndWrite, "COMPARE AND WRITE", "out"),
  operation(Opcode.write16, "WRITE (16)", "out"),
  operation(Opcode.orWrite16, "ORWRITE (16)", "out"),
  operation(Opcode.writeAndVerify16, "WRITE AND VERIFY (16)", "out"),
  operation(Opcode.verify16, "VERIFY (16)", "out"),
  operation(Opcode.preFetch16, "PRE-FETCH (16)"),
  operation(Opcode.synchronizeCache16, "SYNCHRONIZE CACHE (16)"),
  operation(Opcode.writeSame16, "WRITE SAME (16)", "out"),
  operation(Opcode.writeAtomic16, "WRITE ATOMIC (16)", "out"),
  operation(Opcode.serviceActionIn16, "READ CAPACITY (16)", "in", ServiceActionIn16.readCapacity16),
  operation(Opcode.serviceActionIn16, "GET LBA STATUS", "in", ServiceActionIn16.getLbaStatus),
  operation(Opcode.reportLuns, "REPORT LUNS", "in"),
  operation(Opcode.maintenanceIn, "REPORT TARGET PORT GROUPS", "in", MaintenanceIn.reportTargetPortGroups),
  operation(Opcode.maintenanceIn, "REPORT SUPPORTED OPERATION CODES", "in", MaintenanceIn.reportSupportedOperationCodes),
  operation(Opcode.maintenanceIn, "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS", "in", MaintenanceIn.reportSupportedTaskManagementFunctions),
  operation(Opcode.maintenanceIn, "REPORT TIMESTAMP", "in", MaintenanceIn.reportTimestamp),
  operation(Opcode.maintenanceOut, "SET TARGET PORT GROUPS", "out", MaintenanceOut.setTargetPortGroups),
  operation(Opcode.read12, "READ (12)", "in"),
  operation(Opcode.write12, "WRITE (12)", "out"),
  operation(Opcode.writeAndVerify12, "WRITE AND VERIFY (12)", "out"),
  operation(Opcode.verify12, "VERIFY (12)", "out"),
  operation(Opcode.readDefectData12, "READ DEFECT DATA (12)", "in"),
];

const operationsByKey = new Map(operations.map((known) => [key(known.opcode, known.serviceAction), known]));

function key(opcode: number, serviceAction: number | undefined): number {
  return opcode | ((serviceAction ?? 0xff) << 8);
}

/** The command that a descriptor block says, or `undefined` when it has no name here. */
export function operationOf(cdb: Uint8Array): Operation | undefined {
  const opcode = cdb[0] ?? 0;
  return operationsByKey.get(key(opcode, undefined)) ?? operationsByKey.get(key(opcode, (cdb[1] ?? 0) & 0x1f));
}

/** The command's name for people: "READ (16)", or "opcode 0xc1" when it has none. */
export function operationName(cdb: Uint8Array): string {
  return operationOf(cdb)?.name ?? `opcode 0x${(cdb[0] ?? 0).toString(16).padStart(2, "0")}`;
}

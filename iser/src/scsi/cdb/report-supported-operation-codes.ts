import { readUint16, readUint32, writeUint16, writeUint32 } from "../big-endian.ts";
import { MaintenanceIn, Opcode } from "../opcode.ts";
import { blankCdb } from "./blank-cdb.ts";

/** REPORTING OPTIONS of REPORT SUPPORTED OPERATION CODES. */
export const ReportingOptions = {
  /** All commands. */
  all: 0,
  /** One command whose opcode has no service actions. */
  opcode: 1,
  /** One command by opcode and service action. */
  serviceAction: 2,
  /** One command by opcode, and by service action if it has them. */
  either: 3,
} as const;

/** REPORT SUPPORTED OPERATION CODES, SPC-4. */
export interface ReportSupportedOperationCodes {
  /** RCTD: command timeouts descriptors are wanted. */
  readonly timeouts: boolean;
  /** One of {@link ReportingOptions}. */
  readonly reportingOptions: number;
  readonly opcode: number;
  readonly serviceAction: number;
  readonly allocationLength: number;
}

/** Writes the descriptor block and returns its length. */
export function encodeReportSupportedOperationCodes(cdb: Uint8Array, report: ReportSupportedOperationCodes): number {
  const length = blankCdb(cdb, Opcode.maintenanceIn, 12);
  cdb[1] = MaintenanceIn.reportSupportedOperationCodes;
  cdb[2] = (report.timeouts ? 0x80 : 0) | (report.reportingOptions & 7);
  cdb[3] = report.opcode;
  writeUint16(cdb, 4, report.serviceAction);
  writeUint32(cdb, 6, report.allocationLength);
  return length;
}

export function decodeReportSupportedOperationCodes(cdb: Uint8Array): ReportSupportedOperationCodes {
  return {
    timeouts: (cdb[2]! & 0x80) !== 0,
    reportingOptions: cdb[2]! & 7,
    opcode: cdb[3]!,
    serviceAction: readUint16(cdb, 4),
    allocationLength: readUint32(cdb, 6),
  };
}

/** How long a command takes, in seconds; 0 says nothing. */
export interface CommandTimeouts {
  readonly nominal: number;
  readonly recommended: number;
}

/** A command in the all_commands parameter data. */
export interface SupportedOperation {
  readonly opcode: number;
  readonly serviceAction?: number;
  readonly cdbLength: number;
  readonly timeouts?: CommandTimeouts;
}

const timeoutsLength = 12;
const descriptorLength = 8;

/** The all_commands answer. */
export function buildSupportedOperations(list: readonly SupportedOperation[]): Uint8Array {
  const length = list.reduce((sum, { timeouts }) => sum + descriptorLength + (timeouts === undefined ? 0 : timeoutsLength), 4);
  const data = new Uint8Array(length);
  writeUint32(data, 0, length - 4);
  let at = 4;
  for (const { opcode, serviceAction, cdbLength, timeouts } of list) {
    data[at] = opcode;
    writeUint16(data, at + 2, serviceAction ?? 0);
    data[at + 5] = (timeouts === undefined ? 0 : 2) | (serviceAction === undefined ? 0 : 1);
    writeUint16(data, at + 6, cdbLength);
    at += descriptorLength;
    if (timeouts !== undefined) {
      encodeTimeouts(data, at, timeouts);
      at += timeoutsLength;
    }
  }
  return data;
}

/** The descriptors that arrived whole. */
export function parseSupportedOperations(data: Uint8Array): readonly SupportedOperation[] {
  if (data.length < 4) return [];
  const end = Math.min(data.length, 4 + readUint32(data, 0));
  const list: SupportedOperation[] = [];
  let at = 4;
  while (at + descriptorLength <= end) {
    const bits = data[at + 5]!;
    const next = at + descriptorLength + (bits & 2 ? timeoutsLength : 0);
    if (next > end) break;
    list.push({
      opcode: data[at]!,
      ...(bits & 1 ? { serviceAction: readUint16(data, at + 2) } : {}),
      cdbLength: readUint16(data, at + 6),
      ...(bits & 2 ? { timeouts: decodeTimeouts(data, at + descriptorLength) } : {}),
    });
    at = next;
  }
  return list;
}

/** SUPPORT of the one_command answer. */
export const OperationSupport = { notAvailable: 0, notSupported: 1, standard: 3, vendorSpecific: 5 } as const;

/** The one_command parameter data. */
export interface OneOperation {
  /** One of {@link OperationSupport}. */
  readonly support: number;
  /** CDB USAGE DATA: the opcode, then a 1 for every bit of the CDB that is looked at. Empty unless supported. */
  readonly usage: Uint8Array;
  readonly timeouts?: CommandTimeouts;
}

/** The one_command answer. */
export function buildOneOperation({ support, usage, timeouts }: OneOperation): Uint8Array {
  const data = new Uint8Array(4 + usage.length + (timeouts === undefined ? 0 : timeoutsLength));
  data[1] = (timeouts === undefined ? 0 : 0x80) | (support & 7);
  writeUint16(data, 2, usage.length);
  data.set(usage, 4);
  if (timeouts !== undefined) encodeTimeouts(data, 4 + usage.length, timeouts);
  return data;
}

/** `undefined` when its 4-byte header did not arrive. */
export function parseOneOperation(data: Uint8Array): OneOperation | undefined {
  if (data.length < 4) return undefined;
  const support = data[1]! & 7;
  const usageEnd = 4 + readUint16(data, 2);
  const usage = data.slice(4, usageEnd);
  const hasTimeouts = (data[1]! & 0x80) !== 0 && data.length >= usageEnd + timeoutsLength;
  return hasTimeouts ? { support, usage, timeouts: decodeTimeouts(data, usageEnd) } : { support, usage };
}

function encodeTimeouts(data: Uint8Array, at: number, { nominal, recommended }: CommandTimeouts): void {
  writeUint16(data, at, timeoutsLength - 2);
  writeUint32(data, at + 4, nominal);
  writeUint32(data, at + 8, recommended);
}

function decodeTimeouts(data: Uint8Array, at: number): CommandTimeouts {
  return { nominal: readUint32(data, at + 4), recommended: readUint32(data, at + 8) };
}

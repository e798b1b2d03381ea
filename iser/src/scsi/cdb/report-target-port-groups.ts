import { readUint16, readUint32, writeUint16, writeUint32 } from "../big-endian.ts";
import { MaintenanceIn, Opcode } from "../opcode.ts";
import { blankCdb } from "./blank-cdb.ts";

/** REPORT TARGET PORT GROUPS, SPC-4. */
export interface ReportTargetPortGroups {
  /** PARAMETER DATA FORMAT 001b: the answer starts with the implicit transition time. */
  readonly extendedHeader: boolean;
  readonly allocationLength: number;
}

/** Writes the descriptor block and returns its length. */
export function encodeReportTargetPortGroups(cdb: Uint8Array, { extendedHeader, allocationLength }: ReportTargetPortGroups): number {
  const length = blankCdb(cdb, Opcode.maintenanceIn, 12);
  cdb[1] = (extendedHeader ? 0x20 : 0) | MaintenanceIn.reportTargetPortGroups;
  writeUint32(cdb, 6, allocationLength);
  return length;
}

export function decodeReportTargetPortGroups(cdb: Uint8Array): ReportTargetPortGroups {
  return { extendedHeader: cdb[1]! >> 5 === 1, allocationLength: readUint32(cdb, 6) };
}

/** ASYMMETRIC ACCESS STATE of a target port group. */
export const AsymmetricAccessState = {
  activeOptimized: 0x0,
  activeNonOptimized: 0x1,
  standby: 0x2,
  unavailable: 0x3,
  logicalBlockDependent: 0x4,
  offline: 0xe,
  transitioning: 0xf,
} as const;

/** The states, as people write and read them. */
export type AccessStateName =
  | "active/optimized"
  | "active/non-optimized"
  | "standby"
  | "unavailable"
  | "logical block dependent"
  | "offline"
  | "transitioning";

export const accessStateNames: ReadonlyMap<number, AccessStateName> = new Map<number, AccessStateName>([
  [AsymmetricAccessState.activeOptimized, "active/optimized"],
  [AsymmetricAccessState.activeNonOptimized, "active/non-optimized"],
  [AsymmetricAccessState.standby, "standby"],
  [AsymmetricAccessState.unavailable, "unavailable"],
  [AsymmetricAccessState.logicalBlockDependent, "logical block dependent"],
  [AsymmetricAccessState.offline, "offline"],
  [AsymmetricAccessState.transitioning, "transitioning"],
]);

/** Target port group descriptor. */
export interface TargetPortGroup {
  readonly preferred: boolean;
  /** One of {@link AsymmetricAccessState}. */
  readonly state: number;
  /** Supported states, byte 1 as on the wire: T_SUP 80h, O_SUP 40h, LBD_SUP 10h, U_SUP 08h, S_SUP 04h, AN_SUP 02h, AO_SUP 01h. */
  readonly supportedStates: number;
  readonly group: number;
  /** STATUS CODE: 0 none, 1 changed by SET TARGET PORT GROUPS, 2 changed by the device. */
  readonly statusCode: number;
  readonly relativeTargetPorts: readonly number[];
}

const headerLength = 4;
const groupLength = 8;
const portLength = 4;

/** The answer in the format without the extended header. */
export function buildTargetPortGroups(groups: readonly TargetPortGroup[]): Uint8Array {
  const length = groups.reduce((sum, group) => sum + groupLength + portLength * group.relativeTargetPorts.length, headerLength);
  const data = new Uint8Array(length);
  writeUint32(data, 0, length - headerLength);
  let at = headerLength;
  for (const group of groups) {
    data[at] = (group.preferred ? 0x80 : 0) | (group.state & 15);
    data[at + 1] = group.supportedStates;
    writeUint16(data, at + 2, group.group);
    data[at + 5] = group.statusCode;
    data[at + 7] = group.relativeTargetPorts.length;
    at += groupLength;
    for (const port of group.relativeTargetPorts) {
      writeUint16(data, at + 2, port);
      at += portLength;
    }
  }
  return data;
}

/** The groups that arrived whole, in either format. */
export function parseTargetPortGroups(data: Uint8Array): readonly TargetPortGroup[] {
  if (data.length < headerLength) return [];
  const end = Math.min(data.length, headerLength + readUint32(data, 0));
  const groups: TargetPortGroup[] = [];
  // In the extended header, byte 4 says the format in bits 6…4, where a group descriptor has reserved bits.
  let at = end > headerLength && (data[headerLength]! & 0x70) === 0x10 ? 2 * headerLength : headerLength;
  while (at + groupLength <= end) {
    const portsEnd = at + groupLength + data[at + 7]! * portLength;
    if (portsEnd > end) break;
    const relativeTargetPorts: number[] = [];
    for (let port = at + groupLength; port < portsEnd; port += portLength) relativeTargetPorts.push(readUint16(data, port + 2));
    groups.push({
      preferred: (data[at]! & 0x80) !== 0,
      state: data[at]! & 15,
      supportedStates: data[at + 1]!,
      group: readUint16(data, at + 2),
      statusCode: data[at + 5]!,
      relativeTargetPorts,
    });
    at = portsEnd;
  }
  return groups;
}

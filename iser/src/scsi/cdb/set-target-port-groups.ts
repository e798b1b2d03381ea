import { readUint16, readUint32, writeUint16, writeUint32 } from "../big-endian.ts";
import { MaintenanceOut, Opcode } from "../opcode.ts";
import { blankCdb } from "./blank-cdb.ts";
import { AsymmetricAccessState } from "./report-target-port-groups.ts";

/** Writes the descriptor block of SET TARGET PORT GROUPS (SPC-4, 6.45) and returns its length. */
export function encodeSetTargetPortGroups(cdb: Uint8Array, { parameterListLength }: { readonly parameterListLength: number }): number {
  const length = blankCdb(cdb, Opcode.maintenanceOut, 12);
  cdb[1] = MaintenanceOut.setTargetPortGroups;
  writeUint32(cdb, 6, parameterListLength);
  return length;
}

export function decodeSetTargetPortGroups(cdb: Uint8Array): { readonly parameterListLength: number } {
  return { parameterListLength: readUint32(cdb, 6) };
}

/** What a target port group can be told to be; the other states happen. */
export const settableAccessStates: ReadonlySet<number> = new Set([
  AsymmetricAccessState.activeOptimized,
  AsymmetricAccessState.activeNonOptimized,
  AsymmetricAccessState.standby,
  AsymmetricAccessState.unavailable,
  AsymmetricAccessState.offline,
]);

/** What one target port group is to become. */
export interface PortGroupChange {
  readonly group: number;
  /** One of `AsymmetricAccessState`. */
  readonly state: number;
}

const headerLength = 4;
const changeLength = 4;

/** The parameter list. */
export function buildPortGroupChanges(changes: readonly PortGroupChange[]): Uint8Array {
  const list = new Uint8Array(headerLength + changeLength * changes.length);
  changes.forEach(({ group, state }, index) => {
    const at = portGroupChangeOffset(index);
    list[at] = state & 15;
    writeUint16(list, at + 2, group);
  });
  return list;
}

/** What a parameter list asks for; undefined when it is no whole number of changes. */
export function parsePortGroupChanges(list: Uint8Array): readonly PortGroupChange[] | undefined {
  const count = (list.length - headerLength) / changeLength;
  if (count < 0 || !Number.isInteger(count)) return undefined;
  return Array.from({ length: count }, (_, index) => {
    const at = portGroupChangeOffset(index);
    return { group: readUint16(list, at + 2), state: list[at]! & 15 };
  });
}

/** Where in the parameter list a change is. */
export function portGroupChangeOffset(index: number): number {
  return headerLength + changeLength * index;
}

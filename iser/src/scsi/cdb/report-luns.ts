import { readUint32, writeUint32 } from "../big-endian.ts";
import { decodeLun, encodeLun, type Lun, lunLength } from "../lun.ts";
import { Opcode } from "../opcode.ts";
import { blankCdb } from "./blank-cdb.ts";

/** SELECT REPORT of REPORT LUNS: which logical units are wanted (SPC-4). */
export const SelectReport = { addressable: 0x00, wellKnown: 0x01, all: 0x02 } as const;

/** REPORT LUNS, SPC-4. `allocationLength` is at least 16. */
export interface ReportLuns {
  readonly selectReport: number;
  readonly allocationLength: number;
}

/** Writes the descriptor block and returns its length. */
export function encodeReportLuns(cdb: Uint8Array, { selectReport, allocationLength }: ReportLuns): number {
  const length = blankCdb(cdb, Opcode.reportLuns, 12);
  cdb[2] = selectReport;
  writeUint32(cdb, 6, allocationLength);
  return length;
}

export function decodeReportLuns(cdb: Uint8Array): ReportLuns {
  return { selectReport: cdb[2]!, allocationLength: readUint32(cdb, 6) };
}

/** REPORT LUNS parameter data, as much of it as arrived. */
export interface LunList {
  /** Bytes of the whole answer, header included: ask again with this allocation length when it is more than arrived. */
  readonly totalLength: number;
  /** Those that have a number; well-known and multi-level ones are left out. */
  readonly luns: readonly Lun[];
}

const headerLength = 8;

export function buildLunList(luns: readonly Lun[]): Uint8Array {
  const data = new Uint8Array(headerLength + luns.length * lunLength);
  writeUint32(data, 0, luns.length * lunLength);
  for (const [index, lun] of luns.entries()) encodeLun(data, headerLength + index * lunLength, lun);
  return data;
}

export function parseLunList(data: Uint8Array): LunList {
  if (data.length < headerLength) return { totalLength: headerLength, luns: [] };
  const totalLength = headerLength + readUint32(data, 0);
  const end = Math.min(data.length, totalLength);
  const luns: Lun[] = [];
  for (let at = headerLength; at + lunLength <= end; at += lunLength) {
    const lun = decodeLun(data, at);
    if (lun !== undefined) luns.push(lun);
  }
  return { totalLength, luns };
}

import { readUint16, readUint32, writeUint16, writeUint32 } from "../big-endian.ts";
import { MaintenanceIn, Opcode } from "../opcode.ts";
import { blankCdb } from "./blank-cdb.ts";

/** Where a timestamp counts from: TIMESTAMP ORIGIN (SPC-4, 5.2). */
export const TimestampOrigin = {
  /** Power on or hard reset. */
  powerOn: 0,
  /** Somebody set it (SET TIMESTAMP). */
  set: 2,
  /** Something other than SET TIMESTAMP set it. */
  setOtherwise: 3,
} as const;

/** REPORT TIMESTAMP parameter data (SPC-4, 6.42). */
export interface Timestamp {
  /** One of {@link TimestampOrigin}. */
  readonly origin: number;
  /** Milliseconds. */
  readonly ms: number;
}

/** Bytes of parameter data. */
export const timestampLength = 12;

/** Writes the descriptor block of REPORT TIMESTAMP and returns its length. */
export function encodeReportTimestamp(cdb: Uint8Array): number {
  const length = blankCdb(cdb, Opcode.maintenanceIn, 12);
  cdb[1] = MaintenanceIn.reportTimestamp;
  writeUint32(cdb, 6, timestampLength);
  return length;
}

export function buildTimestamp({ origin, ms }: Timestamp): Uint8Array {
  const data = new Uint8Array(timestampLength);
  writeUint16(data, 0, timestampLength - 2);
  data[2] = origin & 7;
  writeUint16(data, 4, Math.floor(ms / 2 ** 32) & 0xffff);
  writeUint32(data, 6, ms >>> 0);
  return data;
}

/** `undefined` when it is something else: too much is built on it to take the answer to another question for one. */
export function parseTimestamp(data: Uint8Array): Timestamp | undefined {
  if (data.length < timestampLength || readUint16(data, 0) !== timestampLength - 2) return undefined;
  return { origin: data[2]! & 7, ms: readUint16(data, 4) * 2 ** 32 + readUint32(data, 6) };
}

import { readUint16, writeUint16 } from "../big-endian.ts";
import { Opcode } from "../opcode.ts";
import { blankCdb } from "./blank-cdb.ts";
import type { ModeSelect } from "./mode-select-6.ts";

/** MODE SELECT (10), SPC-4. Writes the descriptor block and returns its length. */
export function encodeModeSelect10(cdb: Uint8Array, select: ModeSelect): number {
  const length = blankCdb(cdb, Opcode.modeSelect10, 10);
  cdb[1] = (select.pageFormat ? 0x10 : 0) | (select.savePages ? 1 : 0);
  writeUint16(cdb, 7, select.parameterListLength);
  return length;
}

export function decodeModeSelect10(cdb: Uint8Array): ModeSelect {
  return { pageFormat: (cdb[1]! & 0x10) !== 0, savePages: (cdb[1]! & 1) !== 0, parameterListLength: readUint16(cdb, 7) };
}

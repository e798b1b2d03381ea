import { Opcode } from "../opcode.ts";
import { blankCdb } from "./blank-cdb.ts";

/** MODE SELECT (6) and (10), SPC-4. */
export interface ModeSelect {
  /** PF: the pages have the standard's format. */
  readonly pageFormat: boolean;
  /** SP: keep the values over power loss. */
  readonly savePages: boolean;
  readonly parameterListLength: number;
}

/** Writes the descriptor block and returns its length. */
export function encodeModeSelect6(cdb: Uint8Array, select: ModeSelect): number {
  const length = blankCdb(cdb, Opcode.modeSelect6, 6);
  cdb[1] = (select.pageFormat ? 0x10 : 0) | (select.savePages ? 1 : 0);
  cdb[4] = select.parameterListLength;
  return length;
}

export function decodeModeSelect6(cdb: Uint8Array): ModeSelect {
  return { pageFormat: (cdb[1]! & 0x10) !== 0, savePages: (cdb[1]! & 1) !== 0, parameterListLength: cdb[4]! };
}

import { Opcode } from "../opcode.ts";
import { blankCdb } from "./blank-cdb.ts";

/** START STOP UNIT, SBC-4. */
export interface StartStopUnit {
  readonly immediate: boolean;
  /** POWER CONDITION: 0 when `start` and `loadEject` say what to do. */
  readonly powerCondition: number;
  /** NO_FLUSH: caches need not be written first. */
  readonly noFlush: boolean;
  readonly loadEject: boolean;
  readonly start: boolean;
}

/** Writes the descriptor block and returns its length. */
export function encodeStartStopUnit(cdb: Uint8Array, unit: StartStopUnit): number {
  const length = blankCdb(cdb, Opcode.startStopUnit, 6);
  cdb[1] = unit.immediate ? 1 : 0;
  cdb[4] = (unit.powerCondition << 4) | (unit.noFlush ? 4 : 0) | (unit.loadEject ? 2 : 0) | (unit.start ? 1 : 0);
  return length;
}

export function decodeStartStopUnit(cdb: Uint8Array): StartStopUnit {
  const bits = cdb[4]!;
  return {
    immediate: (cdb[1]! & 1) !== 0,
    powerCondition: bits >> 4,
    noFlush: (bits & 4) !== 0,
    loadEject: (bits & 2) !== 0,
    start: (bits & 1) !== 0,
  };
}

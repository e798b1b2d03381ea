import { decodeLba6, decodeLba10, decodeLba12, decodeLba16, LbaCommand } from "../cdb/lba-command.ts";
import { parseUnmapList } from "../cdb/unmap.ts";
import type { ScsiCommand } from "../initiator-port.ts";
import { Opcode } from "../opcode.ts";

/** Blocks `first` up to, but without, `end`. A slot; empty when both are the same. */
export interface BlockRange {
  first: number;
  end: number;
}

const decoded = new LbaCommand();

/** Sets `into` to the blocks that a command may change: none for one that only reads or asks, all of them when that is not worth finding out. */
export function setWrittenRange(command: ScsiCommand, into: BlockRange): void {
  const { cdb } = command;
  switch (cdb[0]) {
    case Opcode.write10:
    case Opcode.writeAndVerify10:
    case Opcode.writeSame10:
      decodeLba10(cdb, decoded);
      break;
    case Opcode.write16:
    case Opcode.writeAndVerify16:
    case Opcode.writeSame16:
      decodeLba16(cdb, decoded);
      break;
    case Opcode.write12:
    case Opcode.writeAndVerify12:
      decodeLba12(cdb, decoded);
      break;
    case Opcode.write6:
      decodeLba6(cdb, decoded);
      break;
    case Opcode.unmap:
      setUnmappedRange(command.dataOut, into);
      return;
    case Opcode.writeAtomic16:
    case Opcode.compareAndWrite:
    case Opcode.orWrite16:
    case Opcode.formatUnit:
    case Opcode.sanitize:
    case Opcode.thirdPartyCopyOut:
      into.first = 0;
      into.end = Number.POSITIVE_INFINITY;
      return;
    default:
      into.first = 0;
      into.end = 0;
      return;
  }
  into.first = decoded.lba;
  // WRITE SAME of no blocks goes to the end of the medium; a WRITE of none changes none, and waits for nothing that matters.
  into.end = decoded.blocks === 0 ? Number.POSITIVE_INFINITY : decoded.lba + decoded.blocks;
}

/** Around everything that the list names. */
function setUnmappedRange(list: Uint8Array | undefined, into: BlockRange): void {
  into.first = Number.POSITIVE_INFINITY;
  into.end = 0;
  for (const { lba, blocks } of (list && parseUnmapList(list)) ?? []) {
    into.first = Math.min(into.first, lba);
    into.end = Math.max(into.end, lba + blocks);
  }
  if (into.end === 0) into.first = 0;
}

export function overlap(a: BlockRange, b: BlockRange): boolean {
  return a.first < b.end && b.first < a.end;
}

import type { TaskAttribute } from "#scsi";
import { ProtocolError } from "../protocol-error.ts";
import {
  beginHeader,
  finalBit,
  getLun,
  putLun,
  putRequestNumbers,
  type RequestNumbers,
  readUint32,
  reservedTag,
  writeUint32,
} from "./basic-header-segment.ts";
import { expectOpcode, InitiatorOpcode, immediateBit, isImmediate } from "./opcode.ts";

/** Offsets and bits of a SCSI Command (RFC 7143, 11.3), for code that reads or patches a header in place. */
export const ScsiCommandField = {
  flags: 1,
  lun: 8,
  initiatorTaskTag: 16,
  expectedDataTransferLength: 20,
  cmdSn: 24,
  expStatSn: 28,
  cdb: 32,
} as const;
export const ScsiCommandFlag = { final: finalBit, read: 0x40, write: 0x20, attributes: 0x07 } as const;

export interface ScsiCommandPdu extends RequestNumbers {
  readonly immediate: boolean;
  /** No unsolicited Data-Out follows. */
  readonly final: boolean;
  readonly read: boolean;
  readonly write: boolean;
  readonly attribute: TaskAttribute;
  readonly lun: Uint8Array;
  readonly initiatorTaskTag: number;
  /** Bytes to write if `write`, else bytes to read. */
  readonly expectedDataTransferLength: number;
  /** The first 16 bytes of the CDB; the rest of a longer one is in an additional header segment. */
  readonly cdb: Uint8Array;
}

export function readScsiCommand(bhs: Uint8Array): ScsiCommandPdu {
  expectOpcode(bhs, InitiatorOpcode.scsiCommand);
  const flags = bhs[ScsiCommandField.flags]!;
  const attribute = flags & ScsiCommandFlag.attributes;
  if (attribute > 4) throw new ProtocolError("field", `SCSI Command with task attribute ${attribute} (RFC 7143, 11.3.1)`);
  const write = (flags & ScsiCommandFlag.write) !== 0;
  const final = (flags & ScsiCommandFlag.final) !== 0;
  if (!final && !write) throw new ProtocolError("field", "SCSI Command that announces unsolicited data without W (RFC 7143, 11.3.1)");
  const initiatorTaskTag = readUint32(bhs, ScsiCommandField.initiatorTaskTag);
  if (initiatorTaskTag === reservedTag) throw new ProtocolError("tag", "SCSI Command with the reserved task tag (RFC 7143, 11.2.1.8)");
  return {
    immediate: isImmediate(bhs),
    final,
    read: (flags & ScsiCommandFlag.read) !== 0,
    write,
    attribute: attribute as TaskAttribute,
    lun: getLun(bhs),
    initiatorTaskTag,
    expectedDataTransferLength: readUint32(bhs, ScsiCommandField.expectedDataTransferLength),
    cmdSn: readUint32(bhs, ScsiCommandField.cmdSn),
    expStatSn: readUint32(bhs, ScsiCommandField.expStatSn),
    cdb: bhs.slice(ScsiCommandField.cdb, ScsiCommandField.cdb + 16),
  };
}

export function writeScsiCommand(pdu: ScsiCommandPdu, bhs: Uint8Array): void {
  const flags =
    (pdu.final ? ScsiCommandFlag.final : 0) |
    (pdu.read ? ScsiCommandFlag.read : 0) |
    (pdu.write ? ScsiCommandFlag.write : 0) |
    pdu.attribute;
  beginHeader(bhs, InitiatorOpcode.scsiCommand | (pdu.immediate ? immediateBit : 0), flags);
  putLun(bhs, pdu.lun);
  writeUint32(bhs, ScsiCommandField.initiatorTaskTag, pdu.initiatorTaskTag);
  writeUint32(bhs, ScsiCommandField.expectedDataTransferLength, pdu.expectedDataTransferLength);
  putRequestNumbers(bhs, pdu);
  bhs.set(pdu.cdb.subarray(0, 16), ScsiCommandField.cdb);
}

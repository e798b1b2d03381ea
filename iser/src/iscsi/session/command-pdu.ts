import { encodeLun, type ScsiCommand } from "#scsi";
import { bidirectionalReadLengthHeader, extendedCdbHeader } from "../pdu/additional-header-segment.ts";
import { InitiatorOpcode } from "../pdu/opcode.ts";
import { ScsiCommandField, ScsiCommandFlag } from "../pdu/scsi-command.ts";
import type { TaskSlot } from "./task-table.ts";

/** Writes a SCSI Command PDU into the slot's own 48 bytes (RFC 7143, 11.3), in place. F, DataSegmentLength and TotalAHSLength are the datamover's. */
export function prepareCommandPdu(slot: TaskSlot, command: ScsiCommand, expStatSn: number): void {
  const { bhs, view } = slot;
  const { dataIn, dataOut, cdb, cdbLength } = command;
  const direction = (dataIn === undefined ? 0 : ScsiCommandFlag.read) | (dataOut === undefined ? 0 : ScsiCommandFlag.write);
  // Worked out before the calls that write it: V8 inlines those only where nothing branches between their view and their arguments.
  const expectedLength = (dataOut ?? dataIn)?.length ?? 0;
  view.setUint32(0, (InitiatorOpcode.scsiCommand << 24) | ((direction | command.attribute) << 16));
  view.setUint32(4, 0);
  encodeLun(bhs, ScsiCommandField.lun, command.lun);
  view.setUint32(ScsiCommandField.initiatorTaskTag, slot.initiatorTaskTag);
  view.setUint32(ScsiCommandField.expectedDataTransferLength, expectedLength);
  view.setUint32(ScsiCommandField.cmdSn, slot.cmdSn);
  view.setUint32(ScsiCommandField.expStatSn, expStatSn);
  if (cdb.length === 16) bhs.set(cdb, ScsiCommandField.cdb);
  else prepareUnusualCdb(bhs, cdb);
  if (cdbLength > 16 || (dataIn !== undefined && dataOut !== undefined)) slot.ahs = additionalHeaders(command);
}

function prepareUnusualCdb(bhs: Uint8Array, cdb: Uint8Array): void {
  bhs.fill(0, ScsiCommandField.cdb, ScsiCommandField.cdb + 16);
  bhs.set(cdb.subarray(0, 16), ScsiCommandField.cdb);
}

/** What does not fit the basic header: CDB bytes from the 17th on, and the read length of a bidirectional command (whose EDTL counts the write). */
function additionalHeaders(command: ScsiCommand): Uint8Array {
  const extended = extendedCdbHeader(command.cdb.subarray(0, command.cdbLength)) ?? new Uint8Array(0);
  const bidirectional =
    command.dataIn !== undefined && command.dataOut !== undefined
      ? bidirectionalReadLengthHeader(command.dataIn.length)
      : new Uint8Array(0);
  const both = new Uint8Array(extended.length + bidirectional.length);
  both.set(extended);
  both.set(bidirectional, extended.length);
  return both;
}

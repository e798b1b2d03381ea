import {
  BhsField,
  DataInField,
  DataInFlag,
  finalBit,
  loginPhaseParameters,
  R2tField,
  reservedTag,
  residualFlags,
  ScsiResponseField,
  senseSegment,
  type TargetDatamoverUser,
  TargetOpcode,
  type TransferParameters,
} from "#iscsi";
import type { PduSender } from "./pdu-sender.ts";
import type { TargetTransfer } from "./target-transfer.ts";

/** Writes the PDUs that a target's datamover makes itself, straight into output memory: R2T, Data-In, SCSI Response. */
export class TargetPduWriter {
  parameters: TransferParameters = loginPhaseParameters;
  readonly #sender: PduSender<TargetTransfer>;
  /** Whom StatSN and the command window are asked of, at the moment a PDU is written: that is its place in the stream. */
  #user!: TargetDatamoverUser;

  constructor(sender: PduSender<TargetTransfer>) {
    this.#sender = sender;
  }

  attach(user: TargetDatamoverUser): void {
    this.#user = user;
  }

  /** Asks for what is missing of a fetch, in bursts, as many at once as were agreed. */
  writeR2ts(transfer: TargetTransfer): void {
    const { maxBurstLength, maxOutstandingR2T } = this.parameters;
    let offset = transfer.openR2ts === 0 ? transfer.received : transfer.requestedEnd;
    for (; offset < transfer.fetchEnd && transfer.openR2ts < maxOutstandingR2T; offset = transfer.requestedEnd) {
      this.#writeR2t(transfer, offset, Math.min(transfer.fetchEnd, offset + maxBurstLength));
    }
  }

  #writeR2t(transfer: TargetTransfer, offset: number, end: number): void {
    const r2tSn = transfer.sentSn++;
    const at = this.#sender.beginEmpty(TargetOpcode.r2t, finalBit, 0);
    const { bytes, view } = this.#sender;
    bytes.set(transfer.task.lun, at + R2tField.lun);
    view.setUint32(at + R2tField.initiatorTaskTag, transfer.tag);
    view.setUint32(at + R2tField.targetTransferTag, transfer.transferTag(r2tSn));
    view.setUint32(at + R2tField.statSn, this.#user.nextStatSn);
    this.#putCommandWindow(at);
    view.setUint32(at + R2tField.r2tSn, r2tSn);
    view.setUint32(at + R2tField.bufferOffset, offset);
    view.setUint32(at + R2tField.desiredDataTransferLength, end - offset);
    this.#sender.seal(at);
    transfer.requested(r2tSn, end);
  }

  /** The next Data-In of a response; true when it was the last, and the status is written too, in it or behind it. */
  writeDataIn(transfer: TargetTransfer): boolean {
    const { data, sent, response } = transfer;
    const end = Math.min(data.length, sent + this.parameters.maxSendDataSegmentLength, transfer.sequenceEnd);
    const last = end === data.length;
    const final = last || end === transfer.sequenceEnd;
    // Only a good end fits into a Data-In (RFC 7143, 11.7.3).
    const withStatus = last && response.response === 0 && response.status === 0 && response.sense.length === 0;
    const flags = (final ? DataInFlag.final : 0) | (withStatus ? DataInFlag.status | residualFlags(response.residual) : 0);
    const at = this.#sender.beginEmpty(TargetOpcode.dataIn, flags, end - sent);
    const { view } = this.#sender;
    view.setUint32(at + DataInField.initiatorTaskTag, transfer.tag);
    view.setUint32(at + DataInField.targetTransferTag, reservedTag);
    if (withStatus) {
      view.setUint32(at + DataInField.statSn, this.#user.takeStatSn());
      view.setUint32(at + DataInField.residualCount, Math.abs(response.residual));
    }
    this.#putCommandWindow(at);
    view.setUint32(at + DataInField.dataSn, transfer.sentSn++);
    view.setUint32(at + DataInField.bufferOffset, sent);
    this.#sender.seal(at);
    this.#sender.payload(data, sent, end, transfer);
    transfer.sent = end;
    if (final) transfer.sequenceEnd = end + this.parameters.maxBurstLength;
    if (withStatus) this.#sender.notify(transfer);
    else if (last) this.writeResponse(transfer);
    return last;
  }

  writeResponse(transfer: TargetTransfer): void {
    const { response } = transfer;
    const sense = senseSegment(response.sense);
    const at = this.#sender.beginEmpty(TargetOpcode.scsiResponse, finalBit | residualFlags(response.residual), sense.length);
    const { bytes, view } = this.#sender;
    bytes[at + ScsiResponseField.response] = response.response;
    bytes[at + ScsiResponseField.status] = response.status;
    view.setUint32(at + ScsiResponseField.initiatorTaskTag, transfer.tag);
    view.setUint32(at + ScsiResponseField.statSn, this.#user.takeStatSn());
    this.#putCommandWindow(at);
    view.setUint32(at + ScsiResponseField.expDataSn, transfer.sentSn);
    view.setUint32(at + ScsiResponseField.residualCount, Math.abs(response.residual));
    this.#sender.seal(at);
    this.#sender.text(sense);
    this.#sender.notify(transfer);
  }

  #putCommandWindow(at: number): void {
    const { view } = this.#sender;
    view.setUint32(at + BhsField.expCmdSn, this.#user.expCmdSn);
    view.setUint32(at + BhsField.maxCmdSn, this.#user.maxCmdSn);
  }
}

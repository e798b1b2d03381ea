import { BhsField, bhsLength, getAhsLength, getDataSegmentLength, ProtocolError } from "#iscsi";
import type { ReceiveRequest } from "#iwarp";
import { checkIserHeader, iserHeaderLength } from "./iser-header.ts";

/**
 * The iSCSI PDU in a received message: views into the receive's memory, valid until it is posted again. The padding of RFC 7143 may be there or not: Linux sends it, libiscsi does not,
 * so the data segment's length is what the header says.
 */
export interface IserMessage {
  /** WSV and RSV of the iSER header. */
  readonly flags: number;
  /** Over the whole message; iSER fields from 0, the basic header segment from `iserHeaderLength`. */
  readonly view: DataView;
  readonly bhs: Uint8Array;
  readonly ahs: Uint8Array;
  readonly data: Uint8Array;
}

/** Takes a message apart. Throws ProtocolError when it is none. */
export function readIserMessage({ memory, length }: ReceiveRequest): IserMessage {
  const view = new DataView(memory.buffer, memory.byteOffset, length);
  const flags = checkIserHeader(view, length);
  const headersEnd = iserHeaderLength + bhsLength;
  if (length < headersEnd) {
    throw new ProtocolError("framing", `an iSER message of ${length} bytes, too short for an iSCSI header (RFC 7143, 11.2.1)`);
  }
  const bhs = memory.subarray(iserHeaderLength, headersEnd);
  const dataAt = headersEnd + getAhsLength(bhs);
  const dataEnd = dataAt + getDataSegmentLength(bhs);
  if (dataEnd > length) {
    throw new ProtocolError(
      "framing",
      `an iSER message of ${length} bytes whose PDU has ${dataEnd - iserHeaderLength} (opcode 0x${(bhs[BhsField.opcode] ?? 0).toString(16)})`,
    );
  }
  return { flags, view, bhs, ahs: memory.subarray(headersEnd, dataAt), data: memory.subarray(dataAt, dataEnd) };
}

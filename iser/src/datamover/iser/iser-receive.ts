import { BhsField, bhsLength, getAhsLength, getDataSegmentLength, ProtocolError } from "#iscsi";
import { ReceiveRequest } from "#iwarp";
import { checkIserHeader, iserHeaderLength } from "./iser-header.ts";

const headersEnd = iserHeaderLength + bhsLength;
const noBytes = new Uint8Array(0);

/**
 * Memory for one message, and the iSCSI PDU that is found in it. The views are made once: a message costs none. They hold until the receive is posted again.
 */
export class IserReceive extends ReceiveRequest {
  readonly bhs: Uint8Array;
  /** Over the basic header segment. */
  readonly view: DataView;
  /** Over the iSER header. */
  readonly iserView: DataView;
  /** WSV and RSV of the iSER header. */
  flags = 0;
  #dataAt = 0;
  #dataEnd = 0;

  constructor(memory: Uint8Array) {
    super(memory);
    this.bhs = memory.subarray(iserHeaderLength, headersEnd);
    this.iserView = new DataView(memory.buffer, memory.byteOffset, iserHeaderLength);
    this.view = new DataView(memory.buffer, memory.byteOffset + iserHeaderLength, bhsLength);
  }

  /**
   * Takes the message apart. Padding may be there or not (Linux sends it, libiscsi does not), so the data segment's length is what the header says. Throws
   * ProtocolError when the message is no PDU.
   */
  parse(): void {
    this.flags = checkIserHeader(this.iserView, this.length);
    if (this.length < headersEnd) {
      throw new ProtocolError("framing", `an iSER message of ${this.length} bytes, too short for an iSCSI header (RFC 7143, 11.2.1)`);
    }
    this.#dataAt = headersEnd + getAhsLength(this.bhs);
    this.#dataEnd = this.#dataAt + getDataSegmentLength(this.bhs);
    if (this.#dataEnd > this.length) {
      throw new ProtocolError(
        "framing",
        `an iSER message of ${this.length} bytes whose PDU has ${this.#dataEnd - iserHeaderLength} (opcode 0x${this.view.getUint8(BhsField.opcode).toString(16)})`,
      );
    }
  }

  get dataLength(): number {
    return this.#dataEnd - this.#dataAt;
  }

  get ahs(): Uint8Array {
    return this.#dataAt === headersEnd ? noBytes : this.memory.subarray(headersEnd, this.#dataAt);
  }

  get data(): Uint8Array {
    return this.#dataEnd === this.#dataAt ? noBytes : this.memory.subarray(this.#dataAt, this.#dataEnd);
  }
}

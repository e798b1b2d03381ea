/** The other end of a datamover under test, spoken byte by byte: what a peer may send, including what it must not. */
import { type ByteStreamCore, portableCrc32c } from "#bytes";
import {
  bhsLength,
  type DataInPdu,
  type DataOutPdu,
  getAhsLength,
  getDataSegmentLength,
  paddedLength,
  putAhsLength,
  putDataSegmentLength,
  type R2tPdu,
  reservedTag,
  type ScsiCommandPdu,
  type ScsiResponsePdu,
  writeDataIn,
  writeDataOut,
  writeR2t,
  writeScsiCommand,
  writeScsiResponse,
} from "#iscsi";

export interface WireDigests {
  readonly headerDigest?: boolean;
  readonly dataDigest?: boolean;
}

/** A PDU as it is on the wire. `bhs` is complete but for its lengths. */
export function encodePdu(
  bhs: Uint8Array,
  data: Uint8Array = new Uint8Array(0),
  digests: WireDigests = {},
  ahs: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const header = new Uint8Array([...bhs, ...ahs]);
  putDataSegmentLength(header, data.length);
  putAhsLength(header, ahs.length);
  const padded = new Uint8Array(paddedLength(data.length));
  padded.set(data);
  return Buffer.concat([
    header,
    digests.headerDigest ? digestOf(header) : new Uint8Array(0),
    padded,
    digests.dataDigest && data.length > 0 ? digestOf(padded) : new Uint8Array(0),
  ]);
}

export interface WirePdu {
  readonly bhs: Uint8Array;
  readonly ahs: Uint8Array;
  readonly data: Uint8Array;
}

/** Cuts what a datamover sent into PDUs; a digest that does not match throws. */
function decodePdus(stream: Uint8Array, digests: WireDigests = {}): WirePdu[] {
  const pdus: WirePdu[] = [];
  let at = 0;
  const take = (length: number): Uint8Array => {
    if (at + length > stream.length) throw new Error("the stream ends within a PDU");
    at += length;
    return stream.slice(at - length, at);
  };
  while (at < stream.length) {
    const bhs = take(bhsLength);
    const ahs = take(getAhsLength(bhs));
    if (digests.headerDigest) expectDigest(take(4), Buffer.concat([bhs, ahs]));
    const length = getDataSegmentLength(bhs);
    const padded = take(paddedLength(length));
    if (digests.dataDigest && length > 0) expectDigest(take(4), padded);
    if (padded.subarray(length).some((byte) => byte !== 0)) throw new Error("padding that is not zero");
    pdus.push({ bhs, ahs, data: padded.slice(0, length) });
  }
  return pdus;
}

/** Opens `core` and plays its socket by hand. */
export class WirePeer {
  readonly core: ByteStreamCore;
  digests: WireDigests = {};
  wakes = 0;
  now = 0;

  constructor(core: ByteStreamCore) {
    this.core = core;
    core.opened(() => this.wakes++, this.now);
  }

  /** Sends a PDU to the core; `split` cuts it into pieces of that many bytes. */
  send(bhs: Uint8Array, data?: Uint8Array, split = Number.MAX_SAFE_INTEGER, ahs?: Uint8Array): void {
    this.sendBytes(encodePdu(bhs, data, this.digests, ahs), split);
  }

  /** Every chunk is overwritten when the core has seen it. */
  sendBytes(bytes: Uint8Array, split = Number.MAX_SAFE_INTEGER): void {
    for (let at = 0; at < bytes.length; at += split) {
      const chunk = new Uint8Array(bytes.subarray(at, at + split));
      this.core.receive(chunk, this.now);
      chunk.fill(0xdb);
    }
  }

  /** What the core wants to send, copied; the batches stay with the socket until `sent`. */
  take(): WirePdu[] {
    const batches: Uint8Array[] = [];
    for (let pieces = this.core.takeOutput(); pieces.length > 0; pieces = this.core.takeOutput()) {
      batches.push(...pieces);
      this.#unsent++;
    }
    return decodePdus(new Uint8Array(Buffer.concat(batches)), this.digests);
  }

  #unsent = 0;

  /** The kernel has taken everything. */
  sent(): void {
    for (; this.#unsent > 0; this.#unsent--) this.core.outputSent(this.now);
  }

  /** `take` and `sent`. */
  drain(): WirePdu[] {
    const pdus = this.take();
    this.sent();
    return pdus;
  }

  close(): void {
    this.core.closed(undefined, this.now);
  }
}

function digestOf(bytes: Uint8Array): Uint8Array {
  const digest = new Uint8Array(4);
  new DataView(digest.buffer).setUint32(0, portableCrc32c.update(0, bytes, 0, bytes.length), true);
  return digest;
}

function expectDigest(found: Uint8Array, bytes: Uint8Array): void {
  if (Buffer.compare(found, digestOf(bytes)) !== 0) throw new Error("a digest does not match");
}

// ------------------------------------------------------------------------------------- headers, with what a test does not care about filled in

const numbers = { statSn: 1, expCmdSn: 2, maxCmdSn: 3 };
const lun = new Uint8Array(8);

type TagOrTask = number | { readonly initiatorTaskTag: number };

function tagOf(task: TagOrTask): number {
  return typeof task === "number" ? task : task.initiatorTaskTag;
}

export function dataIn(task: TagOrTask, fields: Partial<DataInPdu> = {}): Uint8Array {
  const bhs = new Uint8Array(bhsLength);
  const neutral = {
    final: false,
    acknowledge: false,
    hasStatus: false,
    status: 0,
    residual: 0,
    dataSn: 0,
    bufferOffset: 0,
    targetTransferTag: reservedTag,
  };
  writeDataIn({ ...numbers, ...neutral, lun, initiatorTaskTag: tagOf(task), ...fields }, bhs);
  return bhs;
}

export function response(task: TagOrTask, fields: Partial<ScsiResponsePdu> = {}): Uint8Array {
  const bhs = new Uint8Array(bhsLength);
  const neutral = { response: 0, status: 0, residual: 0, bidirectionalReadResidual: 0, expDataSn: 0 };
  writeScsiResponse({ ...numbers, ...neutral, initiatorTaskTag: tagOf(task), ...fields }, bhs);
  return bhs;
}

export function r2t(task: TagOrTask, fields: Partial<R2tPdu> = {}): Uint8Array {
  const bhs = new Uint8Array(bhsLength);
  const neutral = { targetTransferTag: 77, r2tSn: 0, bufferOffset: 0, desiredDataTransferLength: 100 };
  writeR2t({ ...numbers, ...neutral, lun, initiatorTaskTag: tagOf(task), ...fields }, bhs);
  return bhs;
}

export function command(tag: number, fields: Partial<ScsiCommandPdu> = {}): Uint8Array {
  const bhs = new Uint8Array(bhsLength);
  const neutral = { immediate: false, final: true, read: false, write: false, attribute: 1, cmdSn: 1, expStatSn: 1 } as const;
  writeScsiCommand({ ...neutral, lun, initiatorTaskTag: tag, expectedDataTransferLength: 0, cdb: new Uint8Array(16), ...fields }, bhs);
  return bhs;
}

export function dataOut(tag: number, fields: Partial<DataOutPdu> = {}): Uint8Array {
  const bhs = new Uint8Array(bhsLength);
  const neutral = { final: false, targetTransferTag: reservedTag, expStatSn: 1, dataSn: 0, bufferOffset: 0 };
  writeDataOut({ ...neutral, lun, initiatorTaskTag: tag, ...fields }, bhs);
  return bhs;
}

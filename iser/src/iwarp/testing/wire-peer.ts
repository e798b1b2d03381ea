/** The other end of a queue pair under test, spoken byte by byte: what a peer may send, including what it must not. */
import { type ByteStreamCore, portableCrc32c } from "#bytes";

/** An FPDU around `ulpdu`, as it is on the wire. */
export function encodeFpdu(ulpdu: Uint8Array, crc = false): Buffer {
  const padding = -(2 + ulpdu.length) & 3;
  const bytes = Buffer.alloc(2 + ulpdu.length + padding + 4);
  bytes.writeUInt16BE(ulpdu.length, 0);
  bytes.set(ulpdu, 2);
  if (crc) bytes.writeUInt32LE(portableCrc32c.update(0, bytes, 0, bytes.length - 4), bytes.length - 4);
  return bytes;
}

/** The ULPDUs of a stream of FPDUs; a checksum that does not match (or is not zero, without) throws. */
export function decodeFpdus(stream: Buffer, crc = false): Buffer[] {
  const ulpdus: Buffer[] = [];
  for (let at = 0; at < stream.length; ) {
    const length = stream.readUInt16BE(at);
    const crcAt = at + 2 + length + (-(2 + length) & 3);
    if (crcAt + 4 > stream.length) throw new Error("the stream ends within an FPDU");
    const due = crc ? portableCrc32c.update(0, stream, at, crcAt) : 0;
    if (stream.readUInt32LE(crcAt) !== due) throw new Error("a checksum does not match");
    if (stream.subarray(at + 2 + length, crcAt).some((byte) => byte !== 0)) throw new Error("padding that is not zero");
    ulpdus.push(stream.subarray(at + 2, at + 2 + length));
    at = crcAt + 4;
  }
  return ulpdus;
}

export interface TaggedShape {
  readonly opcode: number;
  readonly last?: boolean;
  readonly stag?: number;
  readonly high?: number;
  readonly low?: number;
  readonly payload?: Uint8Array;
  readonly ddpVersion?: number;
  readonly rdmapVersion?: number;
}

export function tagged(shape: TaggedShape): Buffer {
  const header = Buffer.alloc(14);
  header[0] = 0x80 | (shape.last === false ? 0 : 0x40) | (shape.ddpVersion ?? 1);
  header[1] = ((shape.rdmapVersion ?? 1) << 6) | shape.opcode;
  header.writeUInt32BE(shape.stag ?? 0, 2);
  header.writeUInt32BE(shape.high ?? 0, 6);
  header.writeUInt32BE(shape.low ?? 0, 10);
  return Buffer.concat([header, shape.payload ?? new Uint8Array(0)]);
}

export interface UntaggedShape {
  readonly opcode: number;
  readonly last?: boolean;
  readonly invalidateStag?: number;
  readonly queue?: number;
  readonly msn?: number;
  readonly mo?: number;
  readonly payload?: Uint8Array;
  readonly ddpVersion?: number;
  readonly rdmapVersion?: number;
}

export function untagged(shape: UntaggedShape): Buffer {
  const header = Buffer.alloc(18);
  header[0] = (shape.last === false ? 0 : 0x40) | (shape.ddpVersion ?? 1);
  header[1] = ((shape.rdmapVersion ?? 1) << 6) | shape.opcode;
  header.writeUInt32BE(shape.invalidateStag ?? 0, 2);
  header.writeUInt32BE(shape.queue ?? 0, 6);
  header.writeUInt32BE(shape.msn ?? 1, 10);
  header.writeUInt32BE(shape.mo ?? 0, 14);
  return Buffer.concat([header, shape.payload ?? new Uint8Array(0)]);
}

export interface ReadShape {
  readonly msn?: number;
  readonly length: number;
  readonly stag: number;
  readonly high?: number;
  readonly low?: number;
  readonly sinkStag?: number;
}

export function readRequest(shape: ReadShape): Buffer {
  const payload = Buffer.alloc(28);
  payload.writeUInt32BE(shape.sinkStag ?? 0x99, 0);
  payload.writeUInt32BE(shape.length, 12);
  payload.writeUInt32BE(shape.stag, 16);
  payload.writeUInt32BE(shape.high ?? 0, 20);
  payload.writeUInt32BE(shape.low ?? 0, 24);
  return untagged({ opcode: 1, queue: 1, msn: shape.msn ?? 1, payload });
}

/** Private data length and enhanced words are part of `privateData` here: what is said is the test's. */
export function mpaFrame(kind: "Req" | "Rep", flags: number, revision: number, privateData: Uint8Array): Buffer {
  const header = Buffer.from(`MPA ID ${kind} Frame\0\0\0\0`, "latin1");
  header[16] = flags;
  header[17] = revision;
  header.writeUInt16BE(privateData.length, 18);
  return Buffer.concat([header, privateData]);
}

/** Opens `core` and plays its socket by hand. */
export class WirePeer {
  readonly core: ByteStreamCore;
  crc = false;
  now = 0;
  #unsent = 0;

  constructor(core: ByteStreamCore) {
    this.core = core;
    core.opened(() => undefined, this.now);
  }

  /** Every chunk is overwritten when the core has seen it. */
  sendBytes(bytes: Uint8Array, split = Number.MAX_SAFE_INTEGER): void {
    for (let at = 0; at < bytes.length; at += split) {
      const chunk = new Uint8Array(bytes.subarray(at, at + split));
      this.core.receive(chunk, this.now);
      chunk.fill(0xdb);
    }
  }

  send(ulpdu: Uint8Array, split?: number): void {
    this.sendBytes(encodeFpdu(ulpdu, this.crc), split);
  }

  /** What the core wants to send, copied; the batches stay with the socket until `sent`. */
  takeBytes(): Buffer {
    const pieces: Uint8Array[] = [];
    for (let batch = this.core.takeOutput(); batch.length > 0; batch = this.core.takeOutput()) {
      pieces.push(...batch);
      this.#unsent++;
    }
    return Buffer.concat(pieces);
  }

  /** The kernel has taken everything. */
  sent(): void {
    for (; this.#unsent > 0; this.#unsent--) this.core.outputSent(this.now);
  }

  drainBytes(): Buffer {
    const bytes = this.takeBytes();
    this.sent();
    return bytes;
  }

  drain(): Buffer[] {
    return decodeFpdus(this.drainBytes(), this.crc);
  }

  /** Layer, type and code of the Terminate among what the core sends now, `"1/1/0"`; what else it says is thrown away. */
  terminateCode(): string | undefined {
    const ulpdu = this.drain().find((bytes) => (bytes[1]! & 15) === 7);
    if (ulpdu === undefined) return undefined;
    return `${ulpdu[18]! >> 4}/${ulpdu[18]! & 15}/${ulpdu[19]}`;
  }

  close(): void {
    this.core.closed(undefined, this.now);
  }
}

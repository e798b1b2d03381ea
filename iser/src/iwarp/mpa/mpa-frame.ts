/**
 * The two frames that open an MPA connection (RFC 5044, 7.1; enhanced: RFC 6581, 4):
 *
 *     key (16) | M C R S reserved | revision | private data length (2) | private data
 *
 * With S (revision 2) the private data starts with two words: read depths, and what peer-to-peer mode may use.
 */

export type MpaFrameKind = "request" | "reply";

/** What enhanced frames say beyond the plain ones. */
export interface EnhancedWords {
  /** The responder may have to send first; the initiator then says when it is ready to receive. */
  readonly peerToPeer: boolean;
  /** Ready-to-receive messages that the sender of the frame can do. */
  readonly zeroLengthFpdu: boolean;
  readonly rdmaWrite: boolean;
  readonly rdmaRead: boolean;
  /** RDMA Reads served at a time, and RDMA Reads out at a time; `depthNotNegotiated` means "arranged elsewhere". */
  readonly inboundReadDepth: number;
  readonly outboundReadDepth: number;
}

export interface MpaFrame {
  readonly kind: MpaFrameKind;
  /** The sender wants markers in what it receives. */
  readonly markers: boolean;
  /** The sender wants checksums in both directions. */
  readonly crc: boolean;
  /** The responder refuses. */
  readonly rejected: boolean;
  readonly revision: number;
  /** Present if and only if the S bit is set. */
  readonly enhanced: EnhancedWords | undefined;
  /** Without the enhanced words. */
  readonly privateData: Uint8Array;
}

export const mpaHeaderLength = 20;
/** Of the frame, enhanced words included. */
export const maxPrivateDataLength = 512;
export const enhancedLength = 4;
export const depthNotNegotiated = 0x3fff;

const Flag = { markers: 0x80, crc: 0x40, rejected: 0x20, enhanced: 0x10 } as const;
const flagsOffset = 16;
const revisionOffset = 17;
const privateDataLengthOffset = 18;

const firstOfWord = 0x8000;
const secondOfWord = 0x4000;

const keys = { request: Buffer.from("MPA ID Req Frame", "latin1"), reply: Buffer.from("MPA ID Rep Frame", "latin1") } as const;

/** Whether the first `length` bytes (at most the key) can be those of such a frame: what is not one is found out at the first byte. */
export function startsMpaFrame(kind: MpaFrameKind, bytes: Uint8Array, length: number): boolean {
  const key = keys[kind];
  for (let i = 0; i < length && i < key.length; i++) if (bytes[i] !== key[i]) return false;
  return true;
}

/** Length of the whole frame whose header these 20 bytes are. May be beyond what is legal: to be checked before memory is taken. */
export function mpaFrameLength(header: Uint8Array): number {
  return mpaHeaderLength + ((header[privateDataLengthOffset]! << 8) | header[privateDataLengthOffset + 1]!);
}

/** `frame` is complete, with a key that was checked. `undefined` if it says enhanced and is too short to be. Private data is a view. */
export function parseMpaFrame(kind: MpaFrameKind, frame: Uint8Array): MpaFrame | undefined {
  const flags = frame[flagsOffset]!;
  const isEnhanced = (flags & Flag.enhanced) !== 0;
  const end = mpaFrameLength(frame);
  const dataStart = mpaHeaderLength + (isEnhanced ? enhancedLength : 0);
  if (dataStart > end) return undefined;
  return {
    kind,
    markers: (flags & Flag.markers) !== 0,
    crc: (flags & Flag.crc) !== 0,
    rejected: (flags & Flag.rejected) !== 0,
    revision: frame[revisionOffset]!,
    enhanced: isEnhanced ? parseEnhanced(frame) : undefined,
    privateData: frame.subarray(dataStart, end),
  };
}

export function writeMpaFrame(frame: MpaFrame): Uint8Array {
  const { enhanced, privateData } = frame;
  const dataStart = mpaHeaderLength + (enhanced === undefined ? 0 : enhancedLength);
  const length = dataStart - mpaHeaderLength + privateData.length;
  if (length > maxPrivateDataLength) {
    throw new RangeError(`${privateData.length} bytes of private data do not fit an MPA frame, which holds ${maxPrivateDataLength}`);
  }
  const bytes = new Uint8Array(dataStart + privateData.length);
  bytes.set(keys[frame.kind]);
  bytes[flagsOffset] =
    (frame.markers ? Flag.markers : 0) |
    (frame.crc ? Flag.crc : 0) |
    (frame.rejected ? Flag.rejected : 0) |
    (enhanced === undefined ? 0 : Flag.enhanced);
  bytes[revisionOffset] = frame.revision;
  bytes[privateDataLengthOffset] = length >> 8;
  bytes[privateDataLengthOffset + 1] = length;
  if (enhanced !== undefined) writeEnhanced(enhanced, bytes);
  bytes.set(privateData, dataStart);
  return bytes;
}

function parseEnhanced(frame: Uint8Array): EnhancedWords {
  const view = new DataView(frame.buffer, frame.byteOffset + mpaHeaderLength, enhancedLength);
  const inbound = view.getUint16(0);
  const outbound = view.getUint16(2);
  return {
    peerToPeer: (inbound & firstOfWord) !== 0,
    zeroLengthFpdu: (inbound & secondOfWord) !== 0,
    rdmaWrite: (outbound & firstOfWord) !== 0,
    rdmaRead: (outbound & secondOfWord) !== 0,
    inboundReadDepth: inbound & depthNotNegotiated,
    outboundReadDepth: outbound & depthNotNegotiated,
  };
}

function writeEnhanced(words: EnhancedWords, frame: Uint8Array): void {
  const view = new DataView(frame.buffer, frame.byteOffset + mpaHeaderLength, enhancedLength);
  const flags = (first: boolean, second: boolean): number => (first ? firstOfWord : 0) | (second ? secondOfWord : 0);
  view.setUint16(0, flags(words.peerToPeer, words.zeroLengthFpdu) | words.inboundReadDepth);
  view.setUint16(2, flags(words.rdmaWrite, words.rdmaRead) | words.outboundReadDepth);
}

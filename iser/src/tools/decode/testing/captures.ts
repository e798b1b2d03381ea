/** Captures as others make them: the frames of one of ours in other wrappings, other orders, other files. */
import { CaptureDecoder } from "../capture-decoder.ts";
import type { Connection } from "../connection.ts";
import type { DecodedRecord } from "../decoded-record.ts";

export interface Decoded {
  readonly records: readonly { readonly connection: Connection; readonly record: DecodedRecord }[];
  readonly connections: readonly Connection[];
}

/** Decodes a whole file, in pieces of `pieceLength`. */
export function decode(file: Uint8Array, pieceLength = file.length): Decoded {
  const records: { connection: Connection; record: DecodedRecord }[] = [];
  const decoder = new CaptureDecoder((connection, record) => records.push({ connection, record }));
  for (let at = 0; at < file.length; at += pieceLength) decoder.push(file.subarray(at, at + pieceLength));
  decoder.end();
  return { records, connections: decoder.connections };
}

/** What was said, without when: one line a record. */
export function linesOf({ records }: Pick<Decoded, "records">): string[] {
  return records.map(({ connection, record: { fromInitiator, layers, problem } }) => {
    const said = layers.map(({ name, fields }) => `${name} ${JSON.stringify(fields)}`).join(" ");
    return `${connection.number}${fromInitiator ? ">" : "<"} ${said}${problem === undefined ? "" : ` !! ${problem}`}`;
  });
}

/** The Ethernet frames of a pcapng file that this program wrote. */
export function framesOf(pcapng: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at < pcapng.length; at += pcapng.readUInt32LE(at + 4)) {
    if (pcapng.readUInt32LE(at) === 6) frames.push(pcapng.subarray(at + 28, at + 28 + pcapng.readUInt32LE(at + 20)));
  }
  return frames;
}

const ethernet = 1;

/** The older format, in either byte order, with microseconds or nanoseconds; `snapLength` cuts packets. */
export function pcapOf(
  frames: readonly Uint8Array[],
  { bigEndian = false, nanoseconds = false, linkType = ethernet, snapLength = 262144 } = {},
): Buffer {
  const words = (...values: number[]): Buffer => {
    const bytes = Buffer.alloc(values.length * 4);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (const [index, value] of values.entries()) view.setUint32(index * 4, value, !bigEndian);
    return bytes;
  };
  const version = bigEndian ? 0x00020004 : 0x00040002;
  const pieces = [words(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, version, 0, 0, snapLength, linkType)];
  for (const [index, frame] of frames.entries()) {
    const held = frame.subarray(0, snapLength);
    pieces.push(words(1000, index, held.length, frame.length), Buffer.from(held));
  }
  return Buffer.concat(pieces);
}

/** A frame with VLAN tags, as switches pass it on. */
export function withVlanTags(frame: Buffer, tags: readonly number[]): Buffer {
  const tagged = tags.map((type) => Buffer.of(type >> 8, type & 0xff, 0, 42));
  return Buffer.concat([frame.subarray(0, 12), ...tagged, frame.subarray(12)]);
}

/** The same segment over IPv6, behind a hop-by-hop header. */
export function overIpv6(frame: Buffer): Buffer {
  const address = (ipv4: Buffer): Buffer => Buffer.concat([Buffer.from("20010db8000000000000000000000000", "hex").subarray(0, 12), ipv4]);
  const tcp = frame.subarray(34);
  const header = Buffer.alloc(8);
  header[0] = 0x60;
  header.writeUInt16BE(Math.min(0xffff, tcp.length + 8), 4);
  const extension = Buffer.of(6, 0, 1, 4, 0, 0, 0, 0);
  const addresses = [address(frame.subarray(26, 30)), address(frame.subarray(30, 34))];
  return Buffer.concat([frame.subarray(0, 12), Buffer.of(0x86, 0xdd), header, ...addresses, extension, tcp]);
}

/** A segment in several, each `length` bytes of payload but the last. */
export function split(frame: Buffer, length: number): Buffer[] {
  const payload = frame.subarray(54);
  if (payload.length <= length) return [frame];
  const pieces: Buffer[] = [];
  for (let at = 0; at < payload.length; at += length) {
    const head = Buffer.from(frame.subarray(0, 54));
    const piece = payload.subarray(at, at + length);
    head.writeUInt16BE(40 + piece.length, 16);
    head.writeUInt32BE((head.readUInt32BE(38) + at) >>> 0, 38);
    pieces.push(Buffer.concat([head, piece]));
  }
  return pieces;
}

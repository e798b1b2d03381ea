/*
 * A capture file as pcapng has it (draft-ietf-opsawg-pcapng): a section header, one interface, then packets. Little-endian, and every block says its length at both ends.
 */

const sectionHeaderBlock = 0x0a0d0d0a;
const interfaceDescriptionBlock = 1;
const enhancedPacketBlock = 6;
const byteOrderMagic = 0x1a2b3c4d;
const ethernet = 1;

/** What begins the file: a section of unknown length, and an Ethernet whose packets are never cut. Times are in microseconds. */
export function pcapngHeader(): Uint8Array {
  const section = new DataView(new ArrayBuffer(16));
  section.setUint32(0, byteOrderMagic, true);
  section.setUint16(4, 1, true);
  section.setUint32(8, 0xffffffff, true);
  section.setUint32(12, 0xffffffff, true);
  const description = new DataView(new ArrayBuffer(8));
  description.setUint16(0, ethernet, true);
  return Buffer.concat([block(sectionHeaderBlock, [bytesOf(section)]), block(interfaceDescriptionBlock, [bytesOf(description)])]);
}

/** One packet, at a time in microseconds since 1970. */
export function pcapngPacket(timeUs: number, packet: Uint8Array): Uint8Array {
  const head = new DataView(new ArrayBuffer(20));
  head.setUint32(4, Math.floor(timeUs / 2 ** 32), true);
  head.setUint32(8, timeUs >>> 0, true);
  head.setUint32(12, packet.length, true);
  head.setUint32(16, packet.length, true);
  return block(enhancedPacketBlock, [bytesOf(head), packet]);
}

function block(type: number, pieces: readonly Uint8Array[]): Uint8Array {
  const body = pieces.reduce((total, piece) => total + piece.length, 0);
  const padding = -body & 3;
  const ends = new DataView(new ArrayBuffer(12));
  ends.setUint32(0, type, true);
  for (const at of [4, 8]) ends.setUint32(at, 12 + body + padding, true);
  return Buffer.concat([bytesOf(ends).subarray(0, 8), ...pieces, new Uint8Array(padding), bytesOf(ends).subarray(8)]);
}

function bytesOf(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer);
}

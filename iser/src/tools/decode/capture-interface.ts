/** A packet as it is in a capture. */
export interface CapturedPacket {
  /** Its number in the file, from 1, as Wireshark counts. */
  readonly frame: number;
  /** Microseconds since 1970. */
  readonly timeUs: number;
  /** What its first header is; see LinkType. */
  readonly linkType: number;
  readonly bytes: Uint8Array;
  /** Its length on the wire: more than there are bytes when the capture was made with a limit. */
  readonly originalLength: number;
}

/** Where packets were captured, as far as it matters for reading them. */
export interface CaptureInterface {
  readonly linkType: number;
  readonly ticksPerSecond: number;
  readonly offsetSeconds: number;
  /** 0: packets are whole. */
  readonly snapLength: number;
}

const Option = { end: 0, timeResolution: 9, timeOffset: 14 } as const;

/** Reads the body of an Interface Description Block, of at least 8 bytes. */
export function interfaceFrom(body: DataView, littleEndian: boolean): CaptureInterface {
  let ticksPerSecond = 1e6;
  let offsetSeconds = 0;
  for (let at = 8; at + 4 <= body.byteLength; ) {
    const code = body.getUint16(at, littleEndian);
    const length = body.getUint16(at + 2, littleEndian);
    if (code === Option.end || at + 4 + length > body.byteLength) break;
    if (code === Option.timeResolution && length >= 1) ticksPerSecond = resolution(body.getUint8(at + 4));
    if (code === Option.timeOffset && length >= 8) offsetSeconds = Number(body.getBigInt64(at + 4, littleEndian));
    at += 4 + ((length + 3) & ~3);
  }
  return { linkType: body.getUint16(0, littleEndian), ticksPerSecond, offsetSeconds, snapLength: body.getUint32(4, littleEndian) };
}

/** A power of ten, or of two with the top bit (draft-ietf-opsawg-pcapng, 4.2). */
function resolution(code: number): number {
  return (code & 0x80) === 0 ? 10 ** code : 2 ** (code & 0x7f);
}

/** The time of a packet in microseconds; its two halves count ticks. */
export function packetTimeUs({ ticksPerSecond, offsetSeconds }: CaptureInterface, high: number, low: number): number {
  return Math.round((high * 2 ** 32 + low) / (ticksPerSecond / 1e6)) + offsetSeconds * 1e6;
}

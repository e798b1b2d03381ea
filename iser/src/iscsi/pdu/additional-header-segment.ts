import { ProtocolError } from "../protocol-error.ts";
import { paddedLength, readUint16, readUint32, writeUint16, writeUint32 } from "./basic-header-segment.ts";

/**
 * Additional Header Segments, between the BHS and the data of a SCSI Command (RFC 7143, 11.2.2). Each is a two-byte length that counts what follows the
 * type byte, the type byte, the contents, and padding to four bytes.
 */

export const AhsType = { extendedCdb: 1, bidirectionalReadLength: 2 } as const;

export interface AdditionalHeaders {
  /** The bytes of a CDB beyond the first 16 (which are in the BHS). A view into the segment. */
  readonly extendedCdb: Uint8Array | undefined;
  /** Expected read data of a bidirectional command. */
  readonly bidirectionalReadLength: number | undefined;
}

const none: AdditionalHeaders = { extendedCdb: undefined, bidirectionalReadLength: undefined };

/** Reads all segments of a command; unknown types are refused because a command whose header is not understood must not be executed. */
export function readAdditionalHeaders(ahs: Uint8Array): AdditionalHeaders {
  if (ahs.length === 0) return none;
  let extendedCdb: Uint8Array | undefined;
  let bidirectionalReadLength: number | undefined;
  for (let at = 0; at < ahs.length; ) {
    if (at + 4 > ahs.length) throw new ProtocolError("framing", "an additional header segment is cut short (RFC 7143, 11.2.2)");
    const length = readUint16(ahs, at);
    const type = ahs[at + 2]! & 0x3f;
    const end = at + 3 + length;
    if (end > ahs.length) {
      throw new ProtocolError("framing", `an additional header segment of ${length} bytes runs past TotalAHSLength (RFC 7143, 11.2.2.2)`);
    }
    switch (type) {
      case AhsType.extendedCdb:
        // The length counts one reserved byte before the CDB's own.
        if (length < 2 || extendedCdb !== undefined) throw new ProtocolError("field", "a malformed extended CDB (RFC 7143, 11.2.2.3)");
        extendedCdb = ahs.subarray(at + 4, end);
        break;
      case AhsType.bidirectionalReadLength:
        if (length !== 5 || bidirectionalReadLength !== undefined) {
          throw new ProtocolError("field", "a malformed bidirectional read length (RFC 7143, 11.2.2.4)");
        }
        bidirectionalReadLength = readUint32(ahs, at + 4);
        break;
      default:
        throw new ProtocolError("field", `an additional header segment of type ${type} (RFC 7143, 11.2.2.1)`);
    }
    at += paddedLength(3 + length);
  }
  return { extendedCdb, bidirectionalReadLength };
}

/** The segment that carries the bytes of `cdb` from the 17th on, padded; undefined when the BHS holds them all. */
export function extendedCdbHeader(cdb: Uint8Array): Uint8Array | undefined {
  if (cdb.length <= 16) return undefined;
  const extra = cdb.subarray(16);
  const ahs = new Uint8Array(paddedLength(4 + extra.length));
  writeUint16(ahs, 0, 1 + extra.length);
  ahs[2] = AhsType.extendedCdb;
  ahs.set(extra, 4);
  return ahs;
}

/** The segment that tells how much a bidirectional command may read. */
export function bidirectionalReadLengthHeader(length: number): Uint8Array {
  const ahs = new Uint8Array(8);
  writeUint16(ahs, 0, 5);
  ahs[2] = AhsType.bidirectionalReadLength;
  writeUint32(ahs, 4, length);
  return ahs;
}

import { DdpControl, ddpHeaderLength, untaggedHeaderLength } from "../ddp/segment.ts";
import { readRequestLength } from "./read-request.ts";
import { describeTerminateCode, isTerminateCode, type TerminateCode } from "./terminate-code.ts";

/**
 * The payload of a Terminate (RFC 5040, 4.8):
 *
 *     layer, type | code | M D R reserved | reserved | [M] segment length (2) | [D] DDP header | [R] Read Request
 */
const HeaderControl = { segmentLength: 0x80, ddp: 0x40, rdmap: 0x20 } as const;
const siwHeaderControl = 0x07;

const controlLength = 4;
const segmentLengthLength = 2;

/** The longest there is; what follows beyond is thrown away. */
export const maxTerminateLength = controlLength + segmentLengthLength + untaggedHeaderLength + readRequestLength;

/** The segment that was at fault: its length, its DDP header, and the Read Request in it if it was one. */
export interface TerminatedSegment {
  readonly length: number;
  readonly header: Uint8Array;
  readonly readRequest: Uint8Array | undefined;
}

/** MPA's errors carry no headers: where a segment starts is just what is in doubt. */
export function writeTerminate(code: TerminateCode, segment: TerminatedSegment | undefined): Uint8Array {
  const shown = code >>> 12 === 2 ? undefined : segment;
  const bytes = new Uint8Array(maxTerminateLength);
  bytes[0] = code >>> 8;
  bytes[1] = code;
  if (shown === undefined) return bytes.subarray(0, controlLength);
  bytes[2] = HeaderControl.segmentLength | HeaderControl.ddp;
  bytes[4] = shown.length >> 8;
  bytes[5] = shown.length;
  let end = controlLength + segmentLengthLength;
  bytes.set(shown.header, end);
  end += shown.header.length;
  if (shown.readRequest !== undefined) {
    bytes[2] |= HeaderControl.rdmap;
    bytes.set(shown.readRequest, end);
    end += shown.readRequest.length;
  }
  return bytes.subarray(0, end);
}

export interface Terminate {
  readonly code: TerminateCode;
  /** Header of the segment of ours that the peer complains about; undefined if it does not say or what it says cannot be. */
  readonly header: Uint8Array | undefined;
  /** The peer is Linux siw, which puts the bits of each byte the other way round. */
  readonly fromSiw: boolean;
}

/**
 * Reads a Terminate as RFC 5040 has it or as Linux siw sends it, with layer and type exchanged in the first byte and the three bits M, D, R at the low end of the
 * third. The bits tell which; without any, the order that names a known error, the RFC's first. `undefined` if it is too short.
 */
export function parseTerminate(payload: Uint8Array): Terminate | undefined {
  if (payload.length < controlLength) return undefined;
  const first = payload[0]!;
  const code = (first << 8) | payload[1]!;
  const swapped = ((first & 15) << 12) | ((first >> 4) << 8) | payload[1]!;
  const bits = payload[2]!;
  const fromSiw = (bits & 0xe0) !== 0 ? false : (bits & siwHeaderControl) !== 0 || (!isTerminateCode(code) && isTerminateCode(swapped));
  const hasHeader = fromSiw ? (bits & 0x02) !== 0 : (bits & HeaderControl.ddp) !== 0;
  return { code: fromSiw ? swapped : code, header: hasHeader ? headerIn(payload) : undefined, fromSiw };
}

function headerIn(payload: Uint8Array): Uint8Array | undefined {
  const start = controlLength + segmentLengthLength;
  if (payload.length <= start) return undefined;
  const end = start + ddpHeaderLength(payload[start]!);
  return end <= payload.length ? payload.slice(start, end) : undefined;
}

/** One line for a log: what the peer found wrong, and with what. */
export function describeTerminate(terminate: Terminate): string {
  const { code, header } = terminate;
  if (header === undefined) return describeTerminateCode(code);
  const kind = (header[0]! & DdpControl.tagged) !== 0 ? "tagged" : "untagged";
  return `${describeTerminateCode(code)}, of the ${kind} segment ${Buffer.from(header).toString("hex")}`;
}

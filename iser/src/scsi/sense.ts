import { additionalSenseName } from "./additional-sense.ts";

/** Sense keys (SPC-4, 4.5.6). */
export const SenseKey = {
  noSense: 0x0,
  recoveredError: 0x1,
  notReady: 0x2,
  mediumError: 0x3,
  hardwareError: 0x4,
  illegalRequest: 0x5,
  unitAttention: 0x6,
  dataProtect: 0x7,
  blankCheck: 0x8,
  vendorSpecific: 0x9,
  copyAborted: 0xa,
  abortedCommand: 0xb,
  volumeOverflow: 0xd,
  miscompare: 0xe,
  completed: 0xf,
} as const;
export type SenseKey = (typeof SenseKey)[keyof typeof SenseKey];

const keyNames = [
  "NO SENSE",
  "RECOVERED ERROR",
  "NOT READY",
  "MEDIUM ERROR",
  "HARDWARE ERROR",
  "ILLEGAL REQUEST",
  "UNIT ATTENTION",
  "DATA PROTECT",
  "BLANK CHECK",
  "VENDOR SPECIFIC",
  "COPY ABORTED",
  "ABORTED COMMAND",
  "RESERVED (0Ch)",
  "VOLUME OVERFLOW",
  "MISCOMPARE",
  "COMPLETED",
] as const;

/** The standard's name of a sense key. */
export function senseKeyName(key: number): string {
  return keyNames[key & 0xf] as string;
}

/** What the three sense-key-specific bytes hold (SPC-4, 4.5.2.4): which of these depends on the sense key. */
export type SenseKeySpecific =
  /** ILLEGAL REQUEST: the offending byte (and its most significant offending bit) of the CDB or of the parameter list. */
  | { readonly kind: "field"; readonly inCdb: boolean; readonly byte: number; readonly bit: number | undefined }
  /** NO SENSE and NOT READY: how far the operation in progress is, in 1/65536. */
  | { readonly kind: "progress"; readonly progress: number }
  /** RECOVERED, MEDIUM and HARDWARE ERROR: how often it was tried. */
  | { readonly kind: "retries"; readonly count: number }
  /** COPY ABORTED: the offending byte of a copy descriptor, or (inSegment false) of the parameter list. */
  | { readonly kind: "segment"; readonly inSegment: boolean; readonly byte: number; readonly bit: number | undefined };

/** Sense data as a value, whichever of the two formats it came in or goes out as (SPC-4, 4.5). */
export interface SenseData {
  readonly key: number;
  /** ASC in the high byte, ASCQ in the low one: see {@link AdditionalSense}. */
  readonly code: number;
  /** The sense is about an earlier command. */
  readonly deferred: boolean;
  /** INFORMATION: for a block device an LBA, or where a comparison failed. undefined when VALID is 0 or it is no safe integer. */
  readonly information: number | undefined;
  /** COMMAND-SPECIFIC INFORMATION; 0 when absent (fixed format cannot tell). */
  readonly commandInformation: number;
  readonly specific: SenseKeySpecific | undefined;
}

/** Sense data with nothing but a key and an additional sense code. */
export function plainSense(key: number, code: number): SenseData {
  return { key, code, deferred: false, information: undefined, commandInformation: 0, specific: undefined };
}

/** How sense data is laid out; the D_SENSE bit of the control mode page chooses. */
export type SenseFormat = "fixed" | "descriptor";

/** Enough for every form that {@link encodeSense} writes; well below the 128 bytes that small iSER buffers hold. */
export const maxEncodedSenseLength = 8 + 12 + 12 + 8;

/**
 * The bytes of sense data. An INFORMATION over 32 bits does not fit the fixed format and is left out there (VALID 0), as SPC-4, 4.5.3 wants it.
 */
export function encodeSense(sense: SenseData, format: SenseFormat): Uint8Array {
  return format === "fixed" ? encodeFixed(sense) : encodeDescriptors(sense);
}

/** Reads either format, as much of it as is there. undefined when it is neither format or too short to hold a sense key. */
export function parseSense(bytes: Uint8Array): SenseData | undefined {
  if (bytes.length < 3) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (view.getUint8(0) & 0x7f) {
    case responseCode.fixedCurrent:
      return parseFixed(view, false);
    case responseCode.fixedDeferred:
      return parseFixed(view, true);
    case responseCode.descriptorCurrent:
      return parseDescriptors(view, false);
    case responseCode.descriptorDeferred:
      return parseDescriptors(view, true);
    default:
      return undefined;
  }
}

/** One line for people: "ILLEGAL REQUEST, INVALID FIELD IN CDB (byte 2, bit 3 of the CDB)". */
export function describeSense(sense: SenseData): string {
  const details: string[] = [];
  if (sense.deferred) details.push("deferred");
  if (sense.information !== undefined) details.push(`information 0x${sense.information.toString(16)}`);
  if (sense.specific !== undefined) details.push(describeSpecific(sense.specific));
  const tail = details.length === 0 ? "" : ` (${details.join("; ")})`;
  return `${senseKeyName(sense.key)}, ${additionalSenseName(sense.code)}${tail}`;
}

const responseCode = { fixedCurrent: 0x70, fixedDeferred: 0x71, descriptorCurrent: 0x72, descriptorDeferred: 0x73 } as const;
const descriptorType = { information: 0x00, commandSpecific: 0x01, senseKeySpecific: 0x02 } as const;

const fixedLength = 18;

function encodeFixed(sense: SenseData): Uint8Array {
  const bytes = new Uint8Array(fixedLength);
  const view = new DataView(bytes.buffer);
  bytes[0] = sense.deferred ? responseCode.fixedDeferred : responseCode.fixedCurrent;
  bytes[2] = sense.key & 0xf;
  if (sense.information !== undefined && sense.information <= 0xffffffff) {
    bytes[0] |= 0x80;
    view.setUint32(3, sense.information);
  }
  bytes[7] = fixedLength - 8;
  if (sense.commandInformation <= 0xffffffff) view.setUint32(8, sense.commandInformation);
  view.setUint16(12, sense.code);
  if (sense.specific !== undefined) writeSpecific(view, 15, sense.specific);
  return bytes;
}

function encodeDescriptors(sense: SenseData): Uint8Array {
  const bytes = new Uint8Array(maxEncodedSenseLength);
  const view = new DataView(bytes.buffer);
  bytes[0] = sense.deferred ? responseCode.descriptorDeferred : responseCode.descriptorCurrent;
  bytes[1] = sense.key & 0xf;
  view.setUint16(2, sense.code);
  let at = 8;
  if (sense.information !== undefined) {
    bytes[at] = descriptorType.information;
    bytes[at + 1] = 10;
    bytes[at + 2] = 0x80;
    writeUint64(view, at + 4, sense.information);
    at += 12;
  }
  if (sense.commandInformation !== 0) {
    bytes[at] = descriptorType.commandSpecific;
    bytes[at + 1] = 10;
    writeUint64(view, at + 4, sense.commandInformation);
    at += 12;
  }
  if (sense.specific !== undefined) {
    bytes[at] = descriptorType.senseKeySpecific;
    bytes[at + 1] = 6;
    writeSpecific(view, at + 4, sense.specific);
    at += 8;
  }
  bytes[7] = at - 8;
  return bytes.subarray(0, at);
}

function writeSpecific(view: DataView, at: number, specific: SenseKeySpecific): void {
  switch (specific.kind) {
    case "field":
      view.setUint8(at, 0x80 | (specific.inCdb ? 0x40 : 0) | bitPointer(specific.bit));
      view.setUint16(at + 1, specific.byte);
      return;
    case "segment":
      view.setUint8(at, 0x80 | (specific.inSegment ? 0x20 : 0) | bitPointer(specific.bit));
      view.setUint16(at + 1, specific.byte);
      return;
    case "progress":
      view.setUint8(at, 0x80);
      view.setUint16(at + 1, specific.progress);
      return;
    case "retries":
      view.setUint8(at, 0x80);
      view.setUint16(at + 1, specific.count);
  }
}

function bitPointer(bit: number | undefined): number {
  return bit === undefined ? 0 : 0x08 | (bit & 0x7);
}

function parseFixed(view: DataView, deferred: boolean): SenseData {
  const key = view.getUint8(2) & 0xf;
  // ADDITIONAL SENSE LENGTH bounds what is meant; what is there bounds what may be read.
  const length = view.byteLength < 8 ? view.byteLength : Math.min(view.byteLength, 8 + view.getUint8(7));
  const valid = (view.getUint8(0) & 0x80) !== 0;
  return {
    key,
    code: length >= 14 ? view.getUint16(12) : length === 13 ? view.getUint8(12) << 8 : 0,
    deferred,
    information: valid && length >= 7 ? view.getUint32(3) : undefined,
    commandInformation: length >= 12 ? view.getUint32(8) : 0,
    specific: length >= 18 ? readSpecific(view, 15, key) : undefined,
  };
}

function parseDescriptors(view: DataView, deferred: boolean): SenseData {
  const key = view.getUint8(1) & 0xf;
  let information: number | undefined;
  let commandInformation = 0;
  let specific: SenseKeySpecific | undefined;
  const end = view.byteLength < 8 ? 0 : Math.min(view.byteLength, 8 + view.getUint8(7));
  let next = 0;
  for (let at = 8; at + 2 <= end; at = next) {
    next = at + 2 + view.getUint8(at + 1);
    if (next > end) break;
    const length = next - at;
    const type = view.getUint8(at);
    if (type === descriptorType.information && length >= 12) {
      const valid = (view.getUint8(at + 2) & 0x80) !== 0;
      information = valid ? readUint64(view, at + 4) : undefined;
    } else if (type === descriptorType.commandSpecific && length >= 12) {
      commandInformation = readUint64(view, at + 4) ?? 0;
    } else if (type === descriptorType.senseKeySpecific && length >= 7) {
      specific = readSpecific(view, at + 4, key);
    }
  }
  const code = view.byteLength >= 4 ? view.getUint16(2) : view.getUint8(2) << 8;
  return { key, code, deferred, information, commandInformation, specific };
}

function readSpecific(view: DataView, at: number, key: number): SenseKeySpecific | undefined {
  const first = view.getUint8(at);
  if ((first & 0x80) === 0) return undefined;
  const value = view.getUint16(at + 1);
  const bit = (first & 0x08) !== 0 ? first & 0x07 : undefined;
  switch (key) {
    case SenseKey.illegalRequest:
      return { kind: "field", inCdb: (first & 0x40) !== 0, byte: value, bit };
    case SenseKey.copyAborted:
      return { kind: "segment", inSegment: (first & 0x20) !== 0, byte: value, bit };
    case SenseKey.noSense:
    case SenseKey.notReady:
      return { kind: "progress", progress: value };
    case SenseKey.recoveredError:
    case SenseKey.mediumError:
    case SenseKey.hardwareError:
      return { kind: "retries", count: value };
    default:
      return undefined;
  }
}

function writeUint64(view: DataView, at: number, value: number): void {
  view.setUint32(at, Math.floor(value / 0x1_0000_0000));
  view.setUint32(at + 4, value >>> 0);
}

function readUint64(view: DataView, at: number): number | undefined {
  const value = view.getUint32(at) * 0x1_0000_0000 + view.getUint32(at + 4);
  return Number.isSafeInteger(value) ? value : undefined;
}

function describeSpecific(specific: SenseKeySpecific): string {
  switch (specific.kind) {
    case "field":
      return `byte ${specific.byte}${bitText(specific.bit)} of the ${specific.inCdb ? "CDB" : "parameter list"}`;
    case "segment":
      return `byte ${specific.byte}${bitText(specific.bit)} of the ${specific.inSegment ? "segment descriptor" : "parameter list"}`;
    case "progress":
      return `${((specific.progress / 65536) * 100).toFixed(1)} % done`;
    case "retries":
      return `${specific.count} retries`;
  }
}

function bitText(bit: number | undefined): string {
  return bit === undefined ? "" : `, bit ${bit}`;
}

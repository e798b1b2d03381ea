import {
  asyncEventName,
  BhsField,
  getAhsLength,
  getDataSegmentLength,
  InitiatorOpcode,
  isImmediate,
  loginStatusReason,
  logoutResponseName,
  opcodeMask,
  opcodeName,
  opcodeOf,
  parseText,
  readUint32,
  rejectReasonName,
  reservedTag,
  TargetOpcode,
} from "#iscsi";
import { decodeLun, describeSense, operationName, parseSense, scsiStatusName } from "#scsi";
import { type Fields, type FieldValue, hex, type Layer } from "./decoded-record.ts";

/** A field of a basic header segment: its name in the standard, where it is, and how it is read. */
type FieldShape = readonly [name: string, at: number, read: (bhs: Uint8Array, at: number) => FieldValue | undefined];

const tag = (bhs: Uint8Array, at: number): FieldValue => hex(readUint32(bhs, at));
const number = (bhs: Uint8Array, at: number): FieldValue => readUint32(bhs, at);
const byte = (bhs: Uint8Array, at: number): FieldValue => bhs[at]!;
const lun = (bhs: Uint8Array, at: number): FieldValue => decodeLun(bhs, at) ?? Buffer.from(bhs.subarray(at, at + 8)).toString("hex");
const bit =
  (mask: number) =>
  (bhs: Uint8Array, at: number): FieldValue =>
    (bhs[at]! & mask) !== 0;
const bits =
  (shift: number, mask: number) =>
  (bhs: Uint8Array, at: number): FieldValue =>
    (bhs[at]! >> shift) & mask;

const requestNumbers: readonly FieldShape[] = [
  ["CmdSN", 24, number],
  ["ExpStatSN", 28, number],
];
const responseNumbers: readonly FieldShape[] = [
  ["StatSN", 24, number],
  ["ExpCmdSN", 28, number],
  ["MaxCmdSN", 32, number],
];
const loginFields: readonly FieldShape[] = [
  ["T", 1, bit(0x80)],
  ["C", 1, bit(0x40)],
  ["CSG", 1, bits(2, 3)],
  ["NSG", 1, bits(0, 3)],
  ["ISID", 8, (bhs, at) => Buffer.from(bhs.subarray(at, at + 6)).toString("hex")],
  ["TSIH", 14, (bhs, at) => (bhs[at]! << 8) | bhs[at + 1]!],
];
const textFields: readonly FieldShape[] = [
  ["F", 1, bit(0x80)],
  ["C", 1, bit(0x40)],
  ["LUN", 8, lun],
  ["TTT", 20, tag],
];
const residual: readonly FieldShape[] = [
  ["O", 1, bit(0x04)],
  ["U", 1, bit(0x02)],
];

/** RFC 7143, 11.3 to 11.19, one row a PDU. */
const shapes: Readonly<Record<number, readonly FieldShape[]>> = {
  [InitiatorOpcode.nopOut]: [["LUN", 8, lun], ["TTT", 20, tag], ...requestNumbers],
  [InitiatorOpcode.scsiCommand]: [
    ["F", 1, bit(0x80)],
    ["R", 1, bit(0x40)],
    ["W", 1, bit(0x20)],
    ["Attribute", 1, bits(0, 7)],
    ["LUN", 8, lun],
    ["ExpectedDataTransferLength", 20, number],
    ...requestNumbers,
    ["Command", 32, (bhs, at) => operationName(bhs.subarray(at, at + 16))],
    ["CDB", 32, (bhs, at) => Buffer.from(bhs.subarray(at, at + 16)).toString("hex")],
  ],
  [InitiatorOpcode.taskManagementRequest]: [
    ["Function", 1, bits(0, 0x7f)],
    ["LUN", 8, lun],
    ["ReferencedTaskTag", 20, tag],
    ...requestNumbers,
    ["RefCmdSN", 32, number],
  ],
  [InitiatorOpcode.loginRequest]: [
    ...loginFields,
    ["VersionMax", 2, byte],
    ["VersionMin", 3, byte],
    ["CID", 20, (bhs, at) => (bhs[at]! << 8) | bhs[at + 1]!],
    ...requestNumbers,
  ],
  [InitiatorOpcode.textRequest]: [...textFields, ...requestNumbers],
  [InitiatorOpcode.dataOut]: [
    ["F", 1, bit(0x80)],
    ["LUN", 8, lun],
    ["TTT", 20, tag],
    ["ExpStatSN", 28, number],
    ["DataSN", 36, number],
    ["BufferOffset", 40, number],
  ],
  [InitiatorOpcode.logoutRequest]: [
    ["Reason", 1, bits(0, 0x7f)],
    ["CID", 20, (bhs, at) => (bhs[at]! << 8) | bhs[at + 1]!],
    ...requestNumbers,
  ],
  [InitiatorOpcode.snackRequest]: [
    ["Type", 1, bits(0, 15)],
    ["LUN", 8, lun],
    ["TTT", 20, tag],
    ["ExpStatSN", 28, number],
    ["BegRun", 40, number],
    ["RunLength", 44, number],
  ],
  [TargetOpcode.nopIn]: [["LUN", 8, lun], ["TTT", 20, tag], ...responseNumbers],
  [TargetOpcode.scsiResponse]: [
    ...residual,
    ["Response", 2, byte],
    ["Status", 3, (bhs, at) => scsiStatusName(bhs[at]!)],
    ...responseNumbers,
    ["ExpDataSN", 36, number],
    ["BidirectionalReadResidualCount", 40, number],
    ["ResidualCount", 44, number],
  ],
  [TargetOpcode.taskManagementResponse]: [["Response", 2, byte], ...responseNumbers],
  [TargetOpcode.loginResponse]: [
    ...loginFields,
    ["VersionMax", 2, byte],
    ["VersionActive", 3, byte],
    ...responseNumbers,
    ["Status", 36, (bhs, at) => hex((bhs[at]! << 8) | bhs[at + 1]!, 4)],
  ],
  [TargetOpcode.textResponse]: [...textFields, ...responseNumbers],
  [TargetOpcode.dataIn]: [
    ["F", 1, bit(0x80)],
    ["A", 1, bit(0x40)],
    ...residual,
    ["S", 1, bit(0x01)],
    ["Status", 3, (bhs, at) => ((bhs[1]! & 1) === 0 ? undefined : scsiStatusName(bhs[at]!))],
    ["LUN", 8, lun],
    ["TTT", 20, tag],
    ...responseNumbers,
    ["DataSN", 36, number],
    ["BufferOffset", 40, number],
    ["ResidualCount", 44, number],
  ],
  [TargetOpcode.logoutResponse]: [
    ["Response", 2, byte],
    ...responseNumbers,
    ["Time2Wait", 40, (bhs, at) => (bhs[at]! << 8) | bhs[at + 1]!],
    ["Time2Retain", 42, (bhs, at) => (bhs[at]! << 8) | bhs[at + 1]!],
  ],
  [TargetOpcode.r2t]: [
    ["LUN", 8, lun],
    ["TTT", 20, tag],
    ...responseNumbers,
    ["R2TSN", 36, number],
    ["BufferOffset", 40, number],
    ["DesiredDataTransferLength", 44, number],
  ],
  [TargetOpcode.asyncMessage]: [
    ["LUN", 8, lun],
    ...responseNumbers,
    ["AsyncEvent", 36, byte],
    ["AsyncVCode", 37, byte],
    ["Parameters", 38, (bhs, at) => Buffer.from(bhs.subarray(at, at + 6)).toString("hex")],
  ],
  [TargetOpcode.reject]: [["Reason", 2, byte], ...responseNumbers, ["DataSN", 36, number]],
};

/** Fields that are on the line; the rest is for `--verbose`. */
const onTheLine = ["LUN", "CmdSN", "StatSN", "TTT", "BufferOffset", "DataSN"];

/**
 * Whether 48 bytes can be a basic header segment: an opcode that is known, and nothing where the standard has nothing. It finds the way back into a stream of which
 * a part is missing, and tells iSCSI from everything else.
 */
export function isPlausibleHeader(bhs: Uint8Array): boolean {
  const opcode = bhs[0]! & opcodeMask;
  const isRequest = opcode < 0x20;
  if ((bhs[0]! & 0x80) !== 0 || shapes[opcode] === undefined || (!isRequest && isImmediate(bhs))) return false;
  if (getAhsLength(bhs) > (opcode === InitiatorOpcode.scsiCommand ? 256 : 0)) return false;
  const [, flags, second, third] = bhs;
  switch (opcode) {
    case InitiatorOpcode.loginRequest:
    case TargetOpcode.loginResponse:
      return second! <= 1 && third! <= 1 && (flags! & 0x30) === 0;
    case TargetOpcode.scsiResponse:
      return (flags! & 0x81) === 0x80;
    case TargetOpcode.dataIn:
      return second === 0 && (flags! & 0x38) === 0;
    case InitiatorOpcode.dataOut:
      return second === 0 && third === 0 && (flags! & 0x7f) === 0;
    case InitiatorOpcode.scsiCommand:
      return second === 0 && third === 0 && (flags! & 0x18) === 0;
    case InitiatorOpcode.textRequest:
    case TargetOpcode.textResponse:
      return second === 0 && third === 0 && (flags! & 0x3f) === 0;
    case TargetOpcode.taskManagementResponse:
    case TargetOpcode.logoutResponse:
    case TargetOpcode.reject:
      return flags === 0x80 && third === 0;
    default:
      return (flags! & 0x80) !== 0 && second === 0 && third === 0;
  }
}

/** A PDU's layer: `bhs` is 48 bytes, `ahs` and `data` what comes with it, without padding. */
export function iscsiLayer(bhs: Uint8Array, ahs: Uint8Array, data: Uint8Array): Layer {
  const opcode = opcodeOf(bhs);
  const own: Record<string, FieldValue> = {};
  for (const [name, at, read] of shapes[opcode] ?? []) {
    const value = read(bhs, at);
    if (value !== undefined) own[name] = value;
  }
  const said = dataFields(opcode, bhs, data);
  const itt = readUint32(bhs, BhsField.initiatorTaskTag);
  const fields: Fields = {
    opcode: hex(opcode, 2),
    name: opcodeName(opcode),
    I: isImmediate(bhs),
    TotalAHSLength: getAhsLength(bhs),
    DataSegmentLength: getDataSegmentLength(bhs),
    ITT: hex(itt),
    ...own,
    ...(ahs.length > 0 && { AHS: Buffer.from(ahs).toString("hex") }),
    ...said,
  };
  return { name: "iSCSI", title: titleOf(opcode, itt, fields, bhs), fields, bytes: Buffer.concat([bhs, ahs, data]) };
}

function titleOf(opcode: number, itt: number, fields: Fields, bhs: Uint8Array): string {
  const words = [opcodeName(opcode)];
  const highlight = highlightOf(opcode, fields, bhs);
  if (highlight !== "") words.push(highlight);
  if (itt !== reservedTag) words.push(`ITT ${hex(itt)}`);
  for (const name of onTheLine) {
    const value = fields[name];
    if (value !== undefined && value !== "0xffffffff") words.push(`${name} ${String(value)}`);
  }
  const length = getDataSegmentLength(bhs);
  if (length > 0) words.push(`${length} bytes`);
  return words.join(" ");
}

/** What a PDU is about, in a few words. */
function highlightOf(opcode: number, fields: Fields, bhs: Uint8Array): string {
  switch (opcode) {
    case InitiatorOpcode.scsiCommand:
      return `${String(fields.Command)} ${fields.R === true ? "R" : ""}${fields.W === true ? "W" : ""}${String(fields.ExpectedDataTransferLength)}`;
    case TargetOpcode.scsiResponse:
      return `${String(fields.Status)}${fields.Sense === undefined ? "" : ` (${String(fields.Sense)})`}`;
    case TargetOpcode.dataIn:
      return fields.Status === undefined ? "" : String(fields.Status);
    case InitiatorOpcode.loginRequest:
      return `CSG ${String(fields.CSG)}${fields.T === true ? ` to ${String(fields.NSG)}` : ""}`;
    case TargetOpcode.loginResponse: {
      const status = (bhs[36]! << 8) | bhs[37]!;
      return status === 0
        ? `CSG ${String(fields.CSG)}${fields.T === true ? ` to ${String(fields.NSG)}` : ""}`
        : `refused: ${loginStatusReason(status)}`;
    }
    case InitiatorOpcode.taskManagementRequest:
      return `${taskFunctions[Number(fields.Function)] ?? `function ${String(fields.Function)}`} of ${String(fields.ReferencedTaskTag)}`;
    case TargetOpcode.taskManagementResponse:
      return `response ${String(fields.Response)}`;
    case TargetOpcode.logoutResponse:
      return logoutResponseName(bhs[2]!);
    case TargetOpcode.r2t:
      return `wants ${String(fields.DesiredDataTransferLength)}`;
    case TargetOpcode.asyncMessage:
      return asyncEventName(bhs[36]!);
    case TargetOpcode.reject:
      return rejectReasonName(bhs[2]!);
    default:
      return "";
  }
}

const taskFunctions: Readonly<Record<number, string>> = {
  1: "ABORT TASK",
  2: "ABORT TASK SET",
  3: "CLEAR ACA",
  4: "CLEAR TASK SET",
  5: "LOGICAL UNIT RESET",
  6: "TARGET WARM RESET",
  7: "TARGET COLD RESET",
  8: "TASK REASSIGN",
};

/** Text as its pairs, sense data in words. */
function dataFields(opcode: number, bhs: Uint8Array, data: Uint8Array): Fields {
  if (data.length === 0) return {};
  switch (opcode) {
    case InitiatorOpcode.loginRequest:
    case TargetOpcode.loginResponse:
    case InitiatorOpcode.textRequest:
    case TargetOpcode.textResponse:
      return { Text: textOf(data) };
    case TargetOpcode.scsiResponse: {
      if (bhs[2] !== 0 || data.length < 2) return {};
      const sense = parseSense(data.subarray(2, 2 + ((data[0]! << 8) | data[1]!)));
      return sense === undefined ? {} : { Sense: describeSense(sense) };
    }
    default:
      return {};
  }
}

/** A text may go on in the next PDU, so what is no pair is shown as it is. */
function textOf(data: Uint8Array): readonly string[] {
  try {
    return parseText(data).map(({ key, value }) => `${key}=${value}`);
  } catch {
    return Buffer.from(data)
      .toString("latin1")
      .split("\0")
      .filter((part) => part !== "");
  }
}

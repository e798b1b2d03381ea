import { IserField, IserFlag, IserOpcode, iserHeaderLength } from "#datamover";
import { bhsLength, getAhsLength, getDataSegmentLength, InitiatorOpcode, opcodeOf } from "#iscsi";
import {
  DdpControl,
  ddpHeaderLength,
  describeTerminate,
  parseTerminate,
  RdmapControl,
  RdmapOpcode,
  ReadRequestField,
  rdmapOpcodeName,
  readRequestLength,
  TaggedField,
  UntaggedField,
} from "#iwarp";
import { type Fields, hex, hexOffset, type Layer } from "./decoded-record.ts";
import { iscsiLayer } from "./iscsi-pdu.ts";

/** A DDP segment taken apart: what its header says, and what it carries. */
export interface Segment {
  readonly isTagged: boolean;
  readonly isLast: boolean;
  readonly opcode: number;
  readonly messageNumber: number;
  readonly messageOffset: number;
  readonly header: Uint8Array;
  readonly payload: Uint8Array;
}

const tagged = new Set<number>([RdmapOpcode.rdmaWrite, RdmapOpcode.readResponse]);

/** Whether an FPDU that begins so carries a segment: both versions, reserved bits, and the kind of header that the opcode has. `ulpdu` may be cut. */
export function isPlausibleSegment(length: number, ulpdu: Uint8Array): boolean {
  const [control = 0, rdmap = 0] = ulpdu;
  const opcode = rdmap & RdmapControl.opcodeMask;
  const isTagged = (control & DdpControl.tagged) !== 0;
  if ((control & 0x3f) !== DdpControl.version || (rdmap & 0xf0) !== RdmapControl.version || opcode > RdmapOpcode.terminate) return false;
  if (isTagged !== tagged.has(opcode) || length < ddpHeaderLength(control)) return false;
  if (isTagged || ulpdu.length < UntaggedField.queue + 4) return true;
  return viewOf(ulpdu).getUint32(UntaggedField.queue) === queueOf(opcode);
}

/** Whether an initiator of iSER sent what begins so, and is plausible; undefined where it does not tell. */
export function isOfInitiator(ulpdu: Uint8Array): boolean | undefined {
  const opcode = ulpdu[1]! & RdmapControl.opcodeMask;
  // Only a target reads and writes the other's memory. Ready-to-receive messages (RFC 6581, 9.1) name none of it.
  if (opcode === RdmapOpcode.readResponse) return true;
  if (opcode === RdmapOpcode.readRequest) return false;
  if (opcode === RdmapOpcode.rdmaWrite) return ulpdu.length > ddpHeaderLength(ulpdu[0]!) ? false : undefined;
  if (opcode === RdmapOpcode.terminate) return undefined;
  if (ulpdu.length < ddpHeaderLength(ulpdu[0]!) + iserHeaderLength + bhsLength) return undefined;
  const { payload, messageOffset } = readSegment(ulpdu);
  if (messageOffset !== 0 || payload[IserField.opcodeAndFlags]! >> 4 !== IserOpcode.control) return undefined;
  return opcodeOf(payload.subarray(iserHeaderLength)) <= InitiatorOpcode.snackRequest;
}

/** The untagged queue that an opcode belongs to (RFC 5040, 4.4). */
function queueOf(opcode: number): number {
  if (opcode === RdmapOpcode.readRequest) return 1;
  return opcode === RdmapOpcode.terminate ? 2 : 0;
}

/** `ulpdu` is plausible, and whole. */
export function readSegment(ulpdu: Uint8Array): Segment {
  const view = viewOf(ulpdu);
  const control = ulpdu[0]!;
  const isTagged = (control & DdpControl.tagged) !== 0;
  const headerLength = ddpHeaderLength(control);
  return {
    isTagged,
    isLast: (control & DdpControl.last) !== 0,
    opcode: ulpdu[1]! & RdmapControl.opcodeMask,
    messageNumber: isTagged ? 0 : view.getUint32(UntaggedField.messageNumber),
    messageOffset: isTagged ? 0 : view.getUint32(UntaggedField.messageOffset),
    header: ulpdu.subarray(0, headerLength),
    payload: ulpdu.subarray(headerLength),
  };
}

export function ddpLayer({ isTagged, isLast, header, payload }: Segment): Layer {
  const view = viewOf(header);
  const common = { T: isTagged, L: isLast };
  const fields: Fields = isTagged
    ? {
        ...common,
        STag: hex(view.getUint32(TaggedField.stag)),
        TO: hexOffset(view.getUint32(TaggedField.offsetHigh), view.getUint32(TaggedField.offsetLow)),
        length: payload.length,
      }
    : {
        ...common,
        QN: view.getUint32(UntaggedField.queue),
        MSN: view.getUint32(UntaggedField.messageNumber),
        MO: view.getUint32(UntaggedField.messageOffset),
        length: payload.length,
      };
  return { name: "DDP", title: "", fields };
}

/** What RDMAP says: for a Read Request and a Terminate, all of it; for what carries data, where to and how much. */
export function rdmapLayer(segment: Segment): Layer {
  const { isTagged, isLast, opcode, header, payload, messageNumber, messageOffset } = segment;
  const view = viewOf(header);
  const name = rdmapOpcodeName(opcode);
  const more = isLast ? "" : ", more to come";
  const base = { opcode: hex(opcode, 2), name };
  if (isTagged) {
    const stag = hex(view.getUint32(TaggedField.stag));
    const offset = hexOffset(view.getUint32(TaggedField.offsetHigh), view.getUint32(TaggedField.offsetLow));
    return { name: "RDMAP", title: `${name} ${payload.length} bytes to ${stag} at ${offset}${more}`, fields: base, bytes: payload };
  }
  if (opcode === RdmapOpcode.readRequest && payload.length >= readRequestLength) return readRequestLayer(name, base, payload);
  if (opcode === RdmapOpcode.terminate) return terminateLayer(name, base, payload);
  const invalidates = opcode === RdmapOpcode.sendInvalidate || opcode === RdmapOpcode.sendSolicitedInvalidate;
  const stag = hex(view.getUint32(UntaggedField.invalidateStag));
  const at = messageOffset === 0 ? "" : ` from ${messageOffset}`;
  return {
    name: "RDMAP",
    title: `${name}${invalidates ? ` ${stag}` : ""} MSN ${messageNumber} ${payload.length} bytes${at}${more}`,
    fields: invalidates ? { ...base, InvalidateSTag: stag } : base,
  };
}

function readRequestLayer(name: string, base: Fields, payload: Uint8Array): Layer {
  const view = viewOf(payload);
  const fields: Fields = {
    ...base,
    SinkSTag: hex(view.getUint32(ReadRequestField.sinkStag)),
    SinkTO: hexOffset(view.getUint32(ReadRequestField.sinkOffsetHigh), view.getUint32(ReadRequestField.sinkOffsetLow)),
    RDMARDSZ: view.getUint32(ReadRequestField.length),
    SrcSTag: hex(view.getUint32(ReadRequestField.sourceStag)),
    SrcTO: hexOffset(view.getUint32(ReadRequestField.sourceOffsetHigh), view.getUint32(ReadRequestField.sourceOffsetLow)),
  };
  const title = `${name} ${String(fields.RDMARDSZ)} bytes of ${String(fields.SrcSTag)} at ${String(fields.SrcTO)} to ${String(fields.SinkSTag)}`;
  return { name: "RDMAP", title, fields, bytes: payload };
}

function terminateLayer(name: string, base: Fields, payload: Uint8Array): Layer {
  const terminate = parseTerminate(payload);
  if (terminate === undefined) return { name: "RDMAP", title: `${name} without a reason`, fields: base, bytes: payload };
  const { code } = terminate;
  const fields: Fields = { ...base, layer: code >> 12, etype: (code >> 8) & 15, errorCode: code & 0xff };
  return { name: "RDMAP", title: `${name}: ${describeTerminate(terminate)}`, fields, bytes: payload };
}

/** What is in a whole Send: iSER, and iSCSI in it. `problem` when it is not. */
export function sendLayers(message: Uint8Array): { readonly layers: readonly Layer[]; readonly problem?: string } {
  if (message.length < iserHeaderLength) return { layers: [], problem: `a Send of ${message.length} bytes, too short for an iSER header` };
  const header = message.subarray(0, iserHeaderLength);
  const view = viewOf(header);
  const first = header[IserField.opcodeAndFlags]!;
  const opcode = first >> 4;
  if (opcode === IserOpcode.hello || opcode === IserOpcode.helloReply) return { layers: [helloLayer(opcode, header)] };
  if (opcode !== IserOpcode.control) return { layers: [], problem: `a Send that is no iSER message (opcode ${opcode})` };
  const iser = controlLayer(first, view, header);
  const pdu = message.subarray(iserHeaderLength);
  if (pdu.length < bhsLength) return { layers: [iser], problem: `${pdu.length} bytes behind the iSER header, too few for an iSCSI PDU` };
  const dataAt = bhsLength + getAhsLength(pdu);
  const dataEnd = dataAt + getDataSegmentLength(pdu);
  const problem = dataEnd > pdu.length ? `the PDU says it has ${dataEnd} bytes, and there are ${pdu.length}` : undefined;
  const data = pdu.subarray(Math.min(dataAt, pdu.length), Math.min(dataEnd, pdu.length));
  const layer = iscsiLayer(pdu.subarray(0, bhsLength), pdu.subarray(bhsLength, dataAt), data);
  return { layers: [iser, layer], ...(problem !== undefined && { problem }) };
}

function controlLayer(first: number, view: DataView, header: Uint8Array): Layer {
  const isWrite = (first & IserFlag.writeStagValid) !== 0;
  const isRead = (first & IserFlag.readStagValid) !== 0;
  const stags: Record<string, string> = {};
  if (isWrite) {
    stags.WriteSTag = hex(view.getUint32(IserField.writeStag));
    stags.WriteBaseOffset = hexOffset(view.getUint32(IserField.writeOffsetHigh), view.getUint32(IserField.writeOffsetLow));
  }
  if (isRead) {
    stags.ReadSTag = hex(view.getUint32(IserField.readStag));
    stags.ReadBaseOffset = hexOffset(view.getUint32(IserField.readOffsetHigh), view.getUint32(IserField.readOffsetLow));
  }
  const title = [isWrite ? `W ${stags.WriteSTag}` : "", isRead ? `R ${stags.ReadSTag}` : ""].filter((part) => part !== "").join(" ");
  return {
    name: "iSER",
    title,
    fields: { opcode: hex(IserOpcode.control, 2), name: "control", WSV: isWrite, RSV: isRead, ...stags },
    bytes: header,
  };
}

function helloLayer(opcode: number, header: Uint8Array): Layer {
  const name = opcode === IserOpcode.hello ? "Hello" : "HelloReply";
  const [first = 0, versions = 0] = header;
  const depth = (header[2]! << 8) | header[3]!;
  const fields: Fields =
    opcode === IserOpcode.hello
      ? { opcode: hex(opcode, 2), name, MaxVer: versions >> 4, MinVer: versions & 15, "iSER-IRD": depth }
      : { opcode: hex(opcode, 2), name, REJ: (first & 1) !== 0, MaxVer: versions >> 4, CurVer: versions & 15, "iSER-ORD": depth };
  return { name: "iSER", title: name, fields, bytes: header };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

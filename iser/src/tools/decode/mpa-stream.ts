import { fastestCrc32c } from "#bytes";
import {
  type MpaFrame,
  type MpaFrameKind,
  maxPrivateDataLength,
  mpaFrameLength,
  mpaHeaderLength,
  parseMpaFrame,
  RdmapOpcode,
  startsMpaFrame,
} from "#iwarp";
import { ByteQueue } from "./byte-queue.ts";
import type { EmitRecord, Fields, Layer } from "./decoded-record.ts";
import { ddpLayer, isPlausibleSegment, rdmapLayer, readSegment, type Segment, sendLayers } from "./rdmap-message.ts";
import type { Moment, StreamReader } from "./tcp-stream.ts";

/** What the two frames at the beginning agreed on; shared by both directions. */
export interface MpaAgreed {
  /** Undefined where the beginning is not in the capture: then each FPDU is judged by itself. */
  crc: boolean | undefined;
  markers: boolean;
}

const lengthField = 2;
const crcLength = 4;
/** The bytes of an FPDU that tell whether it is one: its length, and the untagged header as far as the queue. */
const telling = lengthField + 10;
/** A Send holds a PDU: nobody agrees to more data in one. */
const longestSend = 1024 * 1024;

/** iWARP, one direction: the MPA frame that begins it, then FPDUs, and in them what DDP, RDMAP, iSER and iSCSI say. */
export class MpaStream implements StreamReader {
  readonly #emit: EmitRecord;
  readonly #agreed: MpaAgreed;
  readonly #queue = new ByteQueue();
  #isAligned = false;
  /** What has come so far is the beginning of everything, and too short to tell. */
  #awaitsStart = false;
  #skipped = 0;
  #moment: Moment = { frame: 0, timeUs: 0 };
  /** A Send that comes in parts. */
  #send: Uint8Array[] = [];
  #sendLength = 0;
  #sendNumber = -1;

  constructor(emit: EmitRecord, agreed: MpaAgreed) {
    this.#emit = emit;
    this.#agreed = agreed;
  }

  bytes(bytes: Uint8Array, moment: Moment, isStart: boolean): void {
    this.#moment = moment;
    this.#queue.push(bytes);
    if (this.#frame()) return;
    if (!this.#isAligned && !this.#align(isStart)) return;
    while (this.#isAligned && this.#fpdu());
  }

  gap(count: number, moment: Moment): void {
    this.#moment = moment;
    this.#lose(`${count} bytes are not in the capture`);
  }

  // -------------------------------------------------------------------------------------------------------------- MPA frames

  /** Takes the frame that the queue begins with, if there is one. True as long as it is not whole. */
  #frame(): boolean {
    for (const kind of ["request", "reply"] as const) {
      const known = Math.min(this.#queue.length, mpaHeaderLength);
      if (this.#isAligned || known < 4 || !startsMpaFrame(kind, this.#queue.peek(known), known)) continue;
      if (known < mpaHeaderLength) return true;
      const length = mpaFrameLength(this.#queue.peek(mpaHeaderLength));
      if (length > mpaHeaderLength + maxPrivateDataLength) {
        this.#lose(`an MPA frame that says it is ${length} bytes long`);
        return true;
      }
      if (this.#queue.length < length) return true;
      this.#takeFrame(kind, this.#queue.take(length));
      this.#isAligned = true;
    }
    return false;
  }

  #takeFrame(kind: MpaFrameKind, bytes: Uint8Array): void {
    const frame = parseMpaFrame(kind, bytes);
    if (frame === undefined) {
      this.#emit({ ...this.#moment, layers: [], problem: "an MPA frame too short for what it says it is" });
      return;
    }
    this.#agreed.crc = this.#agreed.crc === true || frame.crc;
    this.#agreed.markers ||= frame.markers;
    this.#emit({ ...this.#moment, layers: [frameLayer(frame, bytes)] });
  }

  // ------------------------------------------------------------------------------------------------------------------- FPDUs

  /** Senders begin an FPDU with a segment, if they can. */
  #align(isStart: boolean): boolean {
    this.#awaitsStart ||= isStart;
    if (this.#queue.length < telling && this.#awaitsStart) return false;
    this.#awaitsStart = false;
    if (this.#queue.length >= telling && this.#isFpdu(this.#queue.peek(telling))) {
      this.#isAligned = true;
      if (this.#skipped > 0) this.#emit({ ...this.#moment, layers: [], problem: `${this.#skipped} bytes could not be read` });
      this.#skipped = 0;
      return true;
    }
    this.#skipped += this.#queue.length;
    this.#queue.clear();
    return false;
  }

  #isFpdu(head: Uint8Array): boolean {
    return isPlausibleSegment((head[0]! << 8) | head[1]!, head.subarray(lengthField));
  }

  #lose(problem: string): void {
    this.#emit({ ...this.#moment, layers: [], problem });
    this.#isAligned = false;
    this.#queue.clear();
    this.#forgetSend();
  }

  #fpdu(): boolean {
    if (this.#queue.length < lengthField) return false;
    const head = this.#queue.peek(lengthField);
    const length = (head[0]! << 8) | head[1]!;
    const crcAt = (lengthField + length + 3) & ~3;
    if (this.#queue.length < crcAt + crcLength) {
      // What is known of it may already tell that it is none: otherwise the rest of the stream would be waited for.
      if (this.#queue.length < telling || length === 0 || this.#isFpdu(this.#queue.peek(telling))) return false;
      this.#lose("what follows is no FPDU");
      return false;
    }
    if (length > 0 && !isPlausibleSegment(length, this.#queue.peek(lengthField + length).subarray(lengthField))) {
      this.#lose(this.#agreed.markers ? "the stream has markers, which are not understood here" : "what follows is no FPDU");
      return false;
    }
    const fpdu = this.#queue.take(crcAt + crcLength);
    this.#takeFpdu(fpdu, length, crcAt);
    return true;
  }

  #takeFpdu(fpdu: Uint8Array, length: number, crcAt: number): void {
    const crc = this.#crcOf(fpdu, crcAt);
    const mpa: Layer = { name: "MPA", title: "", fields: { length, padding: crcAt - lengthField - length, CRC: crc } };
    const problems = crc === "wrong" ? ["the CRC does not match"] : [];
    if (length === 0) {
      this.#emit({
        ...this.#moment,
        layers: [{ ...mpa, title: "FPDU without content" }],
        ...(problems.length > 0 && { problem: problems.join() }),
      });
      return;
    }
    const segment = readSegment(fpdu.subarray(lengthField, lengthField + length));
    const layers: Layer[] = [mpa, ddpLayer(segment), rdmapLayer(segment)];
    if (isSend(segment)) {
      const inside = this.#collect(segment);
      layers.push(...inside.layers);
      if (inside.problem !== undefined) problems.push(inside.problem);
    }
    this.#emit({ ...this.#moment, layers, ...(problems.length > 0 && { problem: problems.join("; ") }) });
  }

  #crcOf(fpdu: Uint8Array, crcAt: number): string {
    const said = new DataView(fpdu.buffer, fpdu.byteOffset).getUint32(crcAt, true);
    if (this.#agreed.crc === false || (this.#agreed.crc === undefined && said === 0)) return said === 0 ? "off" : "off, and not zero";
    return said === fastestCrc32c().update(0, fpdu, 0, crcAt) ? "right" : "wrong";
  }

  /** A Send's content, with the segment that completes it. */
  #collect({ messageNumber, messageOffset, isLast, payload }: Segment): ReturnType<typeof sendLayers> {
    if (messageOffset === 0) {
      this.#forgetSend();
      this.#sendNumber = messageNumber;
    }
    if (messageNumber !== this.#sendNumber || messageOffset !== this.#sendLength) {
      this.#forgetSend();
      return { layers: [], problem: "the beginning of this Send is not in the capture" };
    }
    if (isLast && messageOffset === 0) return sendLayers(payload);
    this.#send.push(payload);
    this.#sendLength += payload.length;
    if (this.#sendLength > longestSend) {
      this.#forgetSend();
      return { layers: [], problem: `a Send of more than ${longestSend} bytes` };
    }
    if (!isLast) return { layers: [] };
    const message = Buffer.concat(this.#send);
    this.#forgetSend();
    return sendLayers(message);
  }

  #forgetSend(): void {
    this.#send = [];
    this.#sendLength = 0;
    this.#sendNumber = -1;
  }
}

function isSend({ opcode }: Segment): boolean {
  return opcode >= RdmapOpcode.send && opcode <= RdmapOpcode.sendSolicitedInvalidate;
}

function frameLayer({ kind, markers, crc, rejected, revision, enhanced, privateData }: MpaFrame, bytes: Uint8Array): Layer {
  const flags = [markers && "markers", crc ? "CRC" : "no CRC", rejected && "refused"].filter((flag) => flag !== false);
  const depths = enhanced === undefined ? "" : ` IRD ${enhanced.inboundReadDepth} ORD ${enhanced.outboundReadDepth}`;
  const fields: Fields = {
    name: `MPA ${kind}`,
    M: markers,
    C: crc,
    R: rejected,
    S: enhanced !== undefined,
    revision,
    ...(enhanced !== undefined && {
      IRD: enhanced.inboundReadDepth,
      ORD: enhanced.outboundReadDepth,
      peerToPeer: enhanced.peerToPeer,
      zeroLengthFpduRTR: enhanced.zeroLengthFpdu,
      rdmaWriteRTR: enhanced.rdmaWrite,
      rdmaReadRTR: enhanced.rdmaRead,
    }),
    privateData: Buffer.from(privateData).toString("hex"),
  };
  const data = privateData.length === 0 ? "" : ` private data ${Buffer.from(privateData.subarray(0, 8)).toString("hex")}`;
  return { name: "MPA", title: `MPA ${kind}: revision ${revision}, ${flags.join(", ")}${depths}${data}`, fields, bytes };
}

import { fastestCrc32c } from "#bytes";
import { bhsLength, getAhsLength, getDataSegmentLength, InitiatorOpcode, opcodeOf, paddedLength, TargetOpcode } from "#iscsi";
import { ByteQueue } from "./byte-queue.ts";
import type { EmitRecord, Layer } from "./decoded-record.ts";
import { iscsiLayer, isPlausibleHeader } from "./iscsi-pdu.ts";
import type { Moment, StreamReader } from "./tcp-stream.ts";

/** Digests of a connection: agreed in its login, or found out where that is not in the capture. Shared by both directions. */
export interface Digests {
  header: boolean | undefined;
  data: boolean | undefined;
}

const digestLength = 4;
const fullFeaturePhase = 3;

/** iSCSI over TCP, one direction. */
export class IscsiStream implements StreamReader {
  readonly #emit: EmitRecord;
  readonly #digests: Digests;
  readonly #queue = new ByteQueue();
  /** Where PDUs begin is known. */
  #isAligned = false;
  /** What has come so far is the beginning of everything, and too short to tell. */
  #awaitsStart = false;
  #skipped = 0;
  #moment: Moment = { frame: 0, timeUs: 0 };
  /** What the target agreed to so far, for the end of the login. */
  #offered: Digests = { header: undefined, data: undefined };

  constructor(emit: EmitRecord, digests: Digests) {
    this.#emit = emit;
    this.#digests = digests;
  }

  bytes(bytes: Uint8Array, moment: Moment, isStart: boolean): void {
    this.#moment = moment;
    this.#queue.push(bytes);
    if (!this.#isAligned && !this.#align(isStart)) return;
    while (this.#isAligned && this.#pdu());
  }

  gap(count: number, moment: Moment): void {
    this.#moment = moment;
    this.#lose(`${count} bytes are not in the capture`);
  }

  /** A header is looked for where a segment begins: senders begin PDUs there, now and then. */
  #align(isStart: boolean): boolean {
    this.#awaitsStart ||= isStart;
    if (this.#queue.length < bhsLength && this.#awaitsStart) return false;
    this.#awaitsStart = false;
    if (this.#queue.length >= bhsLength && isPlausibleHeader(this.#queue.peek(bhsLength))) {
      this.#isAligned = true;
      if (this.#skipped > 0) this.#emit({ ...this.#moment, layers: [], problem: `${this.#skipped} bytes could not be read` });
      this.#skipped = 0;
      return true;
    }
    this.#skipped += this.#queue.length;
    this.#queue.clear();
    return false;
  }

  #lose(problem: string): void {
    this.#emit({ ...this.#moment, layers: [], problem });
    this.#isAligned = false;
    this.#queue.clear();
  }

  #pdu(): boolean {
    if (this.#queue.length < bhsLength) return false;
    const bhs = this.#queue.peek(bhsLength);
    if (!isPlausibleHeader(bhs)) {
      this.#skipped += this.#queue.length;
      this.#lose("what follows is no iSCSI PDU");
      return false;
    }
    const opcode = opcodeOf(bhs);
    const isLogin = opcode === InitiatorOpcode.loginRequest || opcode === TargetOpcode.loginResponse;
    const headerEnd = bhsLength + getAhsLength(bhs);
    const dataLength = getDataSegmentLength(bhs);
    if (!isLogin) this.#digests.header ??= this.#digestAt(0, headerEnd);
    const header = isLogin ? false : this.#digests.header;
    if (header === undefined) return false;
    const dataStart = headerEnd + (header ? digestLength : 0);
    const dataEnd = dataStart + paddedLength(dataLength);
    if (this.#queue.length < dataEnd) return false;
    const mayHaveDigest = !isLogin && dataLength > 0;
    if (mayHaveDigest) this.#digests.data ??= this.#digestAt(dataStart, dataEnd);
    const data = mayHaveDigest ? this.#digests.data : false;
    const end = dataEnd + (data === true ? digestLength : 0);
    if (data === undefined || this.#queue.length < end) return false;
    this.#take(this.#queue.take(end), headerEnd, dataStart, dataLength, dataEnd);
    return true;
  }

  /** Whether a digest is behind these bytes, where no login told: it is there when it matches, and not when nothing is there. Undefined: more must come. */
  #digestAt(start: number, end: number): boolean | undefined {
    if (this.#queue.length === end) return false;
    if (this.#queue.length < end + digestLength) return undefined;
    const bytes = this.#queue.peek(end + digestLength);
    return littleEndian(bytes, end) === crcOf(bytes.subarray(start, end));
  }

  #take(pdu: Uint8Array, headerEnd: number, dataStart: number, dataLength: number, dataEnd: number): void {
    const problems: string[] = [];
    const matches = (start: number, end: number): boolean => littleEndian(pdu, end) === crcOf(pdu.subarray(start, end));
    if (dataStart > headerEnd && !matches(0, headerEnd)) problems.push("the header digest does not match");
    if (pdu.length > dataEnd && !matches(dataStart, dataEnd)) problems.push("the data digest does not match");
    const layer = iscsiLayer(
      pdu.subarray(0, bhsLength),
      pdu.subarray(bhsLength, headerEnd),
      pdu.subarray(dataStart, dataStart + dataLength),
    );
    this.#learn(layer);
    this.#emit({ ...this.#moment, layers: [layer], ...(problems.length > 0 && { problem: problems.join("; ") }) });
  }

  /** Digests begin behind the last Login Response (RFC 7143, 6.3). */
  #learn({ fields }: Layer): void {
    if (fields.name !== "Login Response") return;
    for (const pair of Array.isArray(fields.Text) ? (fields.Text as readonly string[]) : []) {
      if (pair.startsWith("HeaderDigest=")) this.#offered.header = pair.endsWith("=CRC32C");
      if (pair.startsWith("DataDigest=")) this.#offered.data = pair.endsWith("=CRC32C");
    }
    if (fields.T !== true || fields.NSG !== fullFeaturePhase || fields.Status !== "0x0000") return;
    this.#digests.header = this.#offered.header === true;
    this.#digests.data = this.#offered.data === true;
    this.#offered = { header: undefined, data: undefined };
  }
}

function crcOf(bytes: Uint8Array): number {
  return fastestCrc32c().update(0, bytes, 0, bytes.length);
}

function littleEndian(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);
}

import { ByteQueue } from "./byte-queue.ts";
import { CaptureError } from "./capture-error.ts";
import { type CapturedPacket, type CaptureInterface, interfaceFrom, packetTimeUs } from "./capture-interface.ts";

/** A capture file in the middle of being read. */
type Format = "unknown" | "pcap" | "pcapng";

/** No packet of ours or theirs is as long: what claims to be is damage. Checked before memory is taken. */
const longestBlock = 16 * 1024 * 1024;

const BlockType = { section: 0x0a0d0d0a, interface: 1, obsoletePacket: 2, simplePacket: 3, enhancedPacket: 6 } as const;
const byteOrderMagic = 0x1a2b3c4d;
const PcapMagic = { microseconds: 0xa1b2c3d4, nanoseconds: 0xa1b23c4d, modified: 0xa1b2cd34 } as const;
const pcapHeaderLength = 24;
const pcapRecordLength = 16;

/**
 * Cuts a capture file into packets, from pieces of any size: pcapng (draft-ietf-opsawg-pcapng) with any number of sections and interfaces, and the older pcap in both
 * byte orders and both resolutions.
 */
export class CaptureParser {
  readonly #onPacket: (packet: CapturedPacket) => void;
  readonly #queue = new ByteQueue();
  #format: Format = "unknown";
  #littleEndian = true;
  #interfaces: CaptureInterface[] = [];
  /** Where in the file the queue begins. */
  #offset = 0;
  #frames = 0;

  constructor(onPacket: (packet: CapturedPacket) => void) {
    this.#onPacket = onPacket;
  }

  /** How many packets there were so far. */
  get frames(): number {
    return this.#frames;
  }

  /** Throws a CaptureError when the file is none, or cannot go on. */
  push(bytes: Uint8Array): void {
    this.#queue.push(bytes);
    while (this.#step());
  }

  /** The file is over. Throws a CaptureError when something was missing. */
  end(): void {
    if (this.#offset === 0 && this.#queue.length === 0) throw new CaptureError("the file is empty");
    if (this.#format === "unknown") throw new CaptureError("the file is too short to be a capture");
    if (this.#queue.length === 0) return;
    throw new CaptureError(`the file ends in the middle of a packet, after ${this.#offset + this.#queue.length} bytes: it was cut short`);
  }

  /** Whether there was enough to go on with. */
  #step(): boolean {
    if (this.#format === "unknown") return this.#begin();
    return this.#format === "pcap" ? this.#pcapRecord() : this.#block();
  }

  #take(count: number): DataView {
    this.#offset += count;
    return viewOf(this.#queue.take(count));
  }

  #begin(): boolean {
    if (this.#queue.length < 4) return false;
    const view = viewOf(this.#queue.peek(4));
    if (view.getUint32(0) === BlockType.section) {
      this.#format = "pcapng";
      return true;
    }
    const magics: readonly number[] = Object.values(PcapMagic);
    this.#littleEndian = magics.includes(view.getUint32(0, true));
    const magic = view.getUint32(0, this.#littleEndian);
    if (!magics.includes(magic) || magic === PcapMagic.modified) throw new CaptureError(notACapture(view));
    if (this.#queue.length < pcapHeaderLength) return false;
    const header = this.#take(pcapHeaderLength);
    this.#format = "pcap";
    const ticksPerSecond = magic === PcapMagic.nanoseconds ? 1e9 : 1e6;
    this.#interfaces = [{ linkType: header.getUint32(20, this.#littleEndian) & 0xffff, ticksPerSecond, offsetSeconds: 0, snapLength: 0 }];
    return true;
  }

  #pcapRecord(): boolean {
    if (this.#queue.length < pcapRecordLength) return false;
    const header = viewOf(this.#queue.peek(pcapRecordLength));
    const little = this.#littleEndian;
    const length = header.getUint32(8, little);
    this.#demandLength(length, "packet");
    if (this.#queue.length < pcapRecordLength + length) return false;
    const [only] = this.#interfaces;
    const originalLength = header.getUint32(12, little);
    const timeUs = header.getUint32(0, little) * 1e6 + (header.getUint32(4, little) / only!.ticksPerSecond) * 1e6;
    this.#take(pcapRecordLength);
    this.#packet(only!, timeUs, bytesOf(this.#take(length)), originalLength);
    return true;
  }

  // ------------------------------------------------------------------------------------------------------------------ pcapng

  /** Blocks say their type and their length, and the length once more behind them. */
  #block(): boolean {
    if (this.#queue.length < 12) return false;
    const head = viewOf(this.#queue.peek(12));
    if (head.getUint32(0) === BlockType.section) this.#littleEndian = this.#orderOf(head);
    const little = this.#littleEndian;
    const length = head.getUint32(4, little);
    this.#demandLength(length, "block");
    if (length < 12 || length % 4 !== 0) throw this.#damaged(`a block that says it is ${length} bytes long`);
    if (this.#queue.length < length) return false;
    const start = this.#offset;
    const block = this.#take(length);
    if (block.getUint32(length - 4, little) !== length) {
      throw new CaptureError(`the block at byte ${start} says two different lengths: the file is damaged`);
    }
    const body = new DataView(block.buffer, block.byteOffset + 8, length - 12);
    this.#understand(block.getUint32(0, little), body, start);
    return true;
  }

  #orderOf(head: DataView): boolean {
    if (head.getUint32(8, true) === byteOrderMagic) return true;
    if (head.getUint32(8, false) === byteOrderMagic) return false;
    throw this.#damaged("a section that does not say its byte order");
  }

  #understand(type: number, body: DataView, start: number): void {
    const little = this.#littleEndian;
    const demand = (length: number): void => {
      if (body.byteLength < length) throw new CaptureError(`the block at byte ${start} is too short for what it is: the file is damaged`);
    };
    switch (type) {
      case BlockType.section:
        this.#interfaces = [];
        break;
      case BlockType.interface:
        demand(8);
        this.#interfaces.push(interfaceFrom(body, little));
        break;
      case BlockType.enhancedPacket:
        demand(20);
        this.#pcapngPacket(body, body.getUint32(0, little), 20, start);
        break;
      case BlockType.obsoletePacket:
        demand(20);
        this.#pcapngPacket(body, body.getUint16(0, little), 20, start);
        break;
      case BlockType.simplePacket: {
        demand(4);
        const only = this.#interface(0, start);
        const originalLength = body.getUint32(0, little);
        const held = Math.min(originalLength, only.snapLength === 0 ? originalLength : only.snapLength, body.byteLength - 4);
        this.#packet(only, 0, bytesOf(body).subarray(4, 4 + held), originalLength);
        break;
      }
      default: // names, statistics, comments: nothing of it was on the wire
    }
  }

  #pcapngPacket(body: DataView, id: number, dataAt: number, start: number): void {
    const little = this.#littleEndian;
    const from = this.#interface(id, start);
    const held = body.getUint32(12, little);
    if (dataAt + held > body.byteLength)
      throw new CaptureError(`the packet at byte ${start} is longer than its block: the file is damaged`);
    const timeUs = packetTimeUs(from, body.getUint32(4, little), body.getUint32(8, little));
    this.#packet(from, timeUs, bytesOf(body).subarray(dataAt, dataAt + held), body.getUint32(16, little));
  }

  #interface(id: number, start: number): CaptureInterface {
    const found = this.#interfaces[id];
    if (found === undefined)
      throw new CaptureError(`the packet at byte ${start} is of interface ${id}, which there is none of: the file is damaged`);
    return found;
  }

  #packet({ linkType }: CaptureInterface, timeUs: number, bytes: Uint8Array, originalLength: number): void {
    this.#frames += 1;
    this.#onPacket({ frame: this.#frames, timeUs, linkType, bytes, originalLength });
  }

  #demandLength(length: number, what: string): void {
    if (length > longestBlock) throw this.#damaged(`a ${what} that says it is ${length} bytes long`);
  }

  #damaged(what: string): CaptureError {
    return new CaptureError(`at byte ${this.#offset} there is ${what}: the file is damaged, or no capture`);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function bytesOf(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function notACapture(view: DataView): string {
  if (view.getUint16(0) === 0x1f8b) return "the file is compressed: decompress it first (gunzip)";
  if (view.getUint32(0) === 0x28b52ffd) return "the file is compressed: decompress it first (unzstd)";
  return "the file is no capture: it begins neither as pcapng nor as pcap";
}

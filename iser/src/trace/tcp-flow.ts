/** Which way bytes went: out is from whoever connected. */
export type Direction = "out" | "in";

const headerBytes = 14 + 20 + 20;
/** As much payload as an IPv4 packet can have with its two headers. */
const maxPayload = 0xffff - 40;

const TcpFlag = { fin: 0x01, syn: 0x02, reset: 0x04, push: 0x08, acknowledge: 0x10 } as const;

/** Addresses for documentation (RFC 5737): of who connected, which the tap does not know, and of who has no IPv4 address. */
const ourAddress = "192.0.2.1";
const unknownAddress = "192.0.2.2";
const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;

/**
 * What was on a byte stream, as the Ethernet frames of a TCP connection that carried it: both directions with their own sequence numbers, beginning and end, checksums. The kernel's
 * real packets were others; the streams in them are the same.
 */
export class TcpFlow {
  readonly #write: (frames: readonly Uint8Array[]) => void;
  readonly #addresses: Record<Direction, Uint8Array>;
  readonly #ports: Record<Direction, number>;
  /** The next byte's number, for each direction. */
  readonly #next: Record<Direction, number> = { out: 1000, in: 1000 };
  #identification = 0;

  /** `write` takes the frames of what passed at once, which belong together: what a sender hands over begins with a message of its own. */
  constructor(peer: { readonly host: string; readonly port: number }, localPort: number, write: (frames: readonly Uint8Array[]) => void) {
    this.#write = write;
    this.#addresses = { out: addressBytes(ourAddress), in: addressBytes(ipv4.test(peer.host) ? peer.host : unknownAddress) };
    this.#ports = { out: localPort, in: peer.port };
  }

  opened(): void {
    const request = this.#segment("out", TcpFlag.syn);
    this.#next.out += 1;
    const answer = this.#segment("in", TcpFlag.syn | TcpFlag.acknowledge);
    this.#next.in += 1;
    this.#write([request, answer, this.#segment("out", TcpFlag.acknowledge)]);
  }

  data(direction: Direction, bytes: Uint8Array): void {
    const frames: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += maxPayload) {
      const piece = bytes.subarray(at, at + maxPayload);
      frames.push(this.#segment(direction, TcpFlag.acknowledge | TcpFlag.push, piece));
      this.#next[direction] = (this.#next[direction] + piece.length) >>> 0;
    }
    this.#write(frames);
  }

  /** From both sides, or by a reset. */
  closed(orderly: boolean): void {
    if (!orderly) {
      this.#write([this.#segment("out", TcpFlag.reset | TcpFlag.acknowledge)]);
      return;
    }
    const frames: Uint8Array[] = [];
    for (const direction of ["out", "in"] as const) {
      frames.push(this.#segment(direction, TcpFlag.fin | TcpFlag.acknowledge));
      this.#next[direction] = (this.#next[direction] + 1) >>> 0;
    }
    this.#write([...frames, this.#segment("out", TcpFlag.acknowledge)]);
  }

  #segment(direction: Direction, flags: number, payload: Uint8Array = nothing): Uint8Array {
    const other = direction === "out" ? "in" : "out";
    const frame = new Uint8Array(headerBytes + payload.length);
    const view = new DataView(frame.buffer);
    // Ethernet: locally administered addresses that end with the direction
    frame.set([2, 0, 0, 0, 0, other === "out" ? 1 : 2, 2, 0, 0, 0, 0, direction === "out" ? 1 : 2]);
    view.setUint16(12, 0x0800);
    // IPv4 (RFC 791)
    view.setUint16(14, 0x4500);
    view.setUint16(16, 40 + payload.length);
    this.#identification = (this.#identification + 1) & 0xffff;
    view.setUint16(18, this.#identification);
    view.setUint16(20, 0x4000);
    view.setUint16(22, 0x4006);
    frame.set(this.#addresses[direction], 26);
    frame.set(this.#addresses[other], 30);
    view.setUint16(24, checksum(frame.subarray(14, 34), 0));
    // TCP (RFC 9293)
    view.setUint16(34, this.#ports[direction]);
    view.setUint16(36, this.#ports[other]);
    view.setUint32(38, this.#next[direction]);
    view.setUint32(42, (flags & TcpFlag.acknowledge) === 0 ? 0 : this.#next[other]);
    view.setUint16(46, 0x5000 | flags);
    view.setUint16(48, 0xffff);
    frame.set(payload, headerBytes);
    // The checksum covers the addresses, the protocol (6) and the length too.
    view.setUint16(50, checksum(frame.subarray(26), 6 + 20 + payload.length));
    return frame;
  }
}

const nothing = new Uint8Array(0);

function addressBytes(text: string): Uint8Array {
  return Uint8Array.from(text.split("."), Number);
}

/** The Internet checksum (RFC 1071), beginning with `sum`. */
function checksum(bytes: Uint8Array, sum: number): number {
  let total = sum;
  for (let at = 0; at < bytes.length; at += 2) total += (bytes[at]! << 8) | (bytes[at + 1] ?? 0);
  while (total > 0xffff) total = (total & 0xffff) + Math.floor(total / 0x10000);
  return ~total & 0xffff;
}

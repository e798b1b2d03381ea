import type { CapturedPacket } from "./capture-interface.ts";
import { CaptureParser } from "./capture-parser.ts";
import { Connection, textOf } from "./connection.ts";
import type { DecodedRecord } from "./decoded-record.ts";
import { type TcpSegment, tcpSegmentIn } from "./tcp-segment.ts";

/** Finds the connections in a capture, and what was said on those that speak iSCSI or iWARP. Bytes of the file go in, records come out in the order in which they were complete. */
export class CaptureDecoder {
  /** Every TCP connection, in the order in which they were seen. */
  readonly connections: Connection[] = [];
  readonly #emit: (connection: Connection, record: DecodedRecord) => void;
  readonly #parser = new CaptureParser((packet) => this.#packet(packet));
  /** By both ends; the last one that was opened. */
  readonly #open = new Map<string, Connection>();

  constructor(emit: (connection: Connection, record: DecodedRecord) => void) {
    this.#emit = emit;
  }

  /** How many packets there were so far. */
  get frames(): number {
    return this.#parser.frames;
  }

  /** Throws a CaptureError when the file is no capture, or damaged. */
  push(bytes: Uint8Array): void {
    this.#parser.push(bytes);
  }

  /** The file is over: what waits for missing packets is told now. Throws a CaptureError when the file was cut short, after that. */
  end(): void {
    for (const connection of this.connections) connection.end();
    this.#parser.end();
  }

  #packet(packet: CapturedPacket): void {
    const segment = tcpSegmentIn(packet);
    if (segment !== undefined) this.#connectionOf(segment).segment(segment, packet);
  }

  #connectionOf(segment: TcpSegment): Connection {
    const key = [textOf(segment.source), textOf(segment.destination)].sort().join(" ");
    const known = this.#open.get(key);
    if (known !== undefined && !known.isReopenedBy(segment)) return known;
    known?.end();
    const connection = new Connection(this.connections.length + 1, segment, this.#emit);
    this.connections.push(connection);
    this.#open.set(key, connection);
    return connection;
  }
}

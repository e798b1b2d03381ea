import { bhsLength, defaultPort, InitiatorOpcode, opcodeOf } from "#iscsi";
import { startsMpaFrame } from "#iwarp";
import type { DecodedRecord } from "./decoded-record.ts";
import { isPlausibleHeader } from "./iscsi-pdu.ts";
import { type Digests, IscsiStream } from "./iscsi-stream.ts";
import { type MpaAgreed, MpaStream } from "./mpa-stream.ts";
import { isOfInitiator, isPlausibleSegment } from "./rdmap-message.ts";
import type { Endpoint, TcpSegment } from "./tcp-segment.ts";
import { type Moment, type StreamReader, TcpStream } from "./tcp-stream.ts";

type Protocol = "iscsi" | "iwarp";

/** Bytes of a stream are kept until they tell what they are, or until it is clear that they will not. */
const mostUndecided = 64 * 1024;
/** The other port of iSCSI, before it had one of its own. */
const oldPort = 860;

/** A TCP connection in a capture: both directions, and what they speak, which is found out from what they say. */
export class Connection {
  readonly number: number;
  /** Undefined until somebody has said something that tells. */
  protocol: Protocol | undefined = undefined;
  /** Bytes of payload that were seen, in both directions. */
  seen = 0;
  /** What was said before the capture, or this file of several, began is not known. */
  readonly isCut: boolean;
  #initiator: Endpoint;
  #target: Endpoint;
  #initiatorIsKnown = false;
  readonly #emit: (connection: Connection, record: DecodedRecord) => void;
  readonly #digests: Digests = { header: undefined, data: undefined };
  readonly #agreed: MpaAgreed = { crc: undefined, markers: false };
  /** By the text of the sender. */
  readonly #streams = new Map<string, TcpStream>();

  constructor(number: number, first: TcpSegment, emit: (connection: Connection, record: DecodedRecord) => void) {
    this.number = number;
    this.#emit = emit;
    const { source, destination, isSyn, acknowledges } = first;
    this.isCut = !isSyn;
    const isReversed = isSyn ? acknowledges : isTargetPort(source.port) && !isTargetPort(destination.port);
    this.#initiator = isReversed ? destination : source;
    this.#target = isReversed ? source : destination;
    this.#initiatorIsKnown = isSyn || isReversed || isTargetPort(destination.port);
    for (const sender of [source, destination]) this.#streams.set(textOf(sender), new TcpStream(new Undecided(this, sender)));
  }

  get initiator(): Endpoint {
    return this.#initiator;
  }

  get target(): Endpoint {
    return this.#target;
  }

  /** Whether this SYN opens another connection between the same two ends. */
  isReopenedBy(segment: TcpSegment): boolean {
    return segment.isSyn && this.#streams.get(textOf(segment.source))?.isOpenedBy(segment.sequence) === false;
  }

  segment(segment: TcpSegment, moment: Moment): void {
    this.seen += segment.payload.length;
    this.#streams.get(textOf(segment.source))?.segment(segment, moment);
  }

  end(): void {
    for (const stream of this.#streams.values()) stream.end();
  }

  /** A reader of what `sender` says, once it is known what is spoken. */
  readerFor(sender: Endpoint): StreamReader {
    const emit = (record: Omit<DecodedRecord, "fromInitiator">): void =>
      this.#emit(this, { ...record, fromInitiator: textOf(sender) === textOf(this.#initiator) });
    return this.protocol === "iwarp" ? new MpaStream(emit, this.#agreed) : new IscsiStream(emit, this.#digests);
  }

  /** `sender` said something that tells what is spoken, and perhaps who it is. */
  recognised(protocol: Protocol, sender: Endpoint, isRequest: boolean | undefined): void {
    this.protocol ??= protocol;
    if (isRequest === undefined || this.#initiatorIsKnown) return;
    this.#initiatorIsKnown = true;
    if (isRequest === (textOf(sender) === textOf(this.#initiator))) return;
    [this.#initiator, this.#target] = [this.#target, this.#initiator];
  }
}

/** Hears one direction until it is known what is spoken; then somebody who understands it hears the same from the beginning. */
class Undecided implements StreamReader {
  readonly #connection: Connection;
  readonly #sender: Endpoint;
  #reader: StreamReader | undefined = undefined;
  #start: Uint8Array = new Uint8Array(0);

  constructor(connection: Connection, sender: Endpoint) {
    this.#connection = connection;
    this.#sender = sender;
  }

  bytes(bytes: Uint8Array, moment: Moment, isStart: boolean): void {
    if (this.#reader !== undefined) {
      this.#reader.bytes(bytes, moment, isStart);
      return;
    }
    // Only a beginning can be too short to tell; anything else stands for itself, where a segment begins.
    const isBeginning = isStart || this.#start.length > 0;
    const heard = this.#start.length > 0 ? Buffer.concat([this.#start, bytes]) : bytes;
    this.#start = isBeginning && heard.length < mostUndecided ? heard : new Uint8Array(0);
    const protocol = this.#recognise(heard) ?? this.#connection.protocol;
    if (protocol === undefined) return;
    this.#start = new Uint8Array(0);
    this.#reader = this.#connection.readerFor(this.#sender);
    this.#reader.bytes(heard, moment, isBeginning);
  }

  gap(count: number, moment: Moment): void {
    this.#start = new Uint8Array(0);
    this.#reader?.gap(count, moment);
  }

  #recognise(bytes: Uint8Array): Protocol | undefined {
    const found = recognise(bytes);
    if (found === undefined) return undefined;
    this.#connection.recognised(found.protocol, this.#sender, found.isRequest);
    return found.protocol;
  }
}

/** What a stream that goes on like this speaks, and whether it is the initiator's; undefined when it does not tell. */
function recognise(bytes: Uint8Array): { readonly protocol: Protocol; readonly isRequest: boolean | undefined } | undefined {
  if (bytes.length >= 16) {
    if (startsMpaFrame("request", bytes, 16)) return { protocol: "iwarp", isRequest: true };
    if (startsMpaFrame("reply", bytes, 16)) return { protocol: "iwarp", isRequest: false };
    if (isPlausibleSegment((bytes[0]! << 8) | bytes[1]!, bytes.subarray(2))) {
      return { protocol: "iwarp", isRequest: isOfInitiator(bytes.subarray(2)) };
    }
  }
  if (bytes.length >= bhsLength && isPlausibleHeader(bytes))
    return { protocol: "iscsi", isRequest: opcodeOf(bytes) <= InitiatorOpcode.snackRequest };
  return undefined;
}

function isTargetPort(port: number): boolean {
  return port === defaultPort || port === oldPort;
}

export function textOf({ host, port }: Endpoint): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { portableCrc32c } from "#bytes";
import { loginPhaseParameters, type ProtocolError } from "#iscsi";
import { PduReceiver, type PduSink } from "./pdu-receiver.ts";
import { encodePdu, type WireDigests } from "./testing/wire-peer.ts";

/** Writes down what it is told; data of PDUs with an odd tag is placed, every third is thrown away, and the rest collected. */
class Recorder implements PduSink {
  readonly events: string[] = [];
  readonly receiver: PduReceiver;
  #placed: Uint8Array | undefined;

  constructor(digests: WireDigests) {
    const counters = { bytesReceived: 0, bytesSent: 0, pdusReceived: 0, pdusSent: 0, payloadBytes: 0, payloadBytesCopied: 0 };
    const parameters = { ...loginPhaseParameters, headerDigest: digests.headerDigest ?? false, dataDigest: digests.dataDigest ?? false };
    this.receiver = new PduReceiver(this, portableCrc32c, counters, parameters);
    this.receiver.configure(parameters);
  }

  onHeader(): void {
    const tag = this.receiver.bhs[19]!;
    const { dataLength } = this.receiver;
    this.#placed = undefined;
    if (tag % 3 === 0) this.receiver.skipData();
    else if (tag % 2 === 1) {
      this.#placed = new Uint8Array(dataLength + 2);
      this.receiver.placeData(this.#placed, 1, dataLength >> 1);
    }
    this.events.push(`header ${tag} ${dataLength} ${hex(this.receiver.ahs)}`);
  }

  onPdu(data: Uint8Array, intact: boolean): void {
    this.events.push(`pdu ${hex(this.receiver.bhs)} ${hex(data)} ${intact} ${this.#placed === undefined ? "" : hex(this.#placed)}`);
  }

  onFault(error: ProtocolError): void {
    this.events.push(`fault ${error.fault}`);
  }

  static of(stream: Uint8Array, digests: WireDigests, cuts: readonly number[]): Recorder {
    const recorder = new Recorder(digests);
    let at = 0;
    for (const cut of [...cuts, stream.length]) {
      const chunk = new Uint8Array(stream.subarray(at, at + cut));
      recorder.receiver.receive(chunk);
      chunk.fill(0xdb);
      at += cut;
    }
    return recorder;
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

const pdu = fc.record({
  bhs: fc.uint8Array({ minLength: 48, maxLength: 48 }),
  ahsWords: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.constantFrom(1, 2, 255)),
  data: fc.uint8Array({ maxLength: 100 }),
});
const digests = fc.record({ headerDigest: fc.boolean(), dataDigest: fc.boolean() });
const streams = fc.tuple(fc.array(pdu, { maxLength: 5 }), digests).map(([pdus, digests]) => ({
  digests,
  pdus: pdus.map(({ bhs, ahsWords, data }) => encodePdu(bhs, data, digests, new Uint8Array(4 * ahsWords).fill(9))),
}));

describe("a stream of PDUs", () => {
  it("means the same however it is cut", () => {
    fc.assert(
      fc.property(streams, fc.array(fc.integer({ min: 0, max: 90 })), ({ pdus, digests }, cuts) => {
        const stream = Buffer.concat(pdus);
        const whole = Recorder.of(stream, digests, []);
        expect(whole.events).toHaveLength(2 * pdus.length);
        expect(whole.receiver.midPdu).toBe(false);
        expect(Recorder.of(stream, digests, cuts).events).toEqual(whole.events);
        expect(Recorder.of(stream, digests, new Array(stream.length).fill(1)).events).toEqual(whole.events);
      }),
    );
  });

  it("that ends anywhere has told no more than it brought, and knows that it is within a PDU", () => {
    const digests = { headerDigest: true, dataDigest: true };
    const one = encodePdu(new Uint8Array(48).fill(1), Uint8Array.of(1, 2, 3, 4, 5), digests, new Uint8Array(8));
    const stream = Buffer.concat([one, one]);
    const { events } = Recorder.of(stream, digests, []);
    for (let length = 0; length <= stream.length; length++) {
      const truncated = Recorder.of(stream.subarray(0, length), digests, []);
      expect(truncated.events).toEqual(events.slice(0, truncated.events.length));
      expect(truncated.receiver.midPdu).toBe(length % one.length !== 0);
    }
  });

  it("is judged by its header digest before its lengths are believed", () => {
    const wire = encodePdu(new Uint8Array(48), undefined, { headerDigest: true });
    wire[5] = 0xff;
    expect(Recorder.of(wire, { headerDigest: true }, []).events).toEqual(["fault header-digest"]);
    wire[4] = 0xff; // a length of additional headers that is wrong makes it wait for them, and then see
    expect(Recorder.of(Buffer.concat([wire, new Uint8Array(1100)]), { headerDigest: true }, []).events).toEqual(["fault header-digest"]);
  });

  it("takes no memory for a segment that is too long", () => {
    const wire = encodePdu(new Uint8Array(48).fill(2));
    wire.set([0, 0x20, 4], 5);
    expect(Recorder.of(wire, {}, []).events).toEqual(["fault framing"]);
  });
});

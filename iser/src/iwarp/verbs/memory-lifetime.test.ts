/** A buffer goes back to its owner when its STag is dead and nothing under way refers to it: never before, once, on every way out. */
import { describe, expect, it } from "vitest";
import { TestConsumer, type TestRegion } from "../testing/test-consumer.ts";
import { encodeFpdu, mpaFrame, readRequest, tagged, untagged, WirePeer } from "../testing/wire-peer.ts";
import { AccessRight } from "./memory-region.ts";
import { SoftwareQueuePair } from "./software-queue-pair.ts";

function connect(): { queuePair: SoftwareQueuePair; consumer: TestConsumer; peer: WirePeer } {
  const queuePair = new SoftwareQueuePair({ role: "initiator", crc: false, firstFpduDelayMs: 0 });
  const consumer = new TestConsumer(queuePair);
  consumer.postReceives(4);
  queuePair.connect(new Uint8Array(0));
  const peer = new WirePeer(queuePair);
  peer.drainBytes();
  peer.sendBytes(mpaFrame("Rep", 0x10, 2, Buffer.of(0, 9, 0, 9)));
  return { queuePair, consumer, peer };
}

const to = (region: TestRegion, low: number, payload: Uint8Array): { stag: number; high: number; low: number; payload: Uint8Array } => ({
  stag: region.stag,
  high: region.offsetHigh,
  low,
  payload,
});

const long = Buffer.alloc(60_000, 0x5a);

/** Ways in which a connection may go on, or not, while memory is under way. */
const turns: readonly (readonly [string, (world: ReturnType<typeof connect>) => void])[] = [
  ["nothing else happens", () => undefined],
  ["the peer breaks a rule", ({ peer }) => peer.send(untagged({ opcode: 9 }))],
  ["the peer sends a Terminate", ({ peer }) => peer.send(untagged({ opcode: 7, queue: 2, payload: new Uint8Array(4) }))],
  ["the consumer gives up", ({ queuePair }) => queuePair.disconnect("reset")],
];

describe("memory that the peer reads", () => {
  it.each(turns)("stays with the kernel until it is sent, when %s", (_, turn) => {
    const world = connect();
    const { consumer, peer } = world;
    const region = consumer.register(long.length, AccessRight.remoteRead, long);
    peer.send(readRequest({ stag: region.stag, high: region.offsetHigh, length: long.length }));
    const batch = peer.core.takeOutput();
    consumer.deregister(region);
    turn(world);
    expect([region.region.isValid, region.deregistrations]).toEqual([false, 0]);
    expect(batch.some((piece) => piece.length === long.length)).toBe(true);
    peer.core.outputSent(0);
    expect(region.deregistrations).toBe(1);
    peer.close();
    expect(consumer.violations).toEqual([]);
  });

  it.each(turns)("comes back with the end of a stream that did not send it, when %s", (_, turn) => {
    const world = connect();
    const { consumer, peer } = world;
    const region = consumer.register(long.length, AccessRight.remoteRead, long);
    peer.send(readRequest({ stag: region.stag, high: region.offsetHigh, length: long.length }));
    peer.core.takeOutput();
    consumer.deregister(region);
    turn(world);
    expect(region.deregistrations).toBe(0);
    peer.close();
    expect([region.deregistrations, consumer.violations]).toEqual([1, []]);
  });

  it("comes back at once when only a copy of it is under way", () => {
    const { consumer, peer } = connect();
    const region = consumer.register(1000, AccessRight.remoteRead);
    peer.send(readRequest({ stag: region.stag, high: region.offsetHigh, length: 1000 }));
    consumer.deregister(region);
    expect(region.deregistrations).toBe(1);
  });
});

describe("memory that the peer writes", () => {
  it.each(turns)("stays with the kernel while that may write to it, when %s", (_, turn) => {
    const world = connect();
    const { consumer, peer } = world;
    const region = consumer.register(200_000, AccessRight.remoteWrite);
    const fpdu = encodeFpdu(tagged({ opcode: 0, ...to(region, 100, long) }));
    peer.sendBytes(fpdu.subarray(0, 16));
    const placement = peer.core.placement()!;
    expect([placement.length, placement.byteOffset - region.memory.bytes.byteOffset]).toEqual([60_000, 100]);
    consumer.deregister(region);
    if (_ === "the consumer gives up") turn(world);
    expect([region.deregistrations, peer.core.placement()]).toEqual([0, undefined]);
    placement.fill(0x5a, 0, 5000);
    peer.core.placed(5000, 0);
    expect(region.deregistrations).toBe(1);
    peer.sendBytes(fpdu.subarray(16 + 5000)); // the rest has nowhere to go
    expect(region.memory.bytes.subarray(5100).every((byte) => byte === 0xdd)).toBe(true);
    if (_ !== "the consumer gives up") {
      expect(consumer.faults).toEqual([]);
      turn(world);
    }
    peer.close();
    expect(consumer.violations).toEqual([]);
  });

  it("comes back when the stream ends under the kernel's hands", () => {
    const { consumer, peer } = connect();
    const region = consumer.register(200_000, AccessRight.remoteWrite);
    peer.sendBytes(encodeFpdu(tagged({ opcode: 0, ...to(region, 0, long) })).subarray(0, 100));
    expect(peer.core.placement()).toBeDefined();
    consumer.deregister(region);
    expect(region.deregistrations).toBe(0);
    peer.close();
    expect([region.deregistrations, consumer.violations]).toEqual([1, []]);
  });

  it("is out of reach for the tail of a segment, when it was given back in the middle", () => {
    const { consumer, peer } = connect();
    const region = consumer.register(1000, AccessRight.remoteWrite);
    const fpdu = encodeFpdu(tagged({ opcode: 0, ...to(region, 0, long.subarray(0, 1000)) }));
    peer.sendBytes(fpdu.subarray(0, 500));
    consumer.deregister(region);
    const reused = Buffer.from(region.memory.bytes);
    peer.sendBytes(fpdu.subarray(500));
    expect([region.deregistrations, consumer.faults, reused.equals(region.memory.bytes)]).toEqual([1, [], true]);
  });

  it("is not confused with a later use of the same slot", () => {
    const { consumer } = connect();
    const stags = new Set<number>();
    for (let i = 0; i < 64 * 256; i++) {
      const region = consumer.queuePair.protectionDomain.register(long, AccessRight.remoteWrite);
      stags.add(region.stag);
      region.context = { deregistrations: 0 };
      consumer.queuePair.protectionDomain.deregister(region);
    }
    expect(stags.size).toBe(64 * 256);
    expect([...stags].every((stag) => stag >= 256)).toBe(true);
  });
});

describe("memory that we read into", () => {
  it("comes back at once, and what the read brings is thrown away", () => {
    const { consumer, peer } = connect();
    const sink = consumer.register(1000);
    const request = consumer.read(sink, 0, 1000, 1, 2, 3);
    peer.drain();
    consumer.deregister(sink);
    const later = consumer.register(1000);
    peer.send(tagged({ opcode: 2, ...to(sink, 0, long.subarray(0, 1000)) }));
    expect([sink.deregistrations, consumer.statusOf(request), consumer.faults]).toEqual([1, "completed", []]);
    expect([sink.memory.untouched, later.memory.untouched]).toEqual([true, true]);
  });
});

describe("memory that we send from", () => {
  it.each(turns)("is the kernel's until it is sent, when %s", (name, turn) => {
    const world = connect();
    const { consumer, peer } = world;
    const write = consumer.write([long, new Uint8Array(700_000)], 1, 2, 3); // more than is framed at once
    const small = consumer.send(Buffer.from("after"), { inline: true });
    peer.core.takeOutput();
    turn(world);
    expect([consumer.statusOf(write)]).toEqual([undefined]);
    peer.core.outputSent(0);
    const isLost = name !== "nothing else happens";
    peer.drainBytes();
    if (isLost && name === "the consumer gives up") peer.close();
    expect([consumer.statusOf(write), consumer.statusOf(small)]).toEqual(isLost ? ["flushed", "flushed"] : ["completed", "completed"]);
    peer.close();
    expect(consumer.posted.get(write)).toBe(1);
  });

  it("may be used again at once when it was sent inline, even while the stream is not open", () => {
    const queuePair = new SoftwareQueuePair({ role: "initiator", crc: false, firstFpduDelayMs: 30 });
    const consumer = new TestConsumer(queuePair);
    queuePair.connect(new Uint8Array(0));
    const peer = new WirePeer(queuePair);
    peer.drainBytes();
    peer.sendBytes(mpaFrame("Rep", 0x10, 2, Buffer.of(0, 9, 0, 9)));
    const message = Buffer.from(new Uint16Array(35_000).map((_, i) => i).buffer);
    const [first, second] = [Buffer.from(message), Buffer.from(message).reverse()];
    consumer.send(message, { inline: true, signaled: false });
    message.reverse();
    queuePair.timeout(30);
    const waited = peer.drain();
    consumer.send(message, { inline: true, signaled: false });
    message.fill(3);
    const sent = [...waited, ...peer.drain()].map((ulpdu) => ulpdu.subarray(18));
    expect(sent.map((payload) => payload.length)).toEqual([65_512, 4_488, 65_512, 4_488]);
    expect(Buffer.concat(sent).equals(Buffer.concat([first, second]))).toBe(true);
  });
});

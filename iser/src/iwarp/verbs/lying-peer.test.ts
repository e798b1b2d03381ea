/** A peer that lies: the right Terminate, the connection closed, everything given back, and not a byte outside what was lent. */
import { describe, expect, it } from "vitest";
import { TestConsumer as Consumer, type TestConsumer, type TestRegion } from "../testing/test-consumer.ts";
import { encodeFpdu, mpaFrame, readRequest, tagged, untagged, WirePeer } from "../testing/wire-peer.ts";
import { AccessRight } from "./memory-region.ts";
import { SoftwareQueuePair } from "./software-queue-pair.ts";
import type { SoftwareQueuePairOptions } from "./software-queue-pair-options.ts";

interface World {
  readonly queuePair: SoftwareQueuePair;
  readonly consumer: TestConsumer;
  readonly peer: WirePeer;
  /** The peer may write to this one … */
  readonly writable: TestRegion;
  /** … read from this one … */
  readonly readable: TestRegion;
  /** … and do nothing with this. */
  readonly sink: TestRegion;
}

function connect(options: Partial<SoftwareQueuePairOptions> = {}): World {
  const queuePair = new SoftwareQueuePair({ crc: false, firstFpduDelayMs: 0, inboundReadDepth: 2, ...options, role: "initiator" });
  const consumer = new Consumer(queuePair);
  consumer.postReceives(2, 64);
  queuePair.connect(new Uint8Array(0));
  const peer = new WirePeer(queuePair);
  peer.drainBytes();
  peer.sendBytes(mpaFrame("Rep", options.crc === true ? 0x50 : 0x10, 2, Buffer.of(0, 9, 0, 2)));
  peer.crc = options.crc === true;
  const writable = consumer.register(1000, AccessRight.remoteWrite);
  const readable = consumer.register(1000, AccessRight.remoteRead);
  return { queuePair, consumer, peer, writable, readable, sink: consumer.register(1000) };
}

const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(0x5a);

/** Where a region is, and what is written there. */
const to = (region: TestRegion, low: number, length: number): { stag: number; high: number; low: number; payload: Uint8Array } => ({
  stag: region.stag,
  high: region.offsetHigh,
  low,
  payload: bytes(length),
});

const from = (region: TestRegion, low: number, length: number): { stag: number; high: number; low: number; length: number } => ({
  stag: region.stag,
  high: region.offsetHigh,
  low,
  length,
});

/** What a peer says, and layer, type and code of the answer. */
const lies: readonly (readonly [string, string, (world: World) => Uint8Array | readonly Uint8Array[]])[] = [
  ["writes to an STag nobody gave out", "1/1/0", () => tagged({ opcode: 0, stag: 0x12345678, payload: bytes(4) })],
  ["writes to STag 0", "1/1/0", () => tagged({ opcode: 0, payload: bytes(4) })],
  ["writes to yesterday's key", "1/1/0", ({ writable }) => tagged({ opcode: 0, ...to(writable, 0, 4), stag: writable.stag - 1 })],
  ["writes past the end", "1/1/1", ({ writable }) => tagged({ opcode: 0, ...to(writable, 997, 4) })],
  ["writes more than there is room for", "1/1/1", ({ writable }) => tagged({ opcode: 0, ...to(writable, 0, 1001) })],
  [
    "writes to another region's offset",
    "1/1/1",
    ({ writable, readable }) => tagged({ opcode: 0, ...to(writable, 0, 4), high: readable.offsetHigh }),
  ],
  [
    "writes below the region",
    "1/1/1",
    ({ writable }) => tagged({ opcode: 0, ...to(writable, 0xffffffff, 4), high: writable.offsetHigh - 1 }),
  ],
  [
    "writes across the end of all offsets",
    "1/1/3",
    ({ writable }) => tagged({ opcode: 0, ...to(writable, 0xfffffffe, 4), high: 0xffffffff }),
  ],
  ["writes to what it may only read", "0/1/2", ({ readable }) => tagged({ opcode: 0, ...to(readable, 0, 4) })],
  ["writes to a sink of ours", "0/1/2", ({ sink }) => tagged({ opcode: 0, ...to(sink, 0, 4) })],
  [
    "writes to what was deregistered",
    "1/1/0",
    ({ consumer, writable }) => {
      consumer.deregister(writable);
      return tagged({ opcode: 0, ...to(writable, 0, 4) });
    },
  ],
  ["writes untagged", "0/2/6", () => untagged({ opcode: 0, payload: bytes(4) })],
  ["reads from an STag nobody gave out", "0/1/0", () => readRequest({ stag: 0x4711, length: 1 })],
  ["reads past the end", "0/1/1", ({ readable }) => readRequest(from(readable, 1, 1000))],
  ["reads four gigabytes", "0/1/1", ({ readable }) => readRequest(from(readable, 0, 0xffffffff))],
  ["reads across the end of all offsets", "0/1/4", ({ readable }) => readRequest({ ...from(readable, 0xffffffff, 2), high: 0xffffffff })],
  ["reads from what it may only write", "0/1/2", ({ writable }) => readRequest(from(writable, 0, 4))],
  ["reads from a sink of ours", "0/1/2", ({ sink }) => readRequest(from(sink, 0, 4))],
  ["reads with a number too high", "1/2/3", ({ readable }) => readRequest({ ...from(readable, 0, 4), msn: 2 })],
  ["reads with too short a request", "0/2/255", () => untagged({ opcode: 1, queue: 1, payload: bytes(27) })],
  ["reads with too long a request", "1/2/5", () => untagged({ opcode: 1, queue: 1, payload: bytes(29) })],
  ["reads with a request in parts", "0/2/255", () => untagged({ opcode: 1, queue: 1, payload: bytes(28), last: false })],
  ["reads on the queue of Sends", "1/2/1", () => untagged({ opcode: 1, queue: 0, payload: bytes(28) })],
  ["reads more at a time than agreed", "1/2/2", ({ readable }) => [1, 2, 3].map((msn) => readRequest({ ...from(readable, 0, 9), msn }))],
  ["answers a read nobody asked for", "0/2/6", ({ sink }) => tagged({ opcode: 2, ...to(sink, 0, 4) })],
  ["sends with a number too high", "1/2/3", () => untagged({ opcode: 3, msn: 2 })],
  ["sends with number 0", "1/2/3", () => untagged({ opcode: 3, msn: 0 })],
  ["sends the same number twice", "1/2/3", () => [untagged({ opcode: 3 }), untagged({ opcode: 3 })]],
  ["sends from the middle", "1/2/4", () => untagged({ opcode: 3, mo: 10 })],
  [
    "leaves a gap in a message",
    "1/2/4",
    () => [untagged({ opcode: 3, last: false, payload: bytes(10) }), untagged({ opcode: 3, mo: 11, payload: bytes(1) })],
  ],
  ["sends more than a receive holds", "1/2/5", () => untagged({ opcode: 3, payload: bytes(65) })],
  [
    "sends more than a receive holds, in parts",
    "1/2/5",
    () => [untagged({ opcode: 3, last: false, payload: bytes(60) }), untagged({ opcode: 3, mo: 60, payload: bytes(5) })],
  ],
  ["sends more than was posted for", "1/2/2", () => [1, 2, 3].map((msn) => untagged({ opcode: 3, msn }))],
  [
    "changes its mind in the middle",
    "0/2/6",
    () => [untagged({ opcode: 3, last: false, payload: bytes(4) }), untagged({ opcode: 4, mo: 4, payload: bytes(4) })],
  ],
  ["sends on a queue that is another's", "1/2/1", () => untagged({ opcode: 3, queue: 1 })],
  ["sends on a queue that is not", "1/2/1", () => untagged({ opcode: 3, queue: 3 })],
  ["sends tagged", "0/2/6", () => tagged({ opcode: 3 })],
  ["sends an opcode from the future", "0/2/6", () => untagged({ opcode: 8 })],
  ["sends a tagged one from the future", "0/2/6", () => tagged({ opcode: 15 })],
  ["invalidates what nobody gave out", "0/1/9", () => untagged({ opcode: 4, invalidateStag: 0x4711 })],
  ["invalidates a sink of ours", "0/1/9", ({ sink }) => untagged({ opcode: 6, invalidateStag: sink.stag })],
  ["invalidates twice", "0/1/9", ({ writable }) => [1, 2].map((msn) => untagged({ opcode: 4, msn, invalidateStag: writable.stag }))],
  [
    "writes to what it has invalidated",
    "1/1/0",
    ({ writable }) => [untagged({ opcode: 4, invalidateStag: writable.stag }), tagged({ opcode: 0, ...to(writable, 0, 4) })],
  ],
  ["speaks DDP 2, tagged", "1/1/4", ({ writable }) => tagged({ opcode: 0, ddpVersion: 2, ...to(writable, 0, 4) })],
  ["speaks DDP 0, untagged", "1/2/6", () => untagged({ opcode: 3, ddpVersion: 0 })],
  ["speaks RDMAP 0", "0/2/5", () => untagged({ opcode: 3, rdmapVersion: 0 })],
  ["sends an FPDU too short for a tagged header", "2/0/3", () => tagged({ opcode: 0 }).subarray(0, 13)],
  ["sends an FPDU too short for an untagged header", "2/0/3", () => untagged({ opcode: 3 }).subarray(0, 17)],
  ["sends an FPDU of one byte", "2/0/3", () => Buffer.of(0x41)],
  ["sends an FPDU with nothing in it", "2/0/3", () => Buffer.alloc(0)],
];

/** The end of it, the same for all. */
function expectEnd({ queuePair, consumer, peer, readable, sink }: World): void {
  expect(consumer.faults.map(({ fault }) => fault)).toEqual(["peer"]);
  expect([queuePair.state, queuePair.wantsClose, queuePair.deadline()]).toEqual(["terminate", "end", 2000]);
  expect(consumer.receives.every(({ returned }) => returned === 1)).toBe(true);
  expect(consumer.regions.every(({ region }) => !region.isValid)).toBe(true);
  peer.send(tagged({ opcode: 0, ...to(readable, 0, 4) })); // nobody listens any more
  expect(peer.drainBytes()).toHaveLength(0);
  for (const entry of consumer.regions) if (entry.deregistrations === 0) consumer.deregister(entry);
  expect(consumer.regions.every(({ deregistrations }) => deregistrations === 1)).toBe(true);
  expect([readable.memory.untouched, sink.memory.untouched]).toEqual([true, true]);
  peer.close();
  expect([consumer.violations, consumer.disconnected]).toEqual([[], 1]);
}

describe("a peer that", () => {
  it.each(lies)("%s is told %s", (_, code, lie) => {
    for (const [crc, split] of [
      [false, undefined],
      [false, 1],
      [true, undefined],
      [true, 11],
    ] as const) {
      const world = connect({ crc });
      const said = lie(world);
      const stream = Buffer.concat((said instanceof Uint8Array ? [said] : said).map((ulpdu) => encodeFpdu(ulpdu, crc)));
      world.peer.sendBytes(stream, split);
      expect(world.peer.terminateCode()).toBe(code);
      expect(world.writable.memory.untouched).toBe(true);
      expectEnd(world);
    }
  });

  it("is shown the segment it is told about", () => {
    const world = connect();
    const write = tagged({ opcode: 0, ...to(world.writable, 999, 2) });
    world.peer.send(write);
    const [terminate] = world.peer.drain();
    expect(terminate!.toString("hex")).toBe(`4147000000000000000200000001000000001101c0000010${write.subarray(0, 14).toString("hex")}`);
    const reader = connect();
    const read = readRequest({ stag: 1, length: 1 });
    reader.peer.send(read);
    expect(reader.peer.drain()[0]!.subarray(18).toString("hex")).toBe(`0100e000002e${read.toString("hex")}`);
  });

  it.each([
    ["another STag", "1/1/0", { stag: 0x4711 }],
    ["another place", "1/1/1", { low: 101 }],
    ["another half of all places", "1/1/1", { high: 0 }],
    ["more than was asked for", "1/1/1", { payload: bytes(51) }],
    ["less than was asked for", "0/2/255", { payload: bytes(49) }],
  ])("answers a read with %s is told %s", (_, code, change) => {
    const world = connect();
    const request = world.consumer.read(world.sink, 100, 50, 7, 8, 9);
    world.peer.drain();
    world.peer.send(tagged({ opcode: 2, ...to(world.sink, 100, 50), ...change }));
    expect(world.peer.terminateCode()).toBe(code);
    expect(world.consumer.statusOf(request)).toBe("flushed");
    expectEnd(world);
  });

  it("answers one read twice is told that nobody asked", () => {
    const world = connect();
    const request = world.consumer.read(world.sink, 100, 50, 7, 8, 9);
    world.peer.drain();
    const answer = tagged({ opcode: 2, ...to(world.sink, 100, 50) });
    world.peer.send(answer);
    expect(world.consumer.statusOf(request)).toBe("completed");
    expect(world.sink.memory.bytes.subarray(100, 150)).toEqual(Buffer.from(bytes(50)));
    world.sink.memory.bytes.fill(0xdd);
    world.peer.send(answer);
    expect(world.peer.terminateCode()).toBe("0/2/6");
    expectEnd(world);
  });

  it("sends a damaged FPDU is told of the checksum, whatever was damaged", () => {
    const { writable } = connect();
    const fpdu = encodeFpdu(tagged({ opcode: 0, ...to(writable, 0, 40) }), true);
    for (let at = 2; at < fpdu.length; at++) {
      const damaged = Buffer.from(fpdu);
      damaged[at]! ^= 0x10;
      for (const split of [undefined, 30, 1]) {
        // Damage to the bit that says how long the header is leaves a length that may be too short for it.
        const world = connect({ crc: true });
        world.peer.sendBytes(damaged, split);
        expect([at, split, world.peer.terminateCode()]).toEqual([at, split, "2/0/2"]);
        expectEnd(world);
      }
    }
  });

  it("stops in the middle of an FPDU is dropped in the end", () => {
    const { queuePair, consumer, peer, writable } = connect();
    peer.now = 100;
    peer.sendBytes(encodeFpdu(tagged({ opcode: 0, ...to(writable, 0, 40) })).subarray(0, 33));
    expect(queuePair.deadline()).toBe(30_100);
    queuePair.timeout(30_100);
    expect([consumer.faults[0]?.fault, queuePair.wantsClose]).toEqual(["timeout", "reset"]);
    peer.close();
    expect(consumer.violations).toEqual([]);
  });

  it("is told why even by a consumer that wants no more of it", () => {
    const { queuePair, consumer, peer } = connect();
    consumer.onWrong = () => queuePair.disconnect("reset");
    peer.send(untagged({ opcode: 9 }));
    expect([queuePair.wantsClose, peer.terminateCode()]).toEqual(["end", "0/2/6"]);
    peer.close();
    expect(consumer.violations).toEqual([]);
  });

  it("reads nothing of our last words is not waited for", () => {
    const { queuePair, peer } = connect();
    peer.send(untagged({ opcode: 9 }));
    queuePair.timeout(1999);
    expect(queuePair.wantsClose).toBe("end");
    queuePair.timeout(2000);
    expect([queuePair.wantsClose, queuePair.deadline()]).toEqual(["reset", undefined]);
  });

  it.each([
    ["at rest", () => undefined],
    ["with requests out", ({ consumer, sink }: World) => void consumer.read(sink, 0, 10, 1, 2, 3)],
    ["in the middle of a message", ({ peer }: World) => peer.send(untagged({ opcode: 3, last: false, payload: bytes(4) }))],
    ["while closing", ({ queuePair }: World) => queuePair.disconnect("end")],
  ])("sends a Terminate %s is believed, and not answered", (_, before) => {
    const world = connect();
    const { consumer, peer, queuePair } = world;
    before(world);
    peer.drain();
    peer.send(untagged({ opcode: 7, queue: 2, payload: Buffer.of(0x21, 0x02, 0x03, 0, 0, 0) }));
    expect(consumer.faults.map(({ fault, code }) => [fault, code])).toEqual([["terminated", 0x1202]]);
    expect(consumer.faults[0]!.message).toContain(
      "the responder ended the connection with a Terminate: DDP: no buffer for this message (1/2/2)",
    );
    expect([peer.drain(), queuePair.wantsClose]).toEqual([[], "end"]);
    peer.close();
    expect(consumer.violations).toEqual([]);
  });

  it.each([0, 3, 200])("sends a Terminate of %i bytes is believed as well", (length) => {
    const { consumer, peer } = connect();
    peer.send(untagged({ opcode: 7, queue: 2, msn: 9, payload: new Uint8Array(length) }));
    expect(consumer.faults.map(({ fault, code }) => [fault, code])).toEqual([["terminated", 0]]);
  });

  it("serves no reads makes one fail at once", () => {
    const queuePair = new SoftwareQueuePair({ role: "responder" });
    const consumer = new Consumer(queuePair);
    const peer = new WirePeer(queuePair);
    peer.sendBytes(mpaFrame("Req", 0x10, 2, Buffer.alloc(4)));
    const request = consumer.read(consumer.register(10), 0, 10, 1, 2, 3);
    expect([consumer.statusOf(request), consumer.faults[0]?.fault]).toEqual(["flushed", "negotiation"]);
  });
});

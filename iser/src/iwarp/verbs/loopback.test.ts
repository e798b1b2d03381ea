/** Two queue pairs in one process, against a model of two memories; the stream is cut at random. */
import { SeededRandom, VirtualClock } from "kit/clock";
import { describe, expect, it } from "vitest";
import { connectInProcess, type InProcessConnection } from "#socket";
import { TestConsumer, type TestRegion } from "../testing/test-consumer.ts";
import { mpaFrame, WirePeer } from "../testing/wire-peer.ts";
import { AccessRight } from "./memory-region.ts";
import { SoftwareQueuePair } from "./software-queue-pair.ts";
import type { SoftwareQueuePairOptions } from "./software-queue-pair-options.ts";

interface Pair {
  readonly initiator: TestConsumer;
  readonly responder: TestConsumer;
  readonly link: InProcessConnection;
  readonly clock: VirtualClock;
}

type Options = Partial<SoftwareQueuePairOptions>;

function connect(options: { both?: Options; initiator?: Options; responder?: Options; random?: SeededRandom } = {}): Pair {
  const clock = new VirtualClock();
  const both = { firstFpduDelayMs: 0, lingerMs: 0, ...options.both };
  const a = new SoftwareQueuePair({ ...both, ...options.initiator, role: "initiator" });
  const b = new SoftwareQueuePair({ ...both, ...options.responder, role: "responder" });
  const initiator = new TestConsumer(a);
  const responder = new TestConsumer(b);
  initiator.postReceives(20);
  responder.postReceives(20);
  const { random } = options;
  const split =
    random === undefined ? undefined : (available: number): number => 1 + random.below(Math.min(available, 1 + random.below(70_000)));
  const link = connectInProcess(a, b, clock, { split, placement: random === undefined || random.below(4) > 0 });
  a.connect(Uint8Array.of(0x80, 0, 0, 0));
  link.run();
  return { initiator, responder, link, clock };
}

describe("two queue pairs", () => {
  it("connect with private data, and agree on read depths", () => {
    const { initiator, responder } = connect({
      initiator: { inboundReadDepth: 7, outboundReadDepth: 1 },
      responder: { outboundReadDepth: 64 },
    });
    expect([initiator.events, responder.events]).toEqual([["established"], ["connect request", "established"]]);
    expect(responder.privateData).toEqual(Buffer.of(0x80, 0, 0, 0));
    expect([initiator.queuePair.inboundReadDepth, initiator.queuePair.outboundReadDepth]).toEqual([7, 1]);
    expect([responder.queuePair.inboundReadDepth, responder.queuePair.outboundReadDepth]).toEqual([1, 7]);
  });

  it("deliver what was written before the Send that follows it", () => {
    const { initiator, responder, link } = connect();
    const region = initiator.register(300_000, AccessRight.remoteWrite);
    const data = new SeededRandom(1).bytes(300_000);
    initiator.send(Buffer.from("go"));
    link.run();
    let seen: Buffer | undefined;
    initiator.onMessage = () => {
      seen = Buffer.from(region.memory.bytes);
    };
    responder.write([data.subarray(0, 100_000), data.subarray(100_000)], region.stag, region.offsetHigh, 0);
    responder.send(Buffer.from("done"), { solicited: true, invalidateStag: region.stag });
    link.run();
    expect(seen?.equals(data)).toBe(true);
    expect(initiator.messages[0]?.solicited).toBe(true);
    expect(initiator.messages[0]?.invalidated).toBe(region.region);
    expect([region.region.isValid, region.deregistrations]).toEqual([false, 0]);
    initiator.deregister(region);
    expect(region.deregistrations).toBe(1);
  });

  it("serve as many reads as agreed, and start the others as these end", () => {
    const { initiator, responder, link } = connect({ both: { inboundReadDepth: 2 } });
    const source = initiator.register(100_000, AccessRight.remoteRead, new SeededRandom(2).bytes(100_000));
    initiator.send(Buffer.from("go"));
    link.run();
    const sink = responder.register(100_000);
    const reads = Array.from({ length: 10 }, (_, i) =>
      responder.read(sink, i * 10_000, 10_000, source.stag, source.offsetHigh, i * 10_000),
    );
    responder.read(sink, 0, 0, 0, 0, 0);
    link.run();
    expect(responder.completions.map(({ request }) => request).slice(0, 10)).toEqual(reads);
    expect(responder.completions).toHaveLength(11);
    expect(Buffer.compare(sink.memory.bytes, source.memory.bytes)).toBe(0);
    expect([initiator.faults, responder.faults]).toEqual([[], []]);
  });

  it("hold back a responder until the initiator has sent", () => {
    const { initiator, responder, link } = connect();
    responder.send(Buffer.from("early"), { inline: true });
    link.run();
    expect([initiator.messages, responder.completions]).toEqual([[], []]);
    initiator.send(Buffer.from("first"));
    link.run();
    expect(initiator.messages.map(({ bytes }) => bytes.toString())).toEqual(["early"]);
  });

  it.each(["rdma-write", "rdma-read", "zero-length-fpdu"] as const)("let a responder send first when %s made ready to receive", (kind) => {
    const { initiator, responder, link } = connect({ initiator: { readyToReceive: [kind], outboundReadDepth: 0 } });
    responder.send(Buffer.from("hello"));
    link.run();
    expect(initiator.messages.map(({ bytes }) => bytes.toString())).toEqual(["hello"]);
    expect([initiator.faults, responder.faults, initiator.completions]).toEqual([[], [], []]);
  });

  it("let the responder hang up first, if it does so in time", () => {
    for (const hangsUp of [true, false]) {
      const { initiator, responder, link, clock } = connect({ both: { lingerMs: 1000 } });
      initiator.send(Buffer.from("last words"));
      initiator.queuePair.disconnect("end");
      link.run();
      clock.advance(999);
      expect([responder.messages.length, link.closed]).toEqual([1, false]);
      if (hangsUp) responder.queuePair.disconnect("end");
      else clock.advance(1);
      link.run();
      expect(link.closed).toBe(true);
      expect([initiator.faults, initiator.violations, responder.violations]).toEqual([[], [], []]);
    }
  });

  it("wait before the first FPDU when told so, and end only after what is posted", () => {
    const { initiator, responder, link, clock } = connect({ both: { firstFpduDelayMs: 30 } });
    initiator.send(Buffer.from("a"), { inline: true, signaled: false });
    initiator.queuePair.disconnect("end");
    link.run();
    clock.advance(29);
    expect([responder.messages.length, link.closed, initiator.queuePair.state]).toEqual([0, false, "closing"]);
    clock.advance(1);
    link.run();
    expect([responder.messages.length, link.closed]).toEqual([1, true]);
    expect([initiator.violations, responder.violations]).toEqual([[], []]);
  });

  it("copy next to nothing of large transfers without checksums", () => {
    const { initiator, responder, link } = connect({ both: { crc: false } });
    initiator.send(Buffer.from("go"));
    link.run();
    const data = new Uint8Array(262_144).fill(7);
    for (let i = 0; i < 8; i++) {
      const region = initiator.register(data.length, AccessRight.remoteWrite);
      responder.write([data], region.stag, region.offsetHigh, 0);
      link.run();
      expect(Buffer.compare(region.memory.bytes, data)).toBe(0);
    }
    for (const { counters } of [initiator.queuePair, responder.queuePair]) {
      expect(counters.payloadBytes).toBe(8 * data.length);
      expect(counters.payloadBytesCopied / counters.payloadBytes).toBeLessThan(0.01);
    }
  });

  it("read in small bites between large segments, and half of what is awaited otherwise", () => {
    for (const [fpduBytes, length, bulkReadBytes] of [
      [65_536, 262_144, 2048],
      [1460, 262_144, 262_144], // as Linux siw sends: nothing of it is worth a read of its own
      [65_536, 65_536, 131_072],
    ] as const) {
      const { initiator, responder, link } = connect({ responder: { fpduBytes } });
      initiator.send(Buffer.from("go"));
      link.run();
      const region = initiator.register(length, AccessRight.remoteWrite);
      responder.write([new Uint8Array(length)], region.stag, region.offsetHigh, 0);
      link.run();
      expect((initiator.queuePair as SoftwareQueuePair).bulkReadBytes).toBe(bulkReadBytes);
    }
  });

  it("flush everything when the stream is cut, and give regions back once", () => {
    const { initiator, responder, link } = connect();
    const region = initiator.register(1000, AccessRight.remoteWrite);
    initiator.send(Buffer.from("never"));
    initiator.read(initiator.register(10), 0, 10, 1, 2, 3);
    link.cut();
    initiator.deregister(region);
    initiator.deregister(initiator.regions[1]!);
    initiator.send(Buffer.from("late"));
    expect([region.deregistrations, initiator.disconnected, initiator.violations, responder.violations]).toEqual([1, 1, [], []]);
    expect(initiator.completions.map(({ status }) => status)).toEqual(["flushed", "flushed", "flushed"]);
  });
});

describe("an RDMA Write", () => {
  it("counts the peer's 64-bit offsets on, from one segment to the next", () => {
    const queuePair = new SoftwareQueuePair({ role: "initiator", crc: false, firstFpduDelayMs: 0 });
    const consumer = new TestConsumer(queuePair);
    queuePair.connect(new Uint8Array(0));
    const peer = new WirePeer(queuePair);
    peer.drainBytes();
    peer.sendBytes(mpaFrame("Rep", 0x10, 2, Buffer.of(0, 1, 0, 1)));
    consumer.write([new Uint8Array(140_000)], 0x12345678, 0xff110000, 0xfffffff0);
    expect(peer.drain().map((ulpdu) => ulpdu.subarray(0, 14).toString("hex"))).toEqual([
      "814012345678ff110000fffffff0",
      "814012345678ff1100010000ffdc",
      "c14012345678ff1100010001ffc8",
    ]);
  });
});

describe("random traffic", () => {
  const firstSeed = Number(process.env.ISER_SEED ?? 1);
  const runs = Number(process.env.ISER_RUNS ?? 60);

  it("leaves both memories as a model has them", () => {
    for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
      try {
        runTraffic(new SeededRandom(seed));
      } catch (error) {
        const replay = `ISER_SEED=${seed} ISER_RUNS=1 npx vitest run --project iser src/iwarp/verbs/loopback.test.ts`;
        throw new Error(`${String(error)}; replay with ${replay}`, { cause: error });
      }
    }
  });
});

/** A region at one end and what the model says is in it. */
interface Modelled {
  readonly entry: TestRegion;
  readonly expected: Buffer;
}

function runTraffic(random: SeededRandom): void {
  const pair = connect({
    random,
    both: {
      crc: random.below(2) === 0,
      fpduBytes: random.below(2) === 0 ? 1400 + random.below(9000) : 65_536,
      inboundReadDepth: 1 + random.below(5),
      outboundReadDepth: 1 + random.below(5),
    },
  });
  pair.initiator.send(Buffer.from("open"));
  pair.link.run();
  const ends = [pair.initiator, pair.responder] as const;
  const memories = ends.map((end): Modelled => {
    const content = random.bytes(1 + random.below(300_000));
    const entry = end.register(content.length, AccessRight.remoteRead | AccessRight.remoteWrite, content);
    return { entry, expected: Buffer.from(content) };
  });
  const sent: string[][] = [["open"], []];
  const sinks: { readonly entry: TestRegion; readonly from: number; readonly start: number; readonly length: number }[] = [];
  for (let count = 20; count > 0; count--) {
    const from = random.below(2);
    const here = ends[from]!;
    const there = memories[1 - from]!;
    const { stag, offsetHigh } = there.entry;
    const start = random.below(there.expected.length);
    const length = random.below(there.expected.length - start + 1);
    const kind = random.below(3);
    if (kind === 0 && sent[from]!.length < 20) {
      const text = `message ${count}`.repeat(1 + random.below(20));
      sent[from]!.push(text);
      here.send(Buffer.from(text), { inline: random.below(2) === 0, signaled: random.below(2) === 0 });
    } else if (kind === 1) {
      const data = random.bytes(length);
      const cut = random.below(length + 1);
      there.expected.set(data, start);
      here.write([data.subarray(0, cut), data.subarray(cut)], stag, offsetHigh, start);
    } else {
      const entry = here.register(length + 10);
      sinks.push({ entry, from, start, length });
      here.read(entry, 10, length, stag, offsetHigh, start);
    }
    // Reads see what was written before they are served; so that the model is simple, everything settles in between half of the time.
    if (random.below(2) === 0 || kind === 2) {
      pair.link.run();
      const last = kind === 2 ? sinks.at(-1) : undefined;
      if (last !== undefined) {
        const got = Buffer.from(last.entry.memory.bytes.subarray(10));
        const due = memories[1 - last.from]!.expected.subarray(last.start, last.start + last.length);
        if (!got.equals(due)) throw new Error("a read brought something else");
      }
    }
  }
  pair.link.run();
  for (const [i, { entry, expected }] of memories.entries()) {
    if (!expected.equals(entry.memory.bytes)) throw new Error("memory differs from the model");
    expect(ends[1 - i]!.messages.map(({ bytes }) => bytes.toString())).toEqual(sent[i]);
  }
  for (const end of ends) {
    for (const entry of end.regions) end.deregister(entry);
    expect(end.regions.every(({ deregistrations }) => deregistrations === 1)).toBe(true);
    expect(end.completions.every(({ status }) => status === "completed")).toBe(true);
  }
  pair.initiator.queuePair.disconnect("end");
  pair.link.run();
  for (const end of ends) expect([end.faults, end.violations, end.disconnected]).toEqual([[], [], 1]);
}

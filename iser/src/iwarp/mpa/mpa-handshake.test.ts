import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TestConsumer } from "../testing/test-consumer.ts";
import { encodeFpdu, mpaFrame, untagged, WirePeer } from "../testing/wire-peer.ts";
import { SoftwareQueuePair } from "../verbs/software-queue-pair.ts";
import type { SoftwareQueuePairOptions } from "../verbs/software-queue-pair-options.ts";
import { type MpaFrame, mpaFrameLength, parseMpaFrame, writeMpaFrame } from "./mpa-frame.ts";

const depth = fc.integer({ min: 0, max: 0x3fff });
const enhancedWords = fc.record({
  peerToPeer: fc.boolean(),
  zeroLengthFpdu: fc.boolean(),
  rdmaWrite: fc.boolean(),
  rdmaRead: fc.boolean(),
  inboundReadDepth: depth,
  outboundReadDepth: depth,
});
const frames: fc.Arbitrary<MpaFrame> = fc.record({
  kind: fc.constantFrom("request" as const, "reply" as const),
  markers: fc.boolean(),
  crc: fc.boolean(),
  rejected: fc.boolean(),
  revision: fc.integer({ min: 0, max: 255 }),
  enhanced: fc.option(enhancedWords, { nil: undefined }),
  privateData: fc.uint8Array({ maxLength: 508 }),
});

describe("an MPA frame", () => {
  it("is read as it was written, with reserved flags ignored", () => {
    fc.assert(
      fc.property(frames, fc.integer({ min: 0, max: 15 }), (frame, reserved) => {
        const bytes = writeMpaFrame(frame);
        bytes[16]! |= reserved;
        expect(mpaFrameLength(bytes)).toBe(bytes.length);
        expect(parseMpaFrame(frame.kind, bytes)).toEqual(frame);
      }),
      { numRuns: 200 },
    );
  });

  it("holds 512 bytes of private data and no more", () => {
    const frame = { kind: "request", markers: false, crc: true, rejected: false, revision: 1, enhanced: undefined } as const;
    expect(writeMpaFrame({ ...frame, privateData: new Uint8Array(512) })).toHaveLength(532);
    expect(() => writeMpaFrame({ ...frame, privateData: new Uint8Array(513) })).toThrow("do not fit");
  });
});

type Options = Omit<SoftwareQueuePairOptions, "role">;

function startInitiator(options: Options = {}): { peer: WirePeer; consumer: TestConsumer; queuePair: SoftwareQueuePair; request: Buffer } {
  const queuePair = new SoftwareQueuePair({ firstFpduDelayMs: 0, ...options, role: "initiator" });
  const consumer = new TestConsumer(queuePair);
  queuePair.connect(Uint8Array.of(0xc0, 0, 0, 0));
  const peer = new WirePeer(queuePair);
  return { peer, consumer, queuePair, request: peer.drainBytes() };
}

function startResponder(options: Options = {}): { peer: WirePeer; consumer: TestConsumer; queuePair: SoftwareQueuePair } {
  const queuePair = new SoftwareQueuePair({ ...options, role: "responder" });
  const consumer = new TestConsumer(queuePair);
  return { peer: new WirePeer(queuePair), consumer, queuePair };
}

const words = (inbound: number, outbound: number): Buffer => Buffer.of(inbound >> 8, inbound & 255, outbound >> 8, outbound & 255);

describe("an initiator", () => {
  it("asks for checksums and read depths, and sends nothing else", () => {
    const { request } = startInitiator({ inboundReadDepth: 16, outboundReadDepth: 1 });
    expect(request).toEqual(mpaFrame("Req", 0x50, 2, Buffer.of(0, 16, 0, 1, 0xc0, 0, 0, 0)));
    expect(startInitiator({ crc: false, mpaRevision: 1 }).request).toEqual(mpaFrame("Req", 0, 1, Buffer.of(0xc0, 0, 0, 0)));
  });

  it("takes a reply in any pieces, and the FPDUs behind it", () => {
    const stream = Buffer.concat([
      mpaFrame("Rep", 0x10, 2, Buffer.concat([words(4, 4), Buffer.from("hi")])),
      encodeFpdu(untagged({ opcode: 3, payload: Buffer.from("message") })),
    ]);
    for (const split of [1, 2, 19, 20, 21, 24, 25, 26, 27, 40, 1000]) {
      const { peer, consumer, queuePair } = startInitiator({ crc: false });
      consumer.postReceives(1);
      peer.sendBytes(stream, split);
      expect([consumer.privateData?.toString(), consumer.messages[0]?.bytes.toString(), consumer.faults]).toEqual(["hi", "message", []]);
      expect([queuePair.state, queuePair.outboundReadDepth]).toEqual(["rts", 4]);
    }
  });

  it("uses checksums if either end asks for them", () => {
    for (const [ours, theirs, crc] of [
      [false, 0x10, false],
      [false, 0x50, true],
      [true, 0x10, true],
    ] as const) {
      const { peer, consumer } = startInitiator({ crc: ours });
      peer.sendBytes(mpaFrame("Rep", theirs, 2, words(1, 1)));
      consumer.send(Buffer.from("x"));
      peer.crc = crc;
      expect(peer.drain()).toHaveLength(1);
    }
  });

  it.each([
    ["is refused", mpaFrame("Rep", 0x30, 2, Buffer.concat([words(0, 0), Buffer.from("no")])), "rejected", "refused"],
    ["is asked for markers", mpaFrame("Rep", 0x90, 2, words(1, 1)), "negotiation", "markers"],
    ["gets a request for an answer", mpaFrame("Req", 0x10, 2, words(1, 1)), "peer", "does not speak MPA"],
    ["gets a web page", Buffer.from("HTTP/1.1 400 Bad Request"), "peer", "does not speak MPA"],
    ["gets private data beyond the limit", mpaFrame("Rep", 0x10, 2, new Uint8Array(513)), "peer", "513 bytes of private data"],
    ["gets no words in an enhanced reply", mpaFrame("Rep", 0x10, 2, new Uint8Array(3)), "peer", "two words"],
    ["gets a later revision", mpaFrame("Rep", 0x10, 3, words(1, 1)), "peer", "revision 3"],
  ])("says why when it %s, and sends nothing", (_, reply, fault, message) => {
    const { peer, consumer, queuePair } = startInitiator();
    peer.sendBytes(reply, 3);
    expect(consumer.faults.map((error) => error.fault)).toEqual([fault]);
    expect(consumer.faults[0]!.message).toContain(message);
    expect([queuePair.state, queuePair.wantsClose, peer.drainBytes().length]).toEqual(["error", "reset", 0]);
    if (fault === "rejected") expect(Buffer.from(consumer.faults[0]!.privateData!).toString()).toBe("no");
  });

  it("tells a responder that wants more reads than it serves, or knows no ready-to-receive message of its own", () => {
    const greedy = startInitiator({ inboundReadDepth: 4, crc: false });
    greedy.peer.sendBytes(mpaFrame("Rep", 0x10, 2, words(1, 5)));
    expect([greedy.peer.terminateCode(), greedy.consumer.faults[0]?.fault, greedy.queuePair.wantsClose]).toEqual([
      "2/0/6",
      "negotiation",
      "end",
    ]);
    const strange = startInitiator({ readyToReceive: ["rdma-read"], crc: false });
    strange.peer.sendBytes(mpaFrame("Rep", 0x10, 2, words(0x8001, 0x8001)));
    expect(strange.peer.terminateCode()).toBe("2/0/7");
  });

  it("gives up when no reply comes in time", () => {
    const { peer, consumer, queuePair } = startInitiator({ handshakeMs: 5000 });
    expect(queuePair.deadline()).toBe(5000);
    queuePair.timeout(4999);
    expect(consumer.faults).toEqual([]);
    queuePair.timeout(5000);
    expect([consumer.faults[0]?.fault, queuePair.wantsClose]).toEqual(["timeout", "reset"]);
    peer.close();
    expect(consumer.violations).toEqual([]);
  });

  it.each(["", "MPA ID Rep Fr"])("says so when the responder hangs up behind %j", (reply) => {
    const { peer, consumer, queuePair } = startInitiator();
    peer.sendBytes(Buffer.from(reply, "latin1"));
    peer.close();
    expect(consumer.faults.map(({ message }) => message)).toEqual([
      expect.stringMatching(/hung up without an MPA reply.*perhaps this port is for iSCSI over TCP/),
    ]);
    expect([queuePair.state, consumer.violations]).toEqual(["error", []]);
  });

  it("makes ready to receive at once and sends the rest after a pause", () => {
    const { peer, consumer, queuePair } = startInitiator({ readyToReceive: ["rdma-write"], firstFpduDelayMs: 30, crc: false });
    peer.sendBytes(mpaFrame("Rep", 0x10, 2, words(0x8010, 0x8010)));
    consumer.send(Buffer.from("login"));
    expect(peer.drain().map((ulpdu) => ulpdu.toString("hex"))).toEqual(["c140000000010000000000000000"]);
    expect(queuePair.deadline()).toBe(30);
    queuePair.timeout(30);
    expect(peer.drain().map((ulpdu) => ulpdu.subarray(18).toString())).toEqual(["login"]);
  });

  it("wakes a responder that overlooks the first message, until it says something", () => {
    const { peer, consumer, queuePair } = startInitiator({ firstFpduDelayMs: 30, crc: false });
    consumer.postReceives(1);
    peer.sendBytes(mpaFrame("Rep", 0x10, 2, words(16, 16)));
    consumer.send(Buffer.from("login"));
    const said: (readonly [number, string])[] = [];
    for (let now = queuePair.deadline() ?? 0; now < 2000; now = queuePair.deadline() ?? 2000) {
      queuePair.timeout(now);
      for (const ulpdu of peer.drain()) said.push([now, ulpdu.toString("hex")]);
    }
    const empty = "c140000000010000000000000000";
    expect(said.map(([now, ulpdu]) => (ulpdu === empty ? now : `${now} Send`))).toEqual(["30 Send", 130, 330, 730, 1530]);
    peer.send(untagged({ opcode: 3, payload: Buffer.from("welcome") }));
    expect(queuePair.deadline()).toBeUndefined();
    consumer.send(Buffer.from("command"));
    queuePair.timeout(100_000);
    expect(peer.drain().map((ulpdu) => ulpdu.subarray(18).toString())).toEqual(["command"]);
    expect([consumer.faults, consumer.violations]).toEqual([[], []]);
  });
});

describe("a responder", () => {
  it.each([
    [0x10, 2, words(128, 1), 0x10, 2, words(1, 64)],
    [0x50, 2, words(4, 0), 0x50, 2, words(0, 4)],
    [0x18, 2, words(0x3fff, 0x3fff), 0x10, 2, words(32, 64)],
    [0x10, 2, words(0x8010, 0xc010), 0x10, 2, words(0x8010, 0x8010)],
    [0x40, 1, Buffer.from("plain"), 0x40, 1, Buffer.alloc(0)],
    [0x00, 2, Buffer.alloc(0), 0x00, 2, Buffer.alloc(0)],
  ])("answers flags %i revision %i in kind", (flags, revision, data, replyFlags, replyRevision, replyData) => {
    const { peer, consumer } = startResponder({ inboundReadDepth: 32, outboundReadDepth: 64 });
    peer.sendBytes(mpaFrame("Req", flags, revision, data), 7);
    expect(peer.drainBytes()).toEqual(mpaFrame("Rep", replyFlags, replyRevision, replyData));
    expect([consumer.events, consumer.faults]).toEqual([["connect request", "established"], []]);
  });

  it.each([
    ["markers", mpaFrame("Req", 0xd0, 2, words(1, 1)), mpaFrame("Rep", 0x70, 2, words(0, 0))],
    ["a revision from the future", mpaFrame("Req", 0x00, 3, Buffer.alloc(0)), mpaFrame("Rep", 0x20, 2, Buffer.alloc(0))],
  ])("refuses %s", (_, request, reply) => {
    const { peer, consumer, queuePair } = startResponder();
    peer.sendBytes(request);
    expect(peer.drainBytes()).toEqual(reply);
    expect([consumer.faults[0]?.fault, consumer.events, queuePair.wantsClose]).toEqual(["negotiation", [], "end"]);
  });

  it("refuses with private data when its consumer says so", () => {
    const { peer, consumer, queuePair } = startResponder();
    consumer.onRequest = () => queuePair.reject(Buffer.from("busy"));
    peer.sendBytes(mpaFrame("Req", 0x10, 2, words(1, 1)));
    expect(peer.drainBytes()).toEqual(mpaFrame("Rep", 0x30, 2, Buffer.concat([words(0, 0), Buffer.from("busy")])));
    expect([consumer.faults, queuePair.wantsClose, queuePair.state]).toEqual([[], "end", "error"]);
  });

  it("drops an initiator that does not wait for the answer", () => {
    const request = mpaFrame("Req", 0x10, 2, words(1, 1));
    const fpdu = encodeFpdu(untagged({ opcode: 3 }));
    const glued = startResponder();
    glued.peer.sendBytes(Buffer.concat([request, fpdu]));
    const hasty = startResponder();
    hasty.consumer.onRequest = () => undefined;
    hasty.peer.sendBytes(request);
    hasty.peer.sendBytes(fpdu);
    for (const { peer, consumer, queuePair } of [glued, hasty]) {
      expect([consumer.faults[0]?.fault, queuePair.wantsClose, peer.drainBytes().length]).toEqual(["peer", "reset", 0]);
      queuePair.disconnect("end");
      peer.close();
      expect(consumer.violations).toEqual([]);
    }
    hasty.queuePair.accept(new Uint8Array(0)); // too late, and harmless
    expect(hasty.queuePair.state).toBe("error");
  });

  it("waits for a request only so long", () => {
    const { consumer, queuePair } = startResponder({ handshakeMs: 5000 });
    queuePair.timeout(5000);
    expect([consumer.faults[0]?.fault, queuePair.wantsClose]).toEqual(["timeout", "reset"]);
  });
});

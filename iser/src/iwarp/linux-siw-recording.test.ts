/** What the Linux kernel said, read by our codecs and said again: byte for byte the same. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { portableCrc32c } from "#bytes";
import { DdpControl, TaggedField, UntaggedField } from "./ddp/segment.ts";
import { FpduReceiver } from "./mpa/fpdu-receiver.ts";
import { FpduSender } from "./mpa/fpdu-sender.ts";
import { mpaFrameLength, parseMpaFrame, startsMpaFrame, writeMpaFrame } from "./mpa/mpa-frame.ts";
import { opcodeName } from "./rdmap/opcode.ts";
import { TestConsumer } from "./testing/test-consumer.ts";
import { WirePeer } from "./testing/wire-peer.ts";
import { SoftwareQueuePair } from "./verbs/software-queue-pair.ts";

const recording = readFileSync(new URL("./testing/linux-siw-recording.txt", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => ({ from: line.startsWith("i") ? "initiator" : "target", bytes: Buffer.from(line.slice(4), "hex") }));

const [request, reply] = recording.map(({ bytes }) => bytes);
const fpdus = recording.slice(2);

interface Segment {
  readonly header: Buffer;
  readonly payload: Buffer;
}

/** Reads `stream` in pieces of `split` bytes. */
function readSegments(stream: Uint8Array, split: number): Segment[] {
  const segments: Segment[] = [];
  const payload = Buffer.alloc(65536);
  const receiver = new FpduReceiver(
    {
      onSegment: () => receiver.place(payload, 0),
      onSegmentEnd: () => {
        const headerLength = receiver.segmentLength - receiver.payloadLength;
        segments.push({
          header: Buffer.from(receiver.header.subarray(0, headerLength)),
          payload: Buffer.from(payload.subarray(0, receiver.payloadLength)),
        });
      },
      onEmptyFpdu: () => expect.unreachable(),
      onFault: (error) => {
        throw error;
      },
    },
    portableCrc32c,
    { bytesReceived: 0, fpdusReceived: 0, payloadBytesCopied: 0 },
  );
  for (let at = 0; at < stream.length; at += split) receiver.receive(stream.subarray(at, at + split), 0);
  expect(receiver.midFpdu).toBe(false);
  return segments;
}

function writeSegment({ header, payload }: Segment): Buffer {
  const sender = new FpduSender(portableCrc32c, { bytesSent: 0, fpdusSent: 0, payloadBytesCopied: 0 }, () => undefined);
  const at = sender.begin(header.length, payload.length);
  for (const [i, byte] of header.entries()) sender.view.setUint8(at + i, byte);
  sender.seal(at);
  sender.copy(payload, 0, payload.length);
  sender.end();
  return Buffer.concat(sender.take());
}

describe("Linux ib_iser and isert over siw", () => {
  it("connect with frames that we read, and write alike", () => {
    for (const [kind, bytes] of [
      ["request", request],
      ["reply", reply],
    ] as const) {
      expect(startsMpaFrame(kind, bytes!, bytes!.length)).toBe(true);
      expect(mpaFrameLength(bytes!)).toBe(bytes!.length);
      const frame = parseMpaFrame(kind, bytes!)!;
      expect(frame).toMatchObject({ markers: false, crc: false, rejected: false, revision: 2 });
      expect([...frame.privateData]).toEqual([0x80, 0, 0, 0]);
      expect(Buffer.from(writeMpaFrame(frame))).toEqual(bytes);
    }
    expect(parseMpaFrame("request", request!)?.enhanced).toMatchObject({ inboundReadDepth: 128, outboundReadDepth: 1, peerToPeer: false });
    expect(parseMpaFrame("reply", reply!)?.enhanced).toMatchObject({ inboundReadDepth: 1, outboundReadDepth: 128 });
  });

  it.each([1, 7, 1000, 100_000])("say FPDUs that we read in pieces of %i bytes, and write alike", (split) => {
    const stream = Buffer.concat(fpdus.map(({ bytes }) => bytes));
    const segments = readSegments(stream, split);
    expect(segments).toHaveLength(fpdus.length);
    expect(Buffer.concat(segments.map(writeSegment)).equals(stream)).toBe(true);
  });

  it("use every kind of message that storage needs", () => {
    const kinds = new Set(
      readSegments(Buffer.concat(fpdus.map(({ bytes }) => bytes)), 4096).map(({ header }) => {
        const last = (header[0]! & DdpControl.last) !== 0 ? "last" : "more";
        return `${opcodeName(header[1]! & 15)}, ${last}`;
      }),
    );
    expect([...kinds].sort()).toEqual([
      "RDMA Read Request, last",
      "RDMA Read Response, last",
      "RDMA Read Response, more",
      "RDMA Write, last",
      "RDMA Write, more",
      "Send with Invalidate, last",
      "Send, last",
      "Send, more",
    ]);
  });

  it("number their messages and place their segments as we expect", () => {
    const sends = fpdus.filter(({ from, bytes }) => from === "initiator" && (bytes[3]! & 15) === 3 && (bytes[2]! & DdpControl.last) !== 0);
    expect(sends.map(({ bytes }) => bytes.readUInt32BE(2 + UntaggedField.messageNumber))).toEqual(sends.map((_, i) => i + 1));
    const writes = fpdus.filter(({ bytes }) => (bytes[3]! & 15) === 0);
    expect(writes.every(({ bytes }) => bytes.readUInt32BE(2 + TaggedField.offsetHigh) > 0x1fffff)).toBe(true); // beyond what a Number counts to
  });

  it("could have been talking to us: a responder takes the initiator's request and Sends", () => {
    const queuePair = new SoftwareQueuePair({ role: "responder" });
    const consumer = new TestConsumer(queuePair);
    consumer.onRequest = () => queuePair.accept(Uint8Array.of(0x80, 0, 0, 0));
    consumer.postReceives(14, 8192 + 76);
    const peer = new WirePeer(queuePair);
    peer.sendBytes(request!, 5);
    expect(peer.drainBytes().equals(reply!)).toBe(true);
    const sends = fpdus.filter(({ from, bytes }) => from === "initiator" && bytes.readUInt16BE(2) === 0x4143);
    peer.sendBytes(Buffer.concat(sends.map(({ bytes }) => bytes)), 333);
    expect(consumer.messages.map(({ bytes }) => bytes.length)).toEqual(sends.map(({ bytes }) => bytes.readUInt16BE(0) - 18));
    expect(consumer.messages[0]!.bytes.toString("latin1")).toContain("InitiatorName=iqn.2003-01.lab:kernel-initiator");
    peer.close();
    expect([consumer.faults, consumer.violations]).toEqual([[], []]);
  });
});

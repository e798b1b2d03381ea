/**
 * The invariant: whatever bytes a peer sends, a queue pair tells of at most one fault, writes nothing outside memory that was lent to it, says only
 * well-formed FPDUs, and gives every request, receive and region back exactly once.
 */
import { SeededRandom } from "kit/clock";
import { describe, expect, it } from "vitest";
import { TestConsumer } from "../testing/test-consumer.ts";
import { decodeFpdus, encodeFpdu, mpaFrame, readRequest, tagged, untagged, WirePeer } from "../testing/wire-peer.ts";
import { AccessRight } from "./memory-region.ts";
import { SoftwareQueuePair } from "./software-queue-pair.ts";

/** A longer hunt: `ISER_SEED=12345 ISER_RUNS=100000`. */
const firstSeed = Number(process.env.ISER_SEED ?? 1);
const runs = Number(process.env.ISER_RUNS ?? 500);

/** Some bytes changed, some lost, some doubled; or none: an undamaged stream must do as well. */
function damage(stream: Buffer, random: SeededRandom): Buffer {
  let damaged = Buffer.from(stream);
  for (let count = random.below(4); count > 0; count--) {
    const at = random.below(damaged.length);
    const kind = random.below(6);
    if (kind < 3) damaged[at]! ^= 1 << random.below(8);
    else if (kind === 3) damaged.set(random.bytes(Math.min(4, damaged.length - at)), at);
    else if (kind === 4) damaged = Buffer.concat([damaged.subarray(0, at), damaged.subarray(at + 4 * random.below(13))]);
    else damaged = Buffer.concat([damaged.subarray(0, at), damaged.subarray(Math.max(0, at - 32))]);
  }
  return damaged;
}

function run(random: SeededRandom): void {
  const crc = random.below(3) === 0;
  const isInitiator = random.below(2) === 0;
  const queuePair = new SoftwareQueuePair({ role: isInitiator ? "initiator" : "responder", crc, firstFpduDelayMs: 0, inboundReadDepth: 4 });
  const consumer = new TestConsumer(queuePair);
  consumer.postReceives(4, 200);
  if (isInitiator) queuePair.connect(random.bytes(4));
  const peer = new WirePeer(queuePair);
  peer.drainBytes();

  const writable = consumer.register(random.below(4) === 0 ? 150_000 : 3000, AccessRight.remoteWrite);
  const readable = consumer.register(3000, AccessRight.remoteRead);
  const sink = consumer.register(3000);
  const hello = isInitiator
    ? mpaFrame("Rep", crc ? 0x50 : 0x10, 2, Buffer.of(0, 4, 0, 4))
    : mpaFrame("Req", crc ? 0x50 : 0x10, 2, Buffer.of(0, 4, 0, 4));
  const damageHello = random.below(10) === 0;
  peer.sendBytes(damageHello ? damage(hello, random) : hello, 1 + random.below(40));
  const isUp = queuePair.state === "rts";
  if (isUp && random.below(2) === 0) consumer.read(sink, 0, 1000, 1, 2, 3);
  if (isUp && random.below(2) === 0) consumer.write([random.bytes(20_000)], 1, 2, 3);

  const segments: Buffer[] = [];
  let msn = 1;
  let reads = 1;
  for (let count = 1 + random.below(6); count > 0; count--) {
    const low = random.below(writable.memory.bytes.length);
    const length = random.below(Math.min(writable.memory.bytes.length - low, 60_000) + 1);
    const at = { stag: writable.stag, high: writable.offsetHigh, low };
    switch (random.below(6)) {
      case 0:
        segments.push(tagged({ opcode: 0, ...at, payload: random.bytes(length), last: random.below(2) === 0 }));
        break;
      case 1:
        segments.push(untagged({ opcode: 3, msn, last: false, payload: random.bytes(50) }));
        segments.push(untagged({ opcode: 3, msn: msn++, mo: 50, payload: random.bytes(50) }));
        break;
      case 2:
        segments.push(untagged({ opcode: 4, msn: msn++, invalidateStag: writable.stag }));
        break;
      case 3:
        segments.push(readRequest({ stag: readable.stag, high: readable.offsetHigh, low: 10, length: 2000, msn: reads++ }));
        break;
      case 4:
        segments.push(tagged({ opcode: 2, stag: sink.stag, high: sink.offsetHigh, payload: random.bytes(1000) }));
        break;
      default:
        segments.push(untagged({ opcode: 5, msn: msn++ }));
    }
  }
  feed(peer, damage(Buffer.concat(segments.map((ulpdu) => encodeFpdu(ulpdu, crc))), random), random, damageHello ? undefined : crc, () => {
    const entry = consumer.regions[random.below(consumer.regions.length)]!;
    if (entry.deregistrations === 0 && entry.region.context === entry && random.below(10) === 0 && !released.has(entry)) {
      released.add(entry);
      consumer.deregister(entry);
    }
  });
  expect(consumer.violations).toEqual([]);
  peer.close();
  for (const entry of consumer.regions) {
    if (!released.has(entry)) consumer.deregister(entry);
    released.delete(entry);
  }
  expect([consumer.violations, consumer.regions.map(({ deregistrations }) => deregistrations)]).toEqual([[], [1, 1, 1]]);
}

const released = new Set<unknown>();

/** Feeds `stream` in pieces, placing when the core wants it, and does something else in between. What it says must be well formed, with checksums if `crc`. */
function feed(peer: WirePeer, stream: Buffer, random: SeededRandom, crc: boolean | undefined, between: () => void): void {
  const said: Buffer[] = [peer.takeBytes()];
  for (let at = 0; at < stream.length && peer.core.wantsClose === undefined; ) {
    const end = Math.min(stream.length, at + 1 + random.below(20_000));
    const placement = peer.core.placement();
    if (random.below(3) === 0) between();
    if (placement !== undefined && random.below(4) > 0) {
      const count = Math.min(placement.length, end - at);
      placement.set(stream.subarray(at, at + count));
      peer.core.placed(count, 0);
      at += count;
    } else {
      peer.sendBytes(stream.subarray(at, end));
      at = end;
    }
    if (random.below(2) === 0) said.push(peer.takeBytes());
    if (random.below(2) === 0) peer.sent();
  }
  said.push(peer.takeBytes());
  if (crc === undefined) return; // a damaged handshake may have agreed on anything
  const bytes = Buffer.concat(said);
  const isFrame = bytes.subarray(0, 6).toString("latin1") === "MPA ID";
  decodeFpdus(isFrame ? bytes.subarray(20 + bytes.readUInt16BE(18)) : bytes, crc);
}

describe("a damaged stream", () => {
  it("does no harm", () => {
    for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
      released.clear();
      try {
        run(new SeededRandom(seed));
      } catch (error) {
        const replay = `ISER_SEED=${seed} ISER_RUNS=1 npx vitest run --project iser src/iwarp/verbs/damaged-stream.test.ts`;
        throw new Error(`${String(error)}; replay with ${replay}`, { cause: error });
      }
    }
  });
});

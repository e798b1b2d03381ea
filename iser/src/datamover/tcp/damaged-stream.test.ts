/**
 * The invariant: whatever bytes a peer sends, a datamover tells of at most one fault, writes nothing outside lent memory, and gives every task
 * back exactly once.
 */
import { SeededRandom } from "kit/clock";
import { describe, expect, it } from "vitest";
import type { TransferParameters } from "#iscsi";
import { openParameters, TestInitiator, TestOperation, TestTarget, testCdb } from "../testing/test-ends.ts";
import { TcpInitiatorDatamover } from "./initiator-datamover.ts";
import { TcpTargetDatamover } from "./target-datamover.ts";
import { command, dataIn, dataOut, encodePdu, r2t, response, WirePeer } from "./testing/wire-peer.ts";

/** A longer hunt: `ISER_SEED=12345 ISER_RUNS=100000`. */
const firstSeed = Number(process.env.ISER_SEED ?? 1);
const runs = Number(process.env.ISER_RUNS ?? 600);

function replayable(name: string, run: (random: SeededRandom) => void): void {
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    try {
      run(new SeededRandom(seed));
    } catch (error) {
      const replay = `ISER_SEED=${seed} ISER_RUNS=1 npx vitest run --project iser src/datamover/tcp/damaged-stream.test.ts`;
      throw new Error(`${name}: ${String(error)}; replay with ${replay}`, { cause: error });
    }
  }
}

function randomParameters(random: SeededRandom): TransferParameters {
  return {
    ...openParameters,
    headerDigest: random.below(4) === 0,
    dataDigest: random.below(4) === 0,
    initialR2T: random.below(2) === 0,
    maxBurstLength: 1 << (10 + random.below(8)),
    maxOutstandingR2T: 1 + random.below(3),
  };
}

/** Some bytes changed, some lost, some doubled; or none: an undamaged stream must do as well. */
function damage(stream: Uint8Array, random: SeededRandom): Uint8Array {
  let damaged = new Uint8Array(stream);
  for (let count = random.below(4); count > 0; count--) {
    // Headers are where it hurts, and they start at multiples of four.
    const at = random.below(damaged.length);
    const kind = random.below(6);
    if (kind < 3) damaged[at]! ^= 1 << random.below(8);
    else if (kind === 3) damaged.set(random.bytes(Math.min(4, damaged.length - at)), at);
    else if (kind === 4) damaged = new Uint8Array(Buffer.concat([damaged.subarray(0, at), damaged.subarray(at + 4 * random.below(13))]));
    else damaged = new Uint8Array(Buffer.concat([damaged.subarray(0, at), damaged.subarray(Math.max(0, at - 48))]));
  }
  return damaged;
}

/** Feeds `stream` in pieces, placing when the core wants it, and does something else in between. */
function feed(peer: WirePeer, stream: Uint8Array, random: SeededRandom, between: () => void): void {
  const pieces = 1 + random.below(12);
  for (let at = 0; at < stream.length && peer.core.wantsClose === undefined; ) {
    const end = Math.min(stream.length, at + 1 + random.below(Math.ceil((2 * stream.length) / pieces)));
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
    if (random.below(2) === 0) peer.take(); // decodes: what we say stays well formed
    if (random.below(2) === 0) peer.sent();
  }
}

describe("a damaged stream", () => {
  it("does an initiator no harm", () => {
    replayable("initiator", (random) => {
      const parameters = randomParameters(random);
      const datamover = new TcpInitiatorDatamover();
      const initiator = new TestInitiator(datamover);
      const peer = new WirePeer(datamover);
      datamover.enable(parameters);
      peer.digests = parameters;
      const stream: Uint8Array[] = [];
      const say = (bhs: Uint8Array, data?: Uint8Array): void => void stream.push(encodePdu(bhs, data, parameters));
      for (let count = 1 + random.below(4); count > 0; count--) {
        if (random.below(2) === 0) {
          const length = random.below(5) === 0 ? 150_000 : 1 + random.below(3000);
          const task = initiator.send({ read: length });
          const half = random.below(length);
          say(dataIn(task, {}), random.bytes(half));
          say(dataIn(task, { dataSn: 1, bufferOffset: half, final: true, hasStatus: true }), random.bytes(length - half));
        } else {
          const task = initiator.send({ write: random.bytes(1 + random.below(100_000)) });
          say(r2t(task, { desiredDataTransferLength: Math.min(1000, task.dataOut!.length) }));
          say(response(task, { status: 2 }), Uint8Array.of(0, 3, 0x70, 0, 5));
        }
      }
      peer.take();
      feed(peer, damage(Buffer.concat(stream), random), random, () => {
        const task = initiator.tasks[random.below(initiator.tasks.length)]!;
        if (task.returned === 0 && random.below(10) === 0) datamover.release(task);
      });
      expect(initiator.violations).toEqual([]);
      peer.close();
      expect([initiator.closed, initiator.violations]).toEqual([1, []]);
    });
  });

  it("does a target no harm", () => {
    replayable("target", (random) => {
      const parameters = randomParameters(random);
      const datamover = new TcpTargetDatamover();
      const target = new TestTarget(datamover, 1 << 17);
      const peer = new WirePeer(datamover);
      datamover.enable(parameters);
      peer.digests = parameters;
      const stream: Uint8Array[] = [];
      for (let tag = 0, count = 1 + random.below(4); tag < count; tag++) {
        const length = 1 + random.below(5000);
        const writes = random.below(2) === 0;
        const cdb = new Uint8Array(16);
        cdb.set(testCdb(writes ? TestOperation.write : TestOperation.read, random.below(1 << 16), length));
        const immediate = writes ? random.below(length) : 0;
        const final = !writes || parameters.initialR2T;
        const bhs = command(tag, { write: writes, read: !writes, final, expectedDataTransferLength: length, cdb });
        stream.push(encodePdu(bhs, random.bytes(immediate), parameters));
        if (!final)
          stream.push(encodePdu(dataOut(tag, { bufferOffset: immediate, final: true }), random.bytes(length - immediate), parameters));
        else if (writes) {
          // The first transfer of a connection numbers its tags from 0, so this may even be what was asked for.
          const targetTransferTag = random.below(4) === 0 ? 0xffffffff : random.below(3) << 16;
          stream.push(
            encodePdu(
              dataOut(tag, { targetTransferTag, bufferOffset: immediate, final: true }),
              random.bytes(length - immediate),
              parameters,
            ),
          );
        }
      }
      feed(peer, damage(Buffer.concat(stream), random), random, () => {
        const task = target.tasks[random.below(target.tasks.length)];
        if (task !== undefined && random.below(10) === 0) datamover.release(task, () => {});
      });
      expect(target.violations).toEqual([]);
      peer.close();
      expect([target.closed, target.violations]).toEqual([1, []]);
    });
  });
});

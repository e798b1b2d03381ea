/** Both ends of iSER over one stream, whatever was agreed and however the stream is cut. */
import fc from "fast-check";
import { SeededRandom, VirtualClock } from "kit/clock";
import { describe, expect, it } from "vitest";
import { SoftwareQueuePair } from "#iwarp";
import { connectInProcess } from "#socket";
import { openParameters, TestInitiator, TestOperation, TestTarget, testCdb } from "../testing/test-ends.ts";
import { IserInitiatorDatamover } from "./initiator-datamover.ts";
import { IserTargetDatamover } from "./target-datamover.ts";

const diskLength = 400_000;

interface Agreement {
  readonly crc: boolean;
  readonly fpduBytes: number;
  readonly immediate: "whole" | "part";
  readonly immediateData: boolean;
  readonly firstBurstLength: number;
}

function connect({ crc, fpduBytes, immediate, ...agreed }: Agreement, split?: (available: number) => number, placement = true) {
  const clock = new VirtualClock();
  const active = new SoftwareQueuePair({ role: "initiator", crc, fpduBytes, firstFpduDelayMs: 0 });
  const passive = new SoftwareQueuePair({ role: "responder", fpduBytes });
  const initiatorDatamover = new IserInitiatorDatamover(active, { immediate });
  const targetDatamover = new IserTargetDatamover(passive);
  const initiator = new TestInitiator(initiatorDatamover);
  const target = new TestTarget(targetDatamover, diskLength);
  const link = connectInProcess(active, passive, clock, { split, placement });
  link.run();
  for (const datamover of [initiatorDatamover, targetDatamover]) {
    datamover.enable({ ...openParameters, maxRecvDataSegmentLength: 8192, maxSendDataSegmentLength: 8192, ...agreed });
  }
  return { initiator, target, link };
}

const agreements: fc.Arbitrary<Agreement> = fc.record({
  crc: fc.boolean(),
  fpduBytes: fc.constantFrom(1400, 9000, 65536),
  immediate: fc.constantFrom("whole", "part"),
  immediateData: fc.boolean(),
  firstBurstLength: fc.constantFrom(512, 4096, 8192, 65536),
});

const operations = fc.record({
  write: fc.boolean(),
  offset: fc.integer({ min: 0, max: 150_000 }),
  length: fc.oneof(
    fc.constantFrom(1, 511, 512, 513, 8191, 8192, 8193),
    fc.integer({ min: 1, max: 9000 }),
    fc.integer({ min: 1, max: 200_000 }),
  ),
});

describe("both ends of iSER", () => {
  it("move the same bytes", () => {
    fc.assert(
      fc.property(agreements, fc.array(operations, { maxLength: 6 }), fc.integer(), fc.boolean(), (agreement, work, seed, placement) => {
        const random = new SeededRandom(seed);
        const split = (available: number): number => (random.below(4) === 0 ? 1 + random.below(60) : 1 + random.below(available));
        const { initiator, target, link } = connect(agreement, split, placement);
        target.disk.set(random.bytes(diskLength));
        const model = target.disk.slice();
        for (const { write, offset, length } of work) {
          const data = random.bytes(length);
          const cdb = testCdb(write ? TestOperation.write : TestOperation.read, offset, length);
          const task = initiator.send(write ? { write: data, cdb } : { read: length, cdb });
          link.run(); // one after the other: overlapping writes have no defined order
          expect(task.outcome).toMatchObject({ response: 0, status: 0, residual: 0 });
          if (write) model.set(data, offset);
          else expect(Buffer.compare(task.dataIn!, model.subarray(offset, offset + length))).toBe(0);
        }
        expect(Buffer.compare(target.disk, model)).toBe(0);
        expect([initiator.faults, target.faults, initiator.violations, target.violations]).toEqual([[], [], [], []]);
        expect(target.tasks.every(({ finished }) => finished === 1)).toBe(true);
        link.cut();
        expect([initiator.closed, target.closed, ...initiator.violations]).toEqual([1, 1]);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ["whole", 20_000, 0],
    ["part", 20_000, 8192],
    ["whole", 8192, 8192],
    ["part", 8192, 8192],
  ] as const)("send what of a write goes along (%s, %i bytes): %i", (immediate, length, expected) => {
    const { initiator, target, link } = connect({ crc: true, fpduBytes: 65536, immediate, immediateData: true, firstBurstLength: 65536 });
    let along = -1;
    const { onCommand } = target;
    target.onCommand = (...args: Parameters<typeof onCommand> | [Uint8Array, Uint8Array, number]) => {
      along = (args as unknown as [Uint8Array, Uint8Array, number])[2];
      return onCommand.call(target, args[0]);
    };
    const data = new SeededRandom(5).bytes(length);
    initiator.send({ write: data, cdb: testCdb(TestOperation.write, 100, length) });
    link.run();
    expect([along, Buffer.compare(target.disk.subarray(100, 100 + length), data)]).toEqual([expected, 0]);
  });
});

import fc from "fast-check";
import { SeededRandom, VirtualClock } from "kit/clock";
import { describe, expect, it } from "vitest";
import type { TransferParameters } from "#iscsi";
import { connectInProcess } from "#socket";
import { openParameters, type SentTask, TestInitiator, TestOperation, TestTarget, testCdb } from "../testing/test-ends.ts";
import { TcpInitiatorDatamover } from "./initiator-datamover.ts";
import { TcpTargetDatamover } from "./target-datamover.ts";

const diskLength = 700_000;

function connect(parameters: TransferParameters, split?: (available: number) => number, placement = true) {
  const initiatorDatamover = new TcpInitiatorDatamover();
  const targetDatamover = new TcpTargetDatamover();
  const initiator = new TestInitiator(initiatorDatamover);
  const target = new TestTarget(targetDatamover, diskLength);
  const link = connectInProcess(initiatorDatamover, targetDatamover, new VirtualClock(), { split, placement });
  initiatorDatamover.enable(parameters);
  targetDatamover.enable({
    ...parameters,
    maxRecvDataSegmentLength: parameters.maxSendDataSegmentLength,
    maxSendDataSegmentLength: parameters.maxRecvDataSegmentLength,
  });
  return { initiator, target, link };
}

const parametersArbitrary: fc.Arbitrary<TransferParameters> = fc.record({
  headerDigest: fc.boolean(),
  dataDigest: fc.boolean(),
  maxRecvDataSegmentLength: fc.constantFrom(512, 4096, 65536, 262144),
  maxSendDataSegmentLength: fc.constantFrom(512, 8192, 262144),
  maxBurstLength: fc.constantFrom(512, 16384, 65536, 262144),
  firstBurstLength: fc.constantFrom(512, 16384, 65536),
  initialR2T: fc.boolean(),
  immediateData: fc.boolean(),
  maxOutstandingR2T: fc.integer({ min: 1, max: 4 }),
});

const operationArbitrary = fc.record({
  write: fc.boolean(),
  offset: fc.integer({ min: 0, max: 300_000 }),
  length: fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 400_000 })),
});

describe("both ends over one stream", () => {
  it("move the same bytes whatever was negotiated and however the stream is cut", () => {
    fc.assert(
      fc.property(
        parametersArbitrary,
        fc.array(operationArbitrary, { maxLength: 6 }),
        fc.integer(),
        fc.boolean(),
        (parameters, operations, seed, placement) => {
          const random = new SeededRandom(seed);
          // Mostly large pieces with some tiny ones: every boundary is hit, and a run stays short.
          const split = (available: number): number => (random.below(4) === 0 ? 1 + random.below(60) : 1 + random.below(available));
          const { initiator, target, link } = connect(parameters, split, placement);
          target.disk.set(random.bytes(diskLength));
          const model = target.disk.slice();
          const checks: (() => void)[] = [];
          for (const { write, offset, length } of operations) {
            if (write) {
              const data = random.bytes(length);
              const task = initiator.send({ write: data, cdb: testCdb(TestOperation.write, offset, length) });
              link.run(); // one after the other: overlapping writes have no defined order
              model.set(data, offset);
              checks.push(() => expect(task.outcome).toMatchObject({ response: 0, status: 0, residual: 0 }));
            } else {
              const task = initiator.send({ read: length, cdb: testCdb(TestOperation.read, offset, length) });
              link.run();
              const expected = model.slice(offset, offset + length);
              checks.push(() => {
                expect(task.outcome).toMatchObject({ response: 0, status: 0, residual: 0 });
                expect(Buffer.compare(task.dataIn!, expected)).toBe(0);
              });
            }
          }
          for (const check of checks) check();
          expect(Buffer.compare(target.disk, model)).toBe(0);
          expect([initiator.faults, target.faults, initiator.violations, target.violations]).toEqual([[], [], [], []]);
          expect(target.tasks.every(({ finished }) => finished === 1)).toBe(true);
          link.cut();
          expect([initiator.closed, target.closed, ...initiator.violations]).toEqual([1, 1]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("serve many tasks at once and answer each with its own data", () => {
    const { initiator, target, link } = connect({
      ...openParameters,
      dataDigest: true,
      headerDigest: true,
      maxBurstLength: 65536,
      maxOutstandingR2T: 2,
    });
    const random = new SeededRandom(7);
    target.disk.set(random.bytes(diskLength));
    const writes = Array.from({ length: 10 }, (_, index) => ({ offset: index * 40_000, data: random.bytes(1 + random.below(40_000)) }));
    const before = target.disk.slice();
    const tasks: SentTask[] = [];
    for (const { offset, data } of writes) {
      tasks.push(initiator.send({ write: data, cdb: testCdb(TestOperation.write, offset, data.length) }));
      tasks.push(initiator.send({ read: 30_000, cdb: testCdb(TestOperation.read, 400_000 + offset / 2, 30_000) }));
    }
    link.run();
    expect(tasks.map(({ returned }) => returned)).toEqual(tasks.map(() => 1));
    for (const { offset, data } of writes) expect(Buffer.compare(target.disk.subarray(offset, offset + data.length), data)).toBe(0);
    for (const [index, task] of tasks.entries()) {
      if (index % 2 === 0) continue;
      const offset = 400_000 + ((index - 1) / 2) * 20_000;
      expect(Buffer.compare(task.dataIn!, before.subarray(offset, offset + 30_000))).toBe(0);
    }
  });

  it("place large reads without copying them", () => {
    const { initiator, target, link } = connect(openParameters, (available) => Math.min(available, 65536));
    target.disk.set(new SeededRandom(3).bytes(diskLength));
    const task = initiator.send({ read: 262144, cdb: testCdb(TestOperation.read, 100, 262144) });
    link.run();
    expect(Buffer.compare(task.dataIn!, target.disk.subarray(100, 100 + 262144))).toBe(0);
    const { payloadBytes, payloadBytesCopied } = initiator.datamover.counters;
    expect(payloadBytes).toBe(262144);
    expect(payloadBytesCopied).toBeLessThanOrEqual(65536);
  });
});

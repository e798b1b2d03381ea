import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LatencyHistogram } from "./latency-histogram.ts";

function recorded(latencies: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const latency of latencies) histogram.record(latency);
  return histogram;
}

describe("LatencyHistogram", () => {
  it("gives percentiles within the width of a bucket", () => {
    const latency = fc.double({ min: 0.0001, max: 400_000, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(latency, { minLength: 1, maxLength: 200 }),
        fc.double({ min: 0.1, max: 100, noNaN: true }),
        (latencies, percent) => {
          const sorted = [...latencies].sort((a, b) => a - b);
          const truth = sorted[Math.max(1, Math.ceil((percent / 100) * sorted.length)) - 1] ?? 0;
          const answer = recorded(latencies).percentile(percent);
          expect(answer).toBeGreaterThanOrEqual(truth * (1 - 1 / 32) - 0.0001);
          expect(answer).toBeLessThanOrEqual(truth * (1 + 1 / 32) + 0.0001);
        },
      ),
    );
  });

  it("knows extremes and the mean exactly", () => {
    const histogram = recorded([0.25, 1, 4.75]);
    expect([histogram.count, histogram.minMs, histogram.meanMs, histogram.maxMs]).toEqual([3, 0.25, 2, 4.75]);
    expect(histogram.percentile(100)).toBeCloseTo(4.75, 1);
  });

  it("is all zeroes when nothing was recorded, and after it was cleared", () => {
    const histogram = recorded([1, 2, 3]);
    histogram.clear();
    expect([histogram.count, histogram.minMs, histogram.meanMs, histogram.maxMs, histogram.percentile(50)]).toEqual([0, 0, 0, 0, 0]);
    expect(histogram.rows()).toEqual([]);
  });

  it("counts a wait of hours in its last bucket", () => {
    const histogram = recorded([1e9]);
    expect(histogram.count).toBe(1);
    expect(histogram.maxMs).toBe(1e9);
    expect(histogram.rows().length).toBe(1);
  });

  it("shows a row for each power of two between the first and the last", () => {
    const rows = recorded([0.1, 0.1, 0.11, 0.45]).rows();
    expect(rows.map(({ fromMs, toMs, count }) => [fromMs, toMs, count])).toEqual([
      [0.0512, 0.1024, 2],
      [0.1024, 0.2048, 1],
      [0.2048, 0.4096, 0],
      [0.4096, 0.8192, 1],
    ]);
  });

  it("loses none in its rows", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true })), (latencies) => {
        const total = recorded(latencies)
          .rows()
          .reduce((sum, { count }) => sum + count, 0);
        expect(total).toBe(latencies.length);
      }),
    );
  });
});

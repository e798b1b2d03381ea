import { describe, expect, it } from "vitest";
import { FlightLimit } from "./flight-limit.ts";

const kib = 1024;
const mib = 1024 * kib;

/** A path that moves `bytesPerMs` at most and takes `latencyMs`, kept as full as the limit lets it be for `ms`. Returns what it moved per millisecond at the end. */
function saturate(limit: FlightLimit, path: { bytesPerMs: number; latencyMs: number }, ms: number, startedAt = 1000): number {
  let rate = 0;
  for (let now = startedAt; now < startedAt + ms; now += 1) {
    rate = Math.min(path.bytesPerMs, limit.bytes / path.latencyMs);
    expect(limit.allows(limit.bytes, 4 * kib)).toBe(false);
    limit.moved(rate);
    limit.observe(now);
  }
  return rate;
}

describe("the limit of bytes in flight", () => {
  it("stays where it began on a path that is fast and near", () => {
    const limit = new FlightLimit(512 * kib, 64 * mib);
    saturate(limit, { bytesPerMs: 5_000_000, latencyMs: 0.05 }, 1000);
    expect(limit.bytes).toBe(512 * kib);
  });

  it.each([
    ["a disk array: 10 ms", { bytesPerMs: 1_200_000, latencyMs: 10 }],
    ["a target on flash: 1 ms", { bytesPerMs: 3_000_000, latencyMs: 1 }],
    ["another town: 40 ms", { bytesPerMs: 120_000, latencyMs: 40 }],
  ])("grows until it starves nobody: %s", (_, path) => {
    const limit = new FlightLimit(512 * kib, 64 * mib);
    const rate = saturate(limit, path, 1000);
    expect(rate).toBeGreaterThanOrEqual(Math.min(path.bytesPerMs, 1_500_000));
  });

  it("comes back when the path turns out to be fast", () => {
    const limit = new FlightLimit(512 * kib, 64 * mib);
    saturate(limit, { bytesPerMs: 1_000_000, latencyMs: 0.5 }, 1000);
    expect(limit.bytes).toBe(64 * mib);
    saturate(limit, { bytesPerMs: 5_000_000, latencyMs: 0.05 }, 1000, 3000);
    expect(limit.bytes).toBe(512 * kib);
  });

  it("does not change while nothing is held back, nor after a pause", () => {
    const limit = new FlightLimit(512 * kib, 64 * mib);
    for (let now = 0; now < 5000; now += 10) {
      expect(limit.allows(100 * kib, 4 * kib)).toBe(true);
      limit.moved(4 * kib);
      limit.observe(now);
    }
    expect(limit.allows(512 * kib, 4 * kib)).toBe(false);
    limit.observe(60_000);
    expect(limit.bytes).toBe(512 * kib);
  });

  it("lets one transfer through, however long", () => {
    expect(new FlightLimit(512 * kib, 64 * mib).allows(0, 128 * mib)).toBe(true);
  });
});

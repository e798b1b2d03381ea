import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatBytes, formatCount, parseByteSize } from "./byte-size.ts";
import { formatDuration, parseDuration } from "./duration.ts";

describe("sizes", () => {
  it.each([
    ["0", 0],
    ["512", 512],
    ["4K", 4096],
    ["4k", 4096],
    ["1M", 1024 ** 2],
    ["2GiB", 2 * 1024 ** 3],
    ["1.5G", 1.5 * 1024 ** 3],
    ["7PiB", 7 * 1024 ** 5],
  ])("reads %s", (text, size) => {
    expect(parseByteSize(text)).toBe(size);
  });

  it.each(["", " ", "4KB", "K", "-1", "1e3", "0x10", "4 K", "1.3", "9007199254740993", "8PiB", "99999P", "4Kib "])(
    "refuses %j and quotes it",
    (text) => {
      expect(() => parseByteSize(text)).toThrow(`"${text}" is not a size`);
    },
  );

  it.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1.0 KiB"],
    [4096, "4.0 KiB"],
    [1024 ** 2 - 1, "1.0 MiB"],
    [262144, "256 KiB"],
    [1.5 * 1024 ** 3, "1.5 GiB"],
  ])("writes %d", (size, text) => {
    expect(formatBytes(size)).toBe(text);
  });

  it("reads every whole size it is given in plain digits", () => {
    fc.assert(fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), (size) => parseByteSize(String(size)) === size));
  });

  it.each([
    [0, "0"],
    [999, "999"],
    [999.7, "1.00k"],
    [12_345, "12.3k"],
    [419_000, "419k"],
    [1_200_000, "1.20M"],
  ])("writes the count %d", (count, text) => {
    expect(formatCount(count)).toBe(text);
  });
});

describe("spans of time", () => {
  it.each([
    ["10", 10_000],
    ["500ms", 500],
    ["1.5s", 1500],
    ["2m", 120_000],
    ["1h", 3_600_000],
    ["250us", 0.25],
  ])("reads %s", (text, duration) => {
    expect(parseDuration(text)).toBe(duration);
  });

  it.each(["", "s", "-1", "10 s", "1d", "ten"])("refuses %j", (text) => {
    expect(() => parseDuration(text)).toThrow(`"${text}" is not a span of time`);
  });

  it.each([
    [0.085, "85.0 µs"],
    [1.236, "1.24 ms"],
    [999.6, "1.00 s"],
    [12_340, "12.3 s"],
    [125_000, "2 min 5 s"],
    [12_000_000, "3 h 20 min"],
  ])("writes %d ms", (duration, text) => {
    expect(formatDuration(duration)).toBe(text);
  });
});

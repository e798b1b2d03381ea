import fc from "fast-check";
import { expect, it } from "vitest";
import { LineReader } from "./line-reader.ts";

function linesOf(reader: LineReader, chunk: Uint8Array): string[] {
  const lines: string[] = [];
  reader.push(chunk, (line) => lines.push(line));
  return lines;
}

it("finds the same lines however the stream is chopped", () => {
  const lineText = fc.string().map((text) => text.replaceAll("\n", ""));
  fc.assert(
    fc.property(fc.array(lineText), fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (lines, cuts) => {
      const stream = Buffer.from(lines.map((line) => `${line}\n`).join(""));
      const reader = new LineReader(1000);
      const found: string[] = [];
      for (let start = 0, turn = 0; start < stream.length; turn++) {
        const end = start + (cuts[turn % cuts.length] ?? 1);
        found.push(...linesOf(reader, stream.subarray(start, end)));
        start = end;
      }
      expect(found).toEqual(lines.map((line) => Buffer.from(line).toString()));
      expect(reader.unfinishedBytes).toBe(0);
    }),
  );
});

it("does not keep the chunk it was lent", () => {
  const reader = new LineReader(100);
  const chunk = Buffer.from("hel");
  expect(linesOf(reader, chunk)).toEqual([]);
  chunk.fill(0);
  expect(linesOf(reader, Buffer.from("lo\n"))).toEqual(["hello"]);
});

it("refuses a line that is too long before it is all there", () => {
  const reader = new LineReader(10);
  expect(linesOf(reader, Buffer.from("0123456789\n"))).toEqual(["0123456789"]);
  linesOf(reader, Buffer.from("01234567"));
  expect(() => linesOf(reader, Buffer.from("89a"))).toThrow("a line is longer than the 10 bytes allowed");
  expect(reader.unfinishedBytes).toBe(8);
});

it("refuses what is not UTF-8", () => {
  expect(() => linesOf(new LineReader(10), Uint8Array.of(0xff, 0x0a))).toThrow("a line is not UTF-8");
});

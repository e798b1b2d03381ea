import { expect, it } from "vitest";
import { hexDump } from "./hex-dump.ts";

it("shows bytes as people read them", () => {
  const bytes = Uint8Array.from({ length: 20 }, (_, index) => 0x3a + 3 * index);
  expect(hexDump(bytes).split("\n")).toEqual([
    "00000000  3a 3d 40 43 46 49 4c 4f  52 55 58 5b 5e 61 64 67  |:=@CFILORUX[^adg|",
    "00000010  6a 6d 70 73                                       |jmps|",
  ]);
});

it("says what it leaves out", () => {
  expect(hexDump(new Uint8Array(40), 16)).toBe(`00000000  ${"00 ".repeat(8)} ${"00 ".repeat(8)} |${".".repeat(16)}|\n… 24 more bytes`);
  expect(hexDump(new Uint8Array(0))).toBe("");
});

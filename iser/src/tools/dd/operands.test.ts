import { expect, it } from "vitest";
import { parseOperands } from "./operands.ts";

it.each([
  [[], { conv: [] }],
  [["if=a", "of=iscsi://h/t/0?x=y", "bs=1M"], { if: "a", of: "iscsi://h/t/0?x=y", bs: 1048576, conv: [] }],
  [["count=3", "skip=1", "seek=2", "conv=fsync,notrunc"], { count: 3, skip: 1, seek: 2, conv: ["fsync", "notrunc"] }],
])("reads %j", (operands, expected) => {
  expect(parseOperands(operands)).toEqual(expected);
});

it.each([
  [["image.raw"], '"image.raw" is not understood'],
  [["ibs=512"], '"ibs=512" is not understood'],
  [["if=a", "if=b"], "if= is given twice"],
  [["bs=much"], '"much" is not a size'],
  [["count=-1"], '"-1" is not a number of blocks'],
  [["conv=ebcdic"], "conv=ebcdic is not possible"],
])("refuses %j", (operands, message) => {
  expect(() => parseOperands(operands)).toThrow(message);
});

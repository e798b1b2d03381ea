import { expect, test } from "vitest";
import { cdbLengthOf, operationName, operationOf, operations } from "./opcode.ts";

test("a descriptor block finds its command, by service action where one opcode serves several", () => {
  for (const operation of operations) {
    const cdb = new Uint8Array(16).fill(0xe0);
    cdb[0] = operation.opcode;
    if (operation.serviceAction !== undefined) cdb[1] = 0xe0 | operation.serviceAction;
    expect(operationOf(cdb)).toBe(operation);
  }
});

test("what has no name is told by its opcode", () => {
  expect(operationName(Uint8Array.of(0xc1))).toBe("opcode 0xc1");
  expect(operationName(Uint8Array.of(0x9e, 0x1f))).toBe("opcode 0x9e");
  expect(operationName(new Uint8Array(0))).toBe("TEST UNIT READY");
});

test("the group code tells the length", () => {
  expect([0x12, 0x28, 0x42, 0x88, 0xa8].map(cdbLengthOf)).toEqual([6, 10, 10, 16, 12]);
  expect([0x7f, 0xc0, 0xff].map(cdbLengthOf)).toEqual([0, 0, 0]);
});

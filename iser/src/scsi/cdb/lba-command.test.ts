import fc from "fast-check";
import { expect, test } from "vitest";
import { byteCheckOf, LbaCommand, protectOf } from "./lba-command.ts";
import { decodeRead6, encodeRead6 } from "./read-6.ts";
import { decodeRead10, encodeRead10 } from "./read-10.ts";
import { decodeRead12, encodeRead12 } from "./read-12.ts";
import { decodeRead16, encodeRead16 } from "./read-16.ts";

/** The four shapes, the bits that mean nothing in each, and how far their fields reach. */
const shapes = [
  {
    form: 6,
    encode: encodeRead6,
    decode: decodeRead6,
    maxLba: 0x1fffff,
    minBlocks: 1,
    maxBlocks: 256,
    flags: false,
    reserved: { 1: 0xe0, 5: 0xff },
  },
  {
    form: 10,
    encode: encodeRead10,
    decode: decodeRead10,
    maxLba: 0xffffffff,
    minBlocks: 0,
    maxBlocks: 0xffff,
    flags: true,
    reserved: { 6: 0xc0, 9: 0xff },
  },
  {
    form: 12,
    encode: encodeRead12,
    decode: decodeRead12,
    maxLba: 0xffffffff,
    minBlocks: 0,
    maxBlocks: 0xffffffff,
    flags: true,
    reserved: { 10: 0xc0, 11: 0xff },
  },
  {
    form: 16,
    encode: encodeRead16,
    decode: decodeRead16,
    maxLba: Number.MAX_SAFE_INTEGER,
    minBlocks: 0,
    maxBlocks: 0xffffffff,
    flags: true,
    reserved: { 14: 0xc0, 15: 0xff },
  },
] as const;

test.each(shapes)("the $form-byte form comes back as it went, whatever its reserved bits", (shape) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: shape.maxLba }),
      fc.integer({ min: shape.minBlocks, max: shape.maxBlocks }),
      fc.integer({ min: 0, max: 255 }),
      fc.integer({ min: 0, max: 63 }),
      fc.integer({ min: 0, max: 255 }),
      (lba, blocks, flags, groupNumber, noise) => {
        const cdb = new Uint8Array(16);
        expect(shape.encode(cdb, lba, blocks, flags, groupNumber)).toBe(shape.form);
        for (const [at, mask] of Object.entries(shape.reserved)) cdb[Number(at)]! |= noise & mask;
        const into = new LbaCommand();
        shape.decode(cdb, into);
        expect({ ...into }).toEqual({ lba, blocks, flags: shape.flags ? flags : 0, groupNumber: shape.flags ? groupNumber : 0 });
      },
    ),
  );
});

test("an LBA above 2^53 is still far past every medium", () => {
  const cdb = new Uint8Array(16).fill(0xff);
  const into = new LbaCommand();
  decodeRead16(cdb, into);
  expect(into.lba).toBeGreaterThan(Number.MAX_SAFE_INTEGER);
  expect(into.blocks).toBe(0xffffffff);
});

test("BYTCHK and protection are the bits that the standard draws", () => {
  expect([0x00, 0x02, 0x04, 0x06].map(byteCheckOf)).toEqual([0, 1, 2, 3]);
  expect([0x00, 0x20, 0xe0].map(protectOf)).toEqual([0, 1, 7]);
});

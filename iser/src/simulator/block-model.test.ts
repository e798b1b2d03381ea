import { expect, test } from "vitest";
import { BlockModel } from "./block-model.ts";

/** A block that holds write 1, flushed, and write 2, acknowledged at 5. */
function written(): BlockModel {
  const block = new BlockModel();
  block.writeBegins(1, 101);
  block.writeEnds(1, 2, false);
  block.flushSucceeds(3);
  block.writeBegins(2, 102);
  block.writeEnds(2, 5, false);
  return block;
}

function reads(block: BlockModel, content: number): boolean {
  block.readBegins(9);
  block.readEnds(9, content);
  return !block.isImpossible;
}

test("a read gives the last write, and nothing older", () => {
  expect(reads(written(), 102)).toBe(true);
  expect(reads(written(), 101)).toBe(false);
  expect(reads(written(), 0)).toBe(false);
});

test("a read under a write gives either, and later ones nothing older than what was read", () => {
  for (const first of [102, 103]) {
    const block = written();
    block.writeBegins(3, 103);
    expect(reads(block, first)).toBe(true);
    expect(reads(block, 102)).toBe(first === 102);
  }
});

test("a write that has no end may be executed at any time, or never", () => {
  const block = written();
  block.writeBegins(3, 103);
  expect(reads(block, 102)).toBe(true);
  expect(reads(block, 103)).toBe(true);
  expect(reads(block, 102)).toBe(false);
});

test("a power loss takes back what was not flushed, and nothing that was", () => {
  for (const [content, may] of [
    [102, true],
    [101, true],
    [0, false],
  ] as const) {
    const block = written();
    block.powerFails();
    expect(reads(block, content)).toBe(may);
  }
});

test("what was lost must be told by the next flush, and by every one that began before that was", () => {
  const block = written();
  block.powerFails();
  expect(reads(block, 101)).toBe(true);
  block.flushFails(7);
  block.flushSucceeds(8);
  expect(block.isImpossible).toBe(false);
  block.flushSucceeds(6);
  expect(block.isImpossible).toBe(true);
});

test("a flush that began before a write was acknowledged says nothing about it", () => {
  const block = written();
  block.flushSucceeds(4);
  block.powerFails();
  expect(reads(block, 101)).toBe(true);
});

test("a durable write is never lost, also when its response comes after the power loss", () => {
  const block = written();
  block.writeBegins(3, 103);
  block.powerFails();
  block.writeEnds(3, 8, true);
  expect(reads(block, 103)).toBe(true);
});

test("a write whose response was on its way when the power failed may be lost, and then a flush must tell", () => {
  const block = written();
  block.writeBegins(3, 103);
  block.powerFails();
  block.writeEnds(3, 8, false);
  expect(reads(block, 101)).toBe(true);
  block.flushSucceeds(9);
  expect(block.isImpossible).toBe(true);
});

import { expect, it } from "vitest";
import type { InitiatorTask } from "#iscsi";
import { AwaitedAnswers } from "./awaited-answers.ts";
import { InitiatorTransfer } from "./initiator-transfer.ts";

/** A command moves data in one direction. */
type Memory = { readonly dataIn: Uint8Array } | { readonly dataOut: Uint8Array };

function transferOf(task: Memory): InitiatorTransfer {
  const transfer = new InitiatorTransfer();
  transfer.start({ initiatorTaskTag: 1, dataIn: undefined, dataOut: undefined, ...task } as InitiatorTask);
  return transfer;
}

/** Whether rests are asked for while 32 commands of a kind are out and are answered one by one, each 11 µs after the other. */
function restsWith(task: Memory): boolean {
  const awaited = new AwaitedAnswers();
  const transfers = Array.from({ length: 32 }, () => transferOf(task));
  for (const transfer of transfers) awaited.sent(transfer);
  for (let answer = 0; answer < 20_000; answer++) {
    const transfer = transfers[answer % transfers.length]!;
    awaited.ended(transfer);
    awaited.sent(transfer);
    awaited.readHandled(answer * 0.011);
    if (awaited.restMs > 0) return true;
  }
  return false;
}

it.each([
  ["short reads", { dataIn: new Uint8Array(4096) }, true],
  ["short writes", { dataOut: new Uint8Array(4096) }, true],
  ["long reads, whose bytes are what takes the time", { dataIn: new Uint8Array(65536) }, false],
  ["long writes", { dataOut: new Uint8Array(65536) }, false],
])("answers that come one by one: rests between the reads, %s", (_kind, task, expected) => {
  expect(restsWith(task)).toBe(expected);
});

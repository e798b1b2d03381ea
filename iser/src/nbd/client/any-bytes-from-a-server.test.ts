import { SeededRandom } from "kit/clock";
import { expect, it } from "vitest";
import { encodeBlockSizeInformation, encodeExportInformation, encodeTextInformation, InfoType } from "../pdu/export-information.ts";
import { encodeGreeting } from "../pdu/greeting.ts";
import { encodeOptionReply, OptionReplyType } from "../pdu/option-reply.ts";
import { Option } from "../pdu/option-request.ts";
import { Command } from "../pdu/request.ts";
import { encodeSimpleReply } from "../pdu/simple-reply.ts";
import { ClientCommand } from "./client-command.ts";
import { NbdClientConnection } from "./nbd-client-connection.ts";

const guard = 4096;
const commands = 8;
const readBytes = 20_000;

/** What a well-behaved server says to a client that reads. */
function script(random: SeededRandom): Buffer {
  const said: Uint8Array[] = [
    encodeGreeting(3),
    encodeOptionReply(Option.go, OptionReplyType.info, encodeExportInformation(1024 * 1024, 0x4f)),
    encodeOptionReply(
      Option.go,
      OptionReplyType.info,
      encodeBlockSizeInformation({ minimum: 512, preferred: 4096, maximumPayload: 65536 }),
    ),
    encodeOptionReply(Option.go, OptionReplyType.info, encodeTextInformation(InfoType.description, "a disk")),
    encodeOptionReply(Option.go, OptionReplyType.ack),
  ];
  for (let slot = 0; slot < commands; slot++) {
    const request = { flags: 0, command: Command.read, cookieHigh: 9, cookieLow: slot, offset: 0, length: readBytes };
    const error = random.fraction() < 0.2 ? 5 : 0;
    said.push(encodeSimpleReply(request, error), error === 0 ? random.bytes(readBytes) : new Uint8Array(0));
  }
  return Buffer.concat(said);
}

/** Invariant: whatever a server says, nothing is written outside a reader's memory, no command ends twice, and the connection tells why it ends. */
it("whatever a server says, the client's memory and commands are safe", () => {
  const seed = Number(process.env.NBD_SEED ?? 11);
  const random = new SeededRandom(seed);
  const below = (limit: number): number => Math.floor(random.fraction() * limit);
  for (let round = 0; round < 150; round++) {
    const bytes = script(random);
    for (let times = below(4); times > 0; times--) {
      const at = below(2) === 0 ? below(bytes.length) : below(200);
      if (below(2) === 0) bytes[at]! ^= 1 << below(8);
      else bytes.fill(below(2) === 0 ? 0xff : 0, at, Math.min(bytes.length, at + 4));
    }
    const memory = new Uint8Array(commands * (readBytes + guard)).fill(0xee);
    const slots = Array.from({ length: commands }, (_, slot) => new ClientCommand(slot));
    const ended: number[] = [];
    let cause: Error | undefined;
    const connection: NbdClientConnection = new NbdClientConnection("da0", "go", {
      onReady: () => {
        for (const [index, command] of slots.entries()) {
          command.command = Command.read;
          command.cookieHigh = 9;
          command.length = readBytes;
          command.destination = memory.subarray(index * (readBytes + guard), index * (readBytes + guard) + readBytes);
          connection.send(command);
        }
      },
      find: (high, low) => (high === 9 ? slots[low] : undefined),
      onAnswered: (command) => ended.push(command.cookieLow),
      onClosed: (reason) => {
        cause = reason;
      },
    });
    connection.opened(() => {}, 0);
    for (let at = 0; at < bytes.length && connection.wantsClose !== "reset"; ) {
      const place = below(2) === 0 ? connection.placement() : undefined;
      const count = Math.min(1 + below(30_000), bytes.length - at, place?.length ?? bytes.length);
      const chunk = new Uint8Array(bytes.subarray(at, at + count));
      at += count;
      if (place === undefined) connection.receive(chunk);
      else {
        place.set(chunk);
        connection.placed(count);
      }
    }
    connection.closed(undefined);
    expect(cause, `NBD_SEED=${seed}, round ${round}`).toBeInstanceOf(Error);
    expect(new Set(ended).size, `NBD_SEED=${seed}, round ${round}`).toBe(ended.length);
    for (let index = 0; index < commands; index++) {
      const end = (index + 1) * (readBytes + guard);
      const untouched = memory.subarray(end - guard, end).every((byte) => byte === 0xee);
      expect(untouched, `NBD_SEED=${seed}, round ${round}`).toBe(true);
    }
  }
});

it("a server that is silent in its handshake is given up", () => {
  let cause: Error | undefined;
  const connection = new NbdClientConnection("da0", "go", {
    onReady: () => {},
    find: () => undefined,
    onAnswered: () => {},
    onClosed: (reason) => {
      cause = reason;
    },
  });
  connection.opened(() => {}, 1000);
  connection.receive(encodeGreeting(3));
  expect(connection.deadline()).toBe(11_000);
  connection.timeout(11_000);
  expect(connection.wantsClose).toBe("reset");
  connection.closed(undefined);
  expect(cause?.message).toContain("did not finish its handshake");
});

import { describe, expect, it } from "vitest";
import { MemoryDisk } from "#block";
import { standardSlabBytes } from "../memory/slab-size.ts";
import { NbdServer } from "../nbd-server.ts";
import { Command } from "../pdu/request.ts";
import { Conversation } from "../testing/conversation.ts";
import { HeldDevice } from "../testing/held-device.ts";

const KiB = 1024;
const MiB = 1024 * KiB;

/** Reads all that has come and counts the replies to reads of `length` bytes. */
function countReads(conversation: Conversation, length: number): number {
  let count = 0;
  while (conversation.client.received.length > 0) {
    expect(conversation.client.takeSimpleReply().error).toBe(0);
    conversation.client.take(length);
    count++;
  }
  return count;
}

describe("a client that asks and does not listen", () => {
  it("holds little more memory than may wait for the kernel, and gets every answer when it listens again", () => {
    const conversation = new Conversation([{ name: "da0", device: new MemoryDisk({ size: 16 * MiB }) }]);
    conversation.enter();
    conversation.client.reading = false;
    for (let i = 0; i < 100; i++) conversation.post({ command: Command.read, offset: i * 4096, length: 256 * KiB });
    conversation.link.run();
    expect(conversation.connection.memoryBytes).toBeLessThan(3 * MiB);
    expect(conversation.client.received).toHaveLength(0);

    conversation.client.reading = true;
    let replies = 0;
    while (replies < 100) {
      conversation.link.run();
      const more = countReads(conversation, 256 * KiB);
      expect(more).toBeGreaterThan(0);
      replies += more;
      expect(conversation.connection.memoryBytes).toBeLessThan(4 * MiB);
    }
    expect(conversation.server.memoryBytes).toBe(0);
  });

  it("does not keep others from being served, even when many of them hold all the memory there is", () => {
    const device = new HeldDevice(64 * MiB);
    const server = new NbdServer({ exports: { list: () => [{ name: "da0", device }] } });
    const greedy = Array.from({ length: 6 }, () => new Conversation([], { server }));
    for (const conversation of greedy) {
      conversation.enter();
      for (let i = 0; i < 4; i++) conversation.post({ command: Command.read, offset: 0, length: 4 * MiB });
      conversation.link.run();
    }
    // The common limit, and what each connection has in any case.
    expect(server.memoryBytes).toBeLessThanOrEqual(66 * MiB + 6 * 2 * standardSlabBytes);
    const taken = device.held.splice(0);

    const modest = new Conversation([], { server });
    modest.enter();
    modest.request({ command: Command.read, offset: 4096, length: 64 * KiB });
    modest.request({ command: Command.write, offset: 4096 }, new Uint8Array(64 * KiB));
    expect(device.held).toHaveLength(2);
    device.finishAll();
    modest.link.run();
    expect(modest.client.takeSimpleReply().error).toBe(0);
    modest.client.take(64 * KiB);
    expect(modest.client.takeSimpleReply().error).toBe(0);

    // In the end everybody is served.
    device.held.push(...taken);
    while (device.held.length > 0) {
      device.finishNext();
      for (const conversation of greedy) conversation.link.run();
    }
    for (const conversation of greedy) expect(countReads(conversation, 4 * MiB)).toBe(4);
    expect(server.memoryBytes).toBe(0);
  });

  it("with tiny options that have long answers, is answered one at a time", () => {
    const device = new MemoryDisk({ size: MiB });
    const exports = Array.from({ length: 1000 }, (_, index) => ({ name: `da${index}`, description: "x".repeat(100), device }));
    const conversation = new Conversation(exports);
    conversation.greet();
    conversation.client.reading = false;
    const list = Buffer.concat([Buffer.from("IHAVEOPT"), Buffer.from([0, 0, 0, 3, 0, 0, 0, 0])]);
    for (let i = 0; i < 100; i++) conversation.say(list);
    expect(conversation.connection.takeOutput().reduce((sum, piece) => sum + piece.length, 0)).toBeLessThan(200_000);
  });
});

describe("a client that sends more than can be begun", () => {
  it("has at most 256 requests under way; the rest wait, and none is lost", () => {
    const device = new HeldDevice(MiB);
    const conversation = new Conversation([{ name: "da0", device }]);
    conversation.enter();
    for (let i = 0; i < 1000; i++) conversation.post({ command: Command.flush });
    conversation.link.run();
    expect(device.held).toHaveLength(256);
    let replies = 0;
    while (device.held.length > 0) {
      device.finishNext();
      conversation.link.run();
      while (conversation.client.received.length > 0) {
        conversation.client.takeSimpleReply();
        replies++;
      }
    }
    expect(replies).toBe(1000);
  });

  it("is not read any further while a slow device holds the memory, and is when it lets go", () => {
    const device = new HeldDevice(64 * MiB);
    const conversation = new Conversation([{ name: "da0", device }], { connectionMemoryLimitBytes: 2 * MiB, split: () => 64 * KiB });
    conversation.enter();
    const data = new Uint8Array(512 * KiB);
    for (let i = 0; i < 40; i++) conversation.post({ command: Command.write, offset: i * data.length }, data);
    conversation.link.run();
    expect(conversation.connection.inputPaused).toBe(true);
    expect(conversation.connection.memoryBytes).toBeLessThan(4 * MiB);
    let written = 0;
    while (device.held.length > 0) {
      device.finishNext();
      written++;
      conversation.link.run();
      expect(conversation.connection.memoryBytes).toBeLessThan(4 * MiB);
    }
    expect(written).toBe(40);
    for (let i = 0; i < 40; i++) expect(conversation.client.takeSimpleReply().error).toBe(0);
    expect(conversation.server.memoryBytes).toBe(0);
  });

  it("may follow a longest write by a longest read: neither waits for the other's memory for ever", () => {
    for (const placement of [true, false]) {
      const device = new HeldDevice(64 * MiB);
      const conversation = new Conversation([{ name: "da0", device }], { connectionMemoryLimitBytes: MiB, placement });
      conversation.enter();
      conversation.post({ command: Command.write }, new Uint8Array(32 * MiB));
      conversation.post({ command: Command.read, length: 32 * MiB });
      conversation.post({ command: Command.write }, new Uint8Array(32 * MiB));
      conversation.post({ command: Command.flush });
      conversation.link.run();
      for (let commands = 0; commands < 4; commands++) {
        device.finishNext();
        conversation.link.run();
      }
      expect(conversation.client.received.length).toBe(4 * 16 + 32 * MiB);
      expect(conversation.server.memoryBytes).toBe(0);
    }
  });
});

import { describe, expect, it } from "vitest";
import { MemoryDisk } from "#block";
import type { NbdExport } from "../export.ts";
import { encodeExportChoice } from "../pdu/export-choice.ts";
import { decodeBlockSizeInformation, decodeExportInformation, InfoType } from "../pdu/export-information.ts";
import { encodeMetaContextQuery } from "../pdu/meta-context-query.ts";
import { OptionReplyType } from "../pdu/option-reply.ts";
import { encodeOption, Option } from "../pdu/option-request.ts";
import { TransmissionFlag } from "../pdu/transmission-flag.ts";
import { Conversation } from "../testing/conversation.ts";
import { HeldDevice } from "../testing/held-device.ts";

const MiB = 1024 * 1024;
const disk = (size = MiB, blockSize = 512): MemoryDisk => new MemoryDisk({ size, blockSize });
const two: readonly NbdExport[] = [
  { name: "da0", description: "the first", device: disk(MiB) },
  { name: "da1", device: disk(2 * MiB, 4096) },
];
const choose = (name: string, ...informationRequests: number[]): Buffer => encodeExportChoice({ name, informationRequests });
const types = (replies: readonly { type: number }[]): number[] => replies.map(({ type }) => type);
const allWriting = TransmissionFlag.hasFlags | TransmissionFlag.sendFlush | TransmissionFlag.sendFua | TransmissionFlag.canMultiConn;

describe("a client that greets", () => {
  it("is offered fixed newstyle without the zeroes", () => {
    expect(new Conversation(two).greet()).toBe(3);
  });

  it("is dropped when it sets flags nobody knows", () => {
    const conversation = new Conversation(two);
    conversation.greet(0x8000_0001);
    expect(conversation.client.closedWith).toBeDefined();
    expect(conversation.faults).toEqual(["the client set unknown handshake flags (0x80000001)"]);
  });

  it("is dropped when it says nothing for a minute, and not before", () => {
    const conversation = new Conversation(two);
    conversation.clock.advance(59_000);
    conversation.greet();
    conversation.clock.advance(59_000);
    expect(conversation.client.closedWith).toBeUndefined();
    conversation.clock.advance(2_000);
    conversation.link.run();
    expect(conversation.client.closedWith).toBeDefined();
    expect(conversation.server.connections.size).toBe(0);
  });

  it("may be silent for ever once it has an export", () => {
    const conversation = new Conversation(two);
    conversation.enter();
    conversation.clock.advance(1e9);
    expect(conversation.client.closedWith).toBeUndefined();
  });

  it("is dropped when it sends something that is no option", () => {
    const conversation = new Conversation(two);
    conversation.greet();
    conversation.say(Buffer.from("GET / HTTP/1.1\r\n\r\n"));
    expect(conversation.faults).toEqual(["the client sent something that is no NBD option"]);
    expect(conversation.client.closedWith).toBeDefined();
  });
});

describe("a client that looks around", () => {
  it("lists names and descriptions", () => {
    const conversation = new Conversation(two);
    conversation.greet();
    const replies = conversation.option(Option.list);
    expect(types(replies)).toEqual([OptionReplyType.server, OptionReplyType.server, OptionReplyType.ack]);
    expect(replies[0]?.data.toString("latin1")).toBe("\x00\x00\x00\x03da0the first");
    expect(replies[1]?.data.toString("latin1")).toBe("\x00\x00\x00\x03da1");
  });

  it("sees exports come and go while it is connected", () => {
    const exports: NbdExport[] = [];
    const conversation = new Conversation({ list: () => exports });
    conversation.greet();
    expect(types(conversation.option(Option.list))).toEqual([OptionReplyType.ack]);
    expect(types(conversation.option(Option.info, choose("")))).toEqual([OptionReplyType.unknown]);
    exports.push(...two);
    expect(conversation.option(Option.list)).toHaveLength(3);
    exports.length = 0;
    expect(types(conversation.option(Option.go, choose("da0")))).toEqual([OptionReplyType.unknown]);
  });

  it("learns what an export is like, as much as it asked for", () => {
    const conversation = new Conversation(two);
    conversation.greet();
    const replies = conversation.option(Option.info, choose("da1", InfoType.name, InfoType.description, InfoType.blockSize, 999));
    expect(replies.at(-1)?.type).toBe(OptionReplyType.ack);
    const information = replies.slice(0, -1).map(({ data }) => data);
    const flags = allWriting | TransmissionFlag.sendTrim | TransmissionFlag.sendWriteZeroes | TransmissionFlag.sendFastZero;
    expect(decodeExportInformation(information[0]!)).toEqual({ size: 2 * MiB, transmissionFlags: flags });
    expect(decodeBlockSizeInformation(information[1]!)).toEqual({ minimum: 4096, preferred: 4096, maximumPayload: 32 * MiB });
    expect(information[2]?.toString("latin1")).toBe("\x00\x01da1");
    expect(information).toHaveLength(3); // da1 has no description
  });

  it("learns the real name and description of the default export", () => {
    const conversation = new Conversation(two);
    conversation.greet();
    const replies = conversation.option(Option.info, choose("", InfoType.name, InfoType.description));
    expect(replies.map(({ data }) => data.toString("latin1")).slice(2, 4)).toEqual(["\x00\x01da0", "\x00\x02the first"]);
  });

  it("is told by the flags what a device cannot do", () => {
    const flagsOf = (exported: NbdExport, structured: boolean): number => {
      const conversation = new Conversation([exported]);
      conversation.greet();
      if (structured) conversation.option(Option.structuredReply);
      return decodeExportInformation(conversation.option(Option.info, choose(""))[0]!.data)!.transmissionFlags;
    };
    const readOnly = allWriting | TransmissionFlag.readOnly;
    expect(flagsOf({ name: "x", device: new MemoryDisk({ size: MiB, readOnly: true }) }, false)).toBe(readOnly);
    expect(flagsOf({ name: "x", device: disk(), readOnly: true }, true)).toBe(readOnly | TransmissionFlag.sendDf);
    const spinning = new HeldDevice(MiB, { rotational: true, unmap: false });
    const zeroing = TransmissionFlag.sendWriteZeroes | TransmissionFlag.sendFastZero;
    expect(flagsOf({ name: "x", device: spinning }, false)).toBe(
      allWriting | zeroing | TransmissionFlag.rotational | TransmissionFlag.sendCache,
    );
  });

  it("is refused TLS, and goes on without", () => {
    const conversation = new Conversation(two);
    conversation.greet();
    expect(types(conversation.option(Option.startTls))).toEqual([OptionReplyType.policy]);
    expect(conversation.option(Option.list)).toHaveLength(3);
  });

  it("may ask for options nobody has heard of, extended headers among them", () => {
    const conversation = new Conversation(two);
    conversation.greet();
    for (const option of [0, 4, 11, 12, 0xffff_ffff]) {
      expect(types(conversation.option(option, Buffer.from("whatever")))).toEqual([OptionReplyType.unsupported]);
    }
  });

  it("sees later options answered although an earlier one was far too long", () => {
    const conversation = new Conversation(two);
    conversation.greet();
    const before = conversation.connection.memoryBytes;
    expect(types(conversation.option(Option.info, Buffer.alloc(5 * MiB)))).toEqual([OptionReplyType.tooBig]);
    expect(conversation.connection.memoryBytes).toBe(before);
    expect(conversation.option(Option.list)).toHaveLength(3);
  });

  it("is told when lengths in an option do not add up, or there are data where none belong", () => {
    const conversation = new Conversation(two);
    conversation.greet();
    conversation.option(Option.structuredReply);
    for (const option of [Option.info, Option.go, Option.listMetaContext, Option.setMetaContext]) {
      expect(types(conversation.option(option, Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0])))).toEqual([OptionReplyType.invalid]);
    }
    for (const option of [Option.list, Option.structuredReply]) {
      expect(types(conversation.option(option, Buffer.alloc(1)))).toEqual([OptionReplyType.invalid]);
    }
  });

  it("leaves in good order with NBD_OPT_ABORT", () => {
    const conversation = new Conversation(two);
    conversation.greet();
    expect(types(conversation.option(Option.abort, Buffer.from("ignored")))).toEqual([OptionReplyType.ack]);
    expect(conversation.client.closedWith).toEqual({ cause: undefined });
    expect(conversation.faults).toEqual([]);
  });
});

describe("a client that asks for metadata contexts", () => {
  const query = (exportName: string, ...queries: string[]): Buffer => encodeMetaContextQuery({ exportName, queries });

  it("finds base:allocation by no query, by its namespace and by its name", () => {
    const conversation = new Conversation(two);
    conversation.greet();
    conversation.option(Option.structuredReply);
    for (const queries of [[], ["base:"], ["base:allocation"], ["qemu:x", "base:allocation"]]) {
      const replies = conversation.option(Option.listMetaContext, query("da0", ...queries));
      expect(types(replies)).toEqual([OptionReplyType.metaContext, OptionReplyType.ack]);
      expect(replies[0]?.data.subarray(4).toString()).toBe("base:allocation");
    }
    expect(types(conversation.option(Option.listMetaContext, query("da0", "x-other:thing")))).toEqual([OptionReplyType.ack]);
  });

  it("selects it only by its name", () => {
    const conversation = new Conversation(two);
    conversation.greet();
    conversation.option(Option.structuredReply);
    expect(types(conversation.option(Option.setMetaContext, query("da0", "base:")))).toEqual([OptionReplyType.ack]);
    expect(types(conversation.option(Option.setMetaContext, query("da0")))).toEqual([OptionReplyType.ack]);
    const replies = conversation.option(Option.setMetaContext, query("da0", "base:allocation"));
    expect(types(replies)).toEqual([OptionReplyType.metaContext, OptionReplyType.ack]);
  });

  it("must have structured replies first, and an export that exists", () => {
    const conversation = new Conversation(two);
    conversation.greet();
    expect(types(conversation.option(Option.setMetaContext, query("da0", "base:allocation")))).toEqual([OptionReplyType.invalid]);
    conversation.option(Option.structuredReply);
    expect(types(conversation.option(Option.setMetaContext, query("da9", "base:allocation")))).toEqual([OptionReplyType.unknown]);
  });
});

describe("a client that chooses", () => {
  it("gets the export by NBD_OPT_GO", () => {
    const conversation = new Conversation(two);
    conversation.greet();
    const replies = conversation.option(Option.go, choose("da1"));
    expect(decodeExportInformation(replies[0]!.data)?.size).toBe(2 * MiB);
    expect(conversation.connection.exported?.name).toBe("da1");
    expect(conversation.outcome({ command: 3 })).toBe(0);
  });

  it("gets the first export for the empty name", () => {
    const conversation = new Conversation(two);
    conversation.enter();
    expect(conversation.connection.exported?.name).toBe("da0");
  });

  it("is told when there is no such export, and may choose again", () => {
    const conversation = new Conversation(two);
    conversation.greet();
    expect(types(conversation.option(Option.go, choose("da7")))).toEqual([OptionReplyType.unknown]);
    expect(conversation.option(Option.go, choose("da0")).at(-1)?.type).toBe(OptionReplyType.ack);
  });

  it.each([
    [3, 10],
    [1, 134],
  ])("gets it the old way, with client flags %i in %i bytes", (clientFlags, length) => {
    const conversation = new Conversation(two);
    conversation.greet(clientFlags);
    conversation.say(encodeOption(Option.exportName, Buffer.from("da1")));
    const answer = conversation.client.take(length);
    expect(Number(answer.readBigUInt64BE(0))).toBe(2 * MiB);
    expect(answer.readUInt16BE(8) & TransmissionFlag.hasFlags).toBe(1);
    expect(answer.subarray(10).every((byte) => byte === 0)).toBe(true);
    expect(conversation.client.received).toHaveLength(0);
    expect(conversation.outcome({ command: 3 })).toBe(0);
  });

  it("is dropped the old way when there is no such export, since there is no way to say so", () => {
    const conversation = new Conversation(two);
    conversation.greet();
    conversation.say(encodeOption(Option.exportName, Buffer.from("da7")));
    expect(conversation.client.closedWith).toBeDefined();
    expect(conversation.faults).toEqual(['the client asked for an export "da7" that does not exist']);
  });

  it("may send everything at once, cut anywhere", () => {
    for (let cut = 1; cut < 40; cut++) {
      const conversation = new Conversation(two, { split: () => cut });
      const flags = Buffer.from([0, 0, 0, 3]);
      conversation.say(flags, encodeOption(Option.structuredReply), encodeOption(Option.list), encodeOption(Option.go, choose("da0")));
      conversation.post({ command: 3 });
      conversation.link.run();
      expect(conversation.client.received.length).toBe(18 + 20 + (20 + 16) + (20 + 7) + 20 + (20 + 12) + (20 + 14) + 20 + 16);
    }
  });

  it("meets a server that is going away: the stream ends, and nobody else is let in", () => {
    const conversation = new Conversation(two);
    conversation.greet();
    void conversation.server.close(conversation.clock.now(), 1000);
    conversation.link.run();
    expect(conversation.client.closedWith).toEqual({ cause: undefined });
    expect(conversation.server.accept()).toBeUndefined();
  });
});

import { describe, expect, it } from "vitest";
import { BlockError, MemoryDisk } from "#block";
import type { NbdExport } from "../export.ts";
import { NbdError } from "../pdu/nbd-error.ts";
import { Command, CommandFlag, encodeRequest } from "../pdu/request.ts";
import { ChunkType } from "../pdu/structured-reply.ts";
import { Conversation } from "../testing/conversation.ts";
import { HeldDevice } from "../testing/held-device.ts";

const KiB = 1024;
const MiB = 1024 * KiB;
const exporting = (device: NbdExport["device"], readOnly = false): readonly NbdExport[] => [{ name: "da0", device, readOnly }];
const filled = (length: number, byte: number): Uint8Array => new Uint8Array(length).fill(byte);

/** A client in the transmission phase, on a device that does as it is told. */
function onDisk(choices: { structured?: boolean; allocation?: boolean } = {}, readOnly = false): Conversation {
  const conversation = new Conversation(exporting(new MemoryDisk({ size: 4 * MiB }), readOnly));
  conversation.enter(choices);
  return conversation;
}

/** The same, on a device that ends its commands when the test says so. */
function onHeldDevice(choices: { structured?: boolean; allocation?: boolean } = {}): [Conversation, HeldDevice] {
  const device = new HeldDevice(4 * MiB);
  const conversation = new Conversation(exporting(device));
  conversation.enter(choices);
  return [conversation, device];
}

describe("what may come next", () => {
  it("is as many requests as came together last, and those that the device still has", () => {
    const [conversation, device] = onHeldDevice();
    expect(conversation.connection.awaited).toBe(0);
    const read = encodeRequest({ flags: 0, command: Command.read, cookieHigh: 0, cookieLow: 0, offset: 0, length: 512 });
    conversation.say(Buffer.concat([read, read]));
    expect(conversation.connection.awaited).toBe(2 + 2);
    device.finishAll();
    conversation.link.run();
    expect(conversation.connection.awaited).toBe(2);
    conversation.request({ command: Command.read, length: 512 });
    device.finishAll();
    expect(conversation.connection.awaited).toBe(1);
  });
});

describe("reads and writes", () => {
  it("what was written is read back, in a simple reply", () => {
    const conversation = onDisk();
    expect(conversation.outcome({ command: Command.write, offset: 8192 }, filled(4096, 0xa5))).toBe(0);
    const cookie = conversation.request({ command: Command.read, offset: 8192 - 512, length: 8192 });
    expect(conversation.client.takeSimpleReply()).toEqual({ error: 0, cookieHigh: 0xc00c1e, cookieLow: cookie });
    const data = conversation.client.take(8192);
    expect(data.subarray(512, 4608).every((byte) => byte === 0xa5)).toBe(true);
    expect(data.subarray(4608).every((byte) => byte === 0)).toBe(true);
    expect(conversation.client.received).toHaveLength(0);
  });

  it("the same in one chunk, once structured replies are agreed", () => {
    const conversation = onDisk({ structured: true });
    conversation.outcome({ command: Command.write, offset: 8192 }, filled(4096, 0xa5));
    for (const flags of [0, CommandFlag.df, CommandFlag.fua]) {
      conversation.request({ command: Command.read, flags, offset: 8192, length: 4096 });
      const chunk = conversation.client.takeChunk();
      expect(chunk).toMatchObject({ type: ChunkType.offsetData, flags: 1 });
      expect(Number(chunk.payload.readBigUInt64BE(0))).toBe(8192);
      expect(chunk.payload.subarray(8).every((byte) => byte === 0xa5)).toBe(true);
    }
  });

  it("what reads as zeroes throughout is told as a hole, whether it was written or not", () => {
    const conversation = onDisk({ structured: true });
    conversation.outcome({ command: Command.write, offset: 0 }, filled(200 * KiB, 0));
    conversation.request({ command: Command.read, offset: 0, length: MiB });
    const chunk = conversation.client.takeChunk();
    expect(chunk.type).toBe(ChunkType.offsetHole);
    expect(chunk.payload.readUInt32BE(8)).toBe(MiB);
    expect(conversation.client.received).toHaveLength(0);
  });

  it("one byte that is not zero, anywhere, makes it data", () => {
    const conversation = onDisk({ structured: true });
    for (const at of [0, 3, 70_000, 131_071]) {
      const data = filled(128 * KiB, 0);
      data[at] = 1;
      conversation.outcome({ command: Command.write, offset: 0 }, data);
      conversation.request({ command: Command.read, offset: 0, length: 128 * KiB });
      const chunk = conversation.client.takeChunk();
      expect(chunk.type).toBe(ChunkType.offsetData);
      expect(chunk.payload.subarray(8).equals(data)).toBe(true);
    }
  });

  it("a device that lends its memory is asked again when there was no room to answer", () => {
    const device = new MemoryDisk({ size: 4 * MiB });
    device.writeFrom(0, filled(MiB, 5), false, () => {});
    const conversation = new Conversation(exporting(device));
    conversation.enter();
    conversation.client.reading = false;
    for (let i = 0; i < 50; i++) conversation.post({ command: Command.read, offset: 0, length: 100 * KiB });
    conversation.link.run();
    conversation.client.reading = true;
    conversation.link.run();
    for (let i = 0; i < 50; i++) {
      expect(conversation.client.takeSimpleReply().error).toBe(0);
      expect(conversation.client.take(100 * KiB).every((byte) => byte === 5)).toBe(true);
    }
    expect(conversation.client.received).toHaveLength(0);
  });

  it("replies leave in the order in which the device is done, each with its cookie", () => {
    const [conversation, device] = onHeldDevice();
    const cookies = [0, 1, 2, 3].map((index) => conversation.request({ command: Command.read, offset: index * 4096, length: 4096 }));
    for (const index of [2, 0, 3, 1]) device.held[index]?.finish();
    conversation.link.run();
    for (const index of [2, 0, 3, 1]) {
      expect(conversation.client.takeSimpleReply().cookieLow).toBe(cookies[index]);
      conversation.client.take(4096);
    }
  });

  it("a write is handed over with its FUA and only when all of it is there, however it is cut", () => {
    const device = new HeldDevice(4 * MiB);
    const conversation = new Conversation(exporting(device), { split: () => 1000 });
    conversation.enter();
    conversation.post({ command: Command.write, flags: CommandFlag.fua, offset: 512, length: 100 * KiB }, filled(60 * KiB, 7));
    conversation.link.run();
    expect(device.held).toHaveLength(0);
    conversation.say(filled(40 * KiB, 8));
    expect(device.held[0]).toMatchObject({ kind: "write", offset: 512, length: 100 * KiB, fua: true });
    expect(device.held[0]?.memory?.[60 * KiB - 1]).toBe(7);
    expect(device.held[0]?.memory?.[60 * KiB]).toBe(8);
    device.finishAll();
    conversation.link.run();
    expect(conversation.client.takeSimpleReply().error).toBe(0);
  });

  it("the longest write and the longest read go through, and leave no memory behind", () => {
    for (const placement of [true, false]) {
      const device = new MemoryDisk({ size: 64 * MiB });
      const conversation = new Conversation(exporting(device), { placement, split: () => 200_000 });
      conversation.enter();
      conversation.outcome({ command: Command.write, offset: 0 }, filled(32 * MiB, 3));
      expect(conversation.server.memoryBytes).toBe(0);
      conversation.request({ command: Command.read, offset: MiB, length: 32 * MiB });
      expect(conversation.client.takeSimpleReply().error).toBe(0);
      const data = conversation.client.take(32 * MiB);
      expect(data[31 * MiB - 1]).toBe(3);
      expect(data[31 * MiB]).toBe(0);
      expect(conversation.server.memoryBytes).toBe(0);
    }
  });
});

describe("everything else", () => {
  it("flush, trim and write zeroes do what they say", () => {
    const conversation = onDisk();
    conversation.outcome({ command: Command.write, offset: 0 }, filled(64 * KiB, 9));
    expect(conversation.outcome({ command: Command.flush })).toBe(0);
    expect(conversation.outcome({ command: Command.trim, offset: 0, length: 16 * KiB })).toBe(0);
    expect(conversation.outcome({ command: Command.writeZeroes, offset: 16 * KiB, length: 16 * KiB })).toBe(0);
    conversation.request({ command: Command.read, offset: 0, length: 64 * KiB });
    conversation.client.takeSimpleReply();
    const data = conversation.client.take(64 * KiB);
    expect(data.subarray(0, 32 * KiB).every((byte) => byte === 0)).toBe(true);
    expect(data.subarray(32 * KiB).every((byte) => byte === 9)).toBe(true);
  });

  it("a trim with FUA is followed by a flush before it is answered", () => {
    const [conversation, device] = onHeldDevice();
    conversation.request({ command: Command.trim, flags: CommandFlag.fua, offset: 0, length: 4096 });
    expect(device.held.map(({ kind }) => kind)).toEqual(["unmap"]);
    device.finishNext();
    conversation.link.run();
    expect(conversation.client.received).toHaveLength(0);
    expect(device.held.map(({ kind }) => kind)).toEqual(["flush"]);
    device.finishNext();
    conversation.link.run();
    expect(conversation.client.takeSimpleReply().error).toBe(0);
  });

  it("zeroes that must be quick are refused by a device that would have to write them", () => {
    const [conversation, device] = onHeldDevice();
    conversation.request({ command: Command.writeZeroes, flags: CommandFlag.fastZero | CommandFlag.noHole, offset: 0, length: 4 * MiB });
    device.finishNext(new BlockError("ENOTSUP", "would have to be written"));
    conversation.link.run();
    expect(conversation.client.takeSimpleReply().error).toBe(NbdError.ENOTSUP);
  });

  it("a cache request asks the device to look ahead", () => {
    const [conversation, device] = onHeldDevice();
    conversation.request({ command: Command.cache, offset: 4096, length: 8192 });
    expect(device.held[0]).toMatchObject({ kind: "prefetch", offset: 4096, length: 8192 });
    device.finishAll();
    conversation.link.run();
    expect(conversation.client.takeSimpleReply().error).toBe(0);
  });

  it("block status tells holes from data, or only the first of them", () => {
    const conversation = onDisk({ structured: true, allocation: true });
    conversation.outcome({ command: Command.write, offset: 64 * KiB }, filled(64 * KiB, 1));
    conversation.request({ command: Command.blockStatus, offset: 0, length: MiB });
    const all = conversation.client.takeChunk();
    expect(all.type).toBe(ChunkType.blockStatus);
    expect(all.payload.toString("hex")).toBe("00000001" + "0001000000000003" + "0001000000000000" + "000e000000000003");
    conversation.request({ command: Command.blockStatus, flags: CommandFlag.reqOne, offset: 96 * KiB, length: MiB });
    expect(conversation.client.takeChunk().payload.toString("hex")).toBe("00000001" + "0000800000000000");
  });

  it("a device that cannot tell is said to have everything allocated", () => {
    const device = new HeldDevice(MiB, { blockStatus: false });
    const conversation = new Conversation(exporting(device));
    conversation.enter({ structured: true, allocation: true });
    conversation.request({ command: Command.blockStatus, offset: 0, length: MiB });
    expect(conversation.client.takeChunk().payload.toString("hex")).toBe("00000001" + "0010000000000000");
    expect(device.held).toHaveLength(0);
  });

  it("a device that grew is served to its new end", () => {
    const device = new MemoryDisk({ size: MiB });
    const conversation = new Conversation(exporting(device));
    conversation.enter();
    expect(conversation.outcome({ command: Command.write, offset: MiB }, filled(512, 1))).toBe(NbdError.ENOSPC);
    device.resize(2 * MiB);
    expect(conversation.outcome({ command: Command.write, offset: MiB }, filled(512, 1))).toBe(0);
    const later = new Conversation(exporting(device));
    later.greet();
    expect(Number(later.option(6, Buffer.alloc(6))[0]?.data.readBigUInt64BE(2))).toBe(2 * MiB);
  });
});

describe("requests that cannot be", () => {
  const past = 4 * MiB;
  it.each([
    ["read past the end", { command: Command.read, offset: past - 512, length: 1024 }, NbdError.EINVAL],
    ["read far past the end", { command: Command.read, offset: Number.MAX_SAFE_INTEGER - 511, length: 512 }, NbdError.EINVAL],
    ["read between blocks", { command: Command.read, offset: 100, length: 512 }, NbdError.EINVAL],
    ["read part of a block", { command: Command.read, offset: 512, length: 100 }, NbdError.EINVAL],
    ["read nothing", { command: Command.read }, NbdError.EINVAL],
    ["read too much", { command: Command.read, length: 0xffff_fe00 }, NbdError.EOVERFLOW],
    ["read with a flag for something else", { command: Command.read, flags: CommandFlag.noHole, length: 512 }, NbdError.EINVAL],
    ["read unfragmented without structured replies", { command: Command.read, flags: CommandFlag.df, length: 512 }, NbdError.EINVAL],
    ["trim past the end", { command: Command.trim, offset: past, length: 512 }, NbdError.EINVAL],
    ["zeroes past the end", { command: Command.writeZeroes, offset: past, length: 512 }, NbdError.ENOSPC],
    ["flush with a range", { command: Command.flush, length: 512 }, NbdError.EINVAL],
    ["block status without a context", { command: Command.blockStatus, length: 512 }, NbdError.EINVAL],
    ["cache, which is not offered", { command: Command.cache, length: 512 }, NbdError.EINVAL],
    ["a command nobody knows", { command: 77, length: 512 }, NbdError.EINVAL],
    ["a flag nobody knows", { command: Command.flush, flags: 0x8000 }, NbdError.EINVAL],
  ])("%s: an error, and the connection goes on", (_, request, error) => {
    const conversation = onDisk();
    expect(conversation.outcome(request)).toBe(error);
    expect(conversation.outcome({ command: Command.flush })).toBe(0);
    expect(conversation.server.memoryBytes).toBe(0);
  });

  it.each([
    ["past the end", { offset: past }, 64 * KiB, NbdError.ENOSPC],
    ["between blocks", { offset: 1 }, 64 * KiB, NbdError.EINVAL],
    ["longer than any may be", { offset: 0 }, 33 * MiB, NbdError.EINVAL],
  ])("a write %s: its data are skipped without being kept", (_, request, length, error) => {
    const conversation = onDisk();
    conversation.post({ command: Command.write, ...request }, filled(length, 1));
    conversation.post({ command: Command.flush });
    conversation.link.run();
    expect(conversation.client.takeSimpleReply().error).toBe(error);
    expect(conversation.client.takeSimpleReply().error).toBe(0);
    expect(conversation.server.memoryBytes).toBe(0);
  });

  it.each([Command.write, Command.trim, Command.writeZeroes])("command %i on a read-only export: EPERM", (command) => {
    const conversation = onDisk({}, true);
    const data = command === Command.write ? filled(512, 1) : undefined;
    expect(conversation.outcome({ command, length: 512 }, data)).toBe(NbdError.EPERM);
  });

  it("with structured replies, the error comes with a sentence", () => {
    const conversation = onDisk({ structured: true });
    conversation.request({ command: Command.read, offset: past, length: 512 });
    const chunk = conversation.client.takeChunk();
    expect(chunk.type).toBe(ChunkType.error);
    expect(chunk.payload.readUInt32BE(0)).toBe(NbdError.EINVAL);
    expect(chunk.payload.subarray(6).toString()).toBe("reaches beyond the end of the export");
  });

  it.each([
    ["EIO", NbdError.EIO],
    ["EINVAL", NbdError.EINVAL],
    ["ENOSPC", NbdError.ENOSPC],
    ["EPERM", NbdError.EPERM],
    ["EBUSY", NbdError.EPERM],
    ["ENOMEM", NbdError.ENOMEM],
    ["ESHUTDOWN", NbdError.ESHUTDOWN],
  ] as const)("a device that fails with %s is told as NBD error %i, and its memory is free again", (code, error) => {
    for (const structured of [false, true]) {
      const [conversation, device] = onHeldDevice({ structured });
      conversation.request({ command: Command.read, length: 4096 });
      device.finishNext(new BlockError(code, "the target said no"));
      conversation.link.run();
      const told = structured ? conversation.client.takeChunk().payload.readUInt32BE(0) : conversation.client.takeSimpleReply().error;
      expect(told).toBe(error);
      expect(conversation.client.received).toHaveLength(0);
      expect(conversation.server.memoryBytes).toBe(0);
    }
  });

  it("something that is no request ends the connection at once", () => {
    const conversation = onDisk();
    conversation.say(Buffer.alloc(28, 0x55));
    expect(conversation.faults).toEqual(["the client sent something that is no NBD request"]);
    expect(conversation.client.closedWith).toBeDefined();
    expect(conversation.server.memoryBytes).toBe(0);
  });
});

describe("the end of a connection", () => {
  it("NBD_CMD_DISC: what is under way is answered first, what comes behind is not looked at", () => {
    const [conversation, device] = onHeldDevice();
    conversation.post({ command: Command.read, length: 4096 });
    conversation.say(
      encodeRequest({ flags: 0, command: Command.disc, cookieHigh: 0, cookieLow: 0, offset: 0, length: 0 }),
      Buffer.alloc(100, 0x55),
    );
    expect(conversation.client.closedWith).toBeUndefined();
    device.finishAll();
    conversation.link.run();
    expect(conversation.client.takeSimpleReply().error).toBe(0);
    expect(conversation.client.take(4096)).toHaveLength(4096);
    expect(conversation.client.closedWith).toEqual({ cause: undefined });
    expect(conversation.faults).toEqual([]);
    expect(conversation.server.connections.size).toBe(0);
  });

  it("a client that vanishes: memory the device works on comes back when the device is done, and not before", () => {
    const [conversation, device] = onHeldDevice();
    conversation.request({ command: Command.read, length: 4096 });
    conversation.request({ command: Command.write, offset: 4096 }, filled(4096, 1));
    conversation.post({ command: Command.write, offset: 8192, length: 8192 }, filled(4096, 1)); // only half of it
    conversation.link.run();
    conversation.link.cut(new Error("gone"));
    expect(conversation.server.connections.size).toBe(0);
    expect(conversation.server.memoryBytes).toBeGreaterThan(0);
    device.finishNext(new BlockError("EIO", "late"));
    expect(conversation.server.memoryBytes).toBeGreaterThan(0);
    device.finishNext();
    expect(conversation.server.memoryBytes).toBe(0);
    expect(device.held).toHaveLength(0);
  });

  it("a client that stops in the middle of a long write is dropped after a minute; between requests it may be silent for ever", () => {
    const conversation = onDisk();
    conversation.clock.advance(1e9);
    conversation.post({ command: Command.write, length: 2 * MiB }, filled(2 * MiB - 200, 1));
    conversation.link.run();
    conversation.clock.advance(59_000);
    conversation.say(filled(100, 1));
    conversation.clock.advance(59_000);
    conversation.link.run();
    expect(conversation.client.closedWith).toBeUndefined();
    conversation.clock.advance(2_000);
    conversation.link.run();
    expect(conversation.client.closedWith).toBeDefined();
    expect(conversation.faults).toEqual(["the client said nothing for 60 s in the middle of a write"]);
    expect(conversation.server.memoryBytes).toBe(0);
  });

  it("the server closes: what is under way is answered, later requests get ESHUTDOWN, then the stream ends", async () => {
    const [conversation, device] = onHeldDevice();
    conversation.request({ command: Command.write, offset: 0 }, filled(4096, 1));
    const closed = conversation.server.close(conversation.clock.now(), 5000);
    expect(conversation.outcome({ command: Command.write, offset: 0 }, filled(4096, 1))).toBe(NbdError.ESHUTDOWN);
    device.finishAll();
    conversation.link.run();
    expect(conversation.client.takeSimpleReply().error).toBe(0);
    expect(conversation.client.closedWith).toEqual({ cause: undefined });
    await closed;
  });

  it("the server closes while a device hangs: after the grace the client is dropped", async () => {
    const [conversation, device] = onHeldDevice();
    conversation.request({ command: Command.read, length: 4096 });
    const closing = conversation.server.close(conversation.clock.now(), 5000);
    conversation.link.run();
    conversation.clock.advance(4999);
    conversation.link.run();
    expect(conversation.client.closedWith).toBeUndefined();
    conversation.clock.advance(2);
    conversation.link.run();
    expect(conversation.client.closedWith).toBeDefined();
    await closing;
    device.finishAll();
    expect(conversation.server.memoryBytes).toBe(0);
  });

  it("an export is withdrawn: its clients go, those of another stay", async () => {
    const exports: NbdExport[] = [
      { name: "da0", device: new MemoryDisk({ size: MiB }) },
      { name: "da1", device: new MemoryDisk({ size: MiB }) },
    ];
    const first = new Conversation({ list: () => exports });
    const second = new Conversation({ list: () => exports }, { server: first.server, clock: first.clock });
    first.enter({ name: "da0" });
    second.enter({ name: "da1" });
    const [gone] = exports.splice(0, 1);
    const withdrawn = first.server.withdraw(gone!.device, first.clock.now(), 1000);
    first.link.run();
    await withdrawn;
    expect(first.client.closedWith).toEqual({ cause: undefined });
    expect(second.outcome({ command: Command.flush })).toBe(0);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeExportChoice, encodeExportChoice } from "./export-choice.ts";
import {
  decodeBlockSizeInformation,
  decodeExportInformation,
  encodeBlockSizeInformation,
  encodeExportInformation,
  encodeTextInformation,
} from "./export-information.ts";
import { decodeGreeting, encodeGreeting } from "./greeting.ts";
import { decodeMetaContextQuery, encodeMetaContextQuery } from "./meta-context-query.ts";
import { decodeOptionReply, encodeListedExport, encodeMetaContext, encodeOptionReply, OptionReplyType } from "./option-reply.ts";
import { decodeOptionHeader, encodeOption, Option } from "./option-request.ts";
import { decodeRequest, encodeRequest, type Request } from "./request.ts";
import { decodeSimpleReply, encodeSimpleReply } from "./simple-reply.ts";
import { decodeChunk, encodeBlockStatusChunk, encodeErrorChunk, writeOffsetData, writeOffsetHole } from "./structured-reply.ts";

const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const size = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const text = fc.string({ unit: "grapheme", maxLength: 40 });
const bytes = fc.uint8Array({ maxLength: 64 }).map((array) => Buffer.from(array));
const request: fc.Arbitrary<Request> = fc.record({
  flags: u16,
  command: u16,
  cookieHigh: u32,
  cookieLow: u32,
  offset: size,
  length: u32,
});

/** What decodes must not decode when its end is missing. */
function refusesEveryTruncation(whole: Buffer, decode: (part: Buffer) => unknown): void {
  for (let length = 0; length < whole.length; length++) expect(decode(whole.subarray(0, length))).toBeUndefined();
}

const view = (buffer: Uint8Array): DataView => new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
const blankRequest = (): Request => ({ flags: 0, command: 0, cookieHigh: 0, cookieLow: 0, offset: 0, length: 0 });

describe("a request", () => {
  it("survives the wire at any place in memory", () => {
    fc.assert(
      fc.property(request, fc.integer({ min: 0, max: 50 }), (original, at) => {
        const memory = Buffer.concat([Buffer.alloc(at, 0xee), encodeRequest(original)]);
        const decoded = blankRequest();
        expect(decodeRequest(view(memory), at, decoded)).toBe(true);
        expect(decoded).toEqual(original);
      }),
    );
  });

  it("has the bytes of the specification", () => {
    const encoded = encodeRequest({
      flags: 1,
      command: 1,
      cookieHigh: 0x01020304,
      cookieLow: 0x05060708,
      offset: 2 ** 33 + 512,
      length: 4096,
    });
    expect(Buffer.from(encoded).toString("hex")).toBe("25609513" + "0001" + "0001" + "0102030405060708" + "0000000200000200" + "00001000");
  });

  it("is no request with any bit of its magic changed", () => {
    for (let bit = 0; bit < 32; bit++) {
      const memory = encodeRequest(blankRequest());
      memory[bit >> 3]! ^= 0x80 >> (bit & 7);
      expect(decodeRequest(view(memory), 0, blankRequest())).toBe(false);
    }
  });

  it("lies at -1 when its offset is beyond what a Number counts", () => {
    const memory = Buffer.from(encodeRequest(blankRequest()));
    memory.writeBigUInt64BE(2n ** 63n + 512n, 16);
    const decoded = blankRequest();
    decodeRequest(view(memory), 0, decoded);
    expect(decoded.offset).toBe(-1);
  });
});

describe("replies to requests", () => {
  it("a simple reply survives the wire, and no truncation passes for one", () => {
    fc.assert(
      fc.property(request, u32, (to, error) => {
        const encoded = Buffer.from(encodeSimpleReply(to, error));
        expect(decodeSimpleReply(encoded)).toEqual({ error, cookieHigh: to.cookieHigh, cookieLow: to.cookieLow });
        refusesEveryTruncation(encoded, decodeSimpleReply);
      }),
      { numRuns: 30 },
    );
  });

  it("an error chunk carries its number and its sentence", () => {
    fc.assert(
      fc.property(request, text, (to, message) => {
        const encoded = encodeErrorChunk(to, 22, message);
        const chunk = decodeChunk(encoded);
        expect(chunk).toMatchObject({ flags: 1, type: 0x8001, cookieHigh: to.cookieHigh, cookieLow: to.cookieLow });
        expect(chunk?.payload.readUInt32BE(0)).toBe(22);
        expect(chunk?.payload.subarray(6).toString("utf8")).toBe(message);
        expect(chunk?.payload.readUInt16BE(4)).toBe(chunk!.payload.length - 6);
        refusesEveryTruncation(encoded, decodeChunk);
      }),
      { numRuns: 30 },
    );
  });

  it("an error's sentence is never longer than a string of the protocol may be", () => {
    const chunk = decodeChunk(encodeErrorChunk(blankRequest(), 5, "x".repeat(10_000)));
    expect(chunk?.payload.length).toBe(6 + 4096);
  });

  it("a chunk of data names its offset and covers header and data", () => {
    const memory = Buffer.alloc(28 + 4096, 0xaa);
    writeOffsetData(view(memory), 0, { ...blankRequest(), cookieLow: 7, offset: 2 ** 40, length: 4096 });
    const chunk = decodeChunk(memory);
    expect(chunk).toMatchObject({ flags: 1, type: 1, cookieLow: 7 });
    expect(Number(chunk?.payload.readBigUInt64BE(0))).toBe(2 ** 40);
    expect(chunk?.payload.length).toBe(8 + 4096);
  });

  it("a hole is a chunk of twelve bytes", () => {
    const memory = Buffer.alloc(32);
    writeOffsetHole(view(memory), 0, { ...blankRequest(), offset: 8192, length: 65536 });
    expect(decodeChunk(memory)?.payload.toString("hex")).toBe("0000000000002000" + "00010000");
  });

  it("block status lists its extents behind the context", () => {
    const chunk = decodeChunk(
      encodeBlockStatusChunk(blankRequest(), 1, [
        { length: 4096, flags: 3 },
        { length: 512, flags: 0 },
      ]),
    );
    expect(chunk?.payload.toString("hex")).toBe("00000001" + "0000100000000003" + "0000020000000000");
  });
});

describe("the handshake", () => {
  it("the greeting has its two magic words and its flags", () => {
    const greeting = encodeGreeting(3);
    expect(greeting.toString("latin1", 0, 16)).toBe("NBDMAGICIHAVEOPT");
    expect(decodeGreeting(greeting)).toBe(3);
    refusesEveryTruncation(greeting, decodeGreeting);
    for (let at = 0; at < 16; at++) {
      const damaged = Buffer.from(greeting);
      damaged[at]! ^= 1;
      expect(decodeGreeting(damaged)).toBeUndefined();
    }
  });

  it("an option survives the wire", () => {
    fc.assert(
      fc.property(u32, bytes, (option, data) => {
        const encoded = encodeOption(option, data);
        expect(decodeOptionHeader(encoded, 0)).toEqual({ option, length: data.length });
        expect(encoded.subarray(16)).toEqual(data);
      }),
    );
    expect(decodeOptionHeader(Buffer.from("IHAVEOPS00000000"), 0)).toBeUndefined();
  });

  it("an option reply survives the wire, and no truncation passes for one", () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(OptionReplyType)), bytes, (type, data) => {
        const encoded = encodeOptionReply(Option.go, type, data);
        expect(decodeOptionReply(encoded)).toEqual({ option: Option.go, type, data });
        refusesEveryTruncation(encoded, decodeOptionReply);
      }),
      { numRuns: 50 },
    );
  });

  it("the choice of an export survives the wire, and no truncation passes for one", () => {
    fc.assert(
      fc.property(text, fc.array(u16, { maxLength: 8 }), (name, informationRequests) => {
        const encoded = encodeExportChoice({ name, informationRequests });
        expect(decodeExportChoice(encoded)).toEqual({ name, informationRequests });
        refusesEveryTruncation(encoded, decodeExportChoice);
        expect(decodeExportChoice(Buffer.concat([encoded, Buffer.alloc(1)]))).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });

  it("a query for metadata contexts survives the wire, and no truncation passes for one", () => {
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 5 }), (exportName, queries) => {
        const encoded = encodeMetaContextQuery({ exportName, queries });
        expect(decodeMetaContextQuery(encoded)).toEqual({ exportName, queries });
        refusesEveryTruncation(encoded, decodeMetaContextQuery);
        expect(decodeMetaContextQuery(Buffer.concat([encoded, Buffer.alloc(1)]))).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });

  it("lengths that cannot be are refused before anything is read for them", () => {
    const hugeCount = Buffer.alloc(12);
    hugeCount.writeUInt32BE(0xffff_ffff, 4);
    expect(decodeMetaContextQuery(hugeCount)).toBeUndefined();
    const hugeName = Buffer.alloc(12, 0xff);
    expect(decodeMetaContextQuery(hugeName)).toBeUndefined();
    expect(decodeExportChoice(hugeName)).toBeUndefined();
  });

  it("information about an export survives the wire", () => {
    fc.assert(
      fc.property(size, u16, u32, u32, u32, (bytes, transmissionFlags, minimum, preferred, maximumPayload) => {
        const about = encodeExportInformation(bytes, transmissionFlags);
        expect(decodeExportInformation(about)).toEqual({ size: bytes, transmissionFlags });
        const sizes = encodeBlockSizeInformation({ minimum, preferred, maximumPayload });
        expect(decodeBlockSizeInformation(sizes)).toEqual({ minimum, preferred, maximumPayload });
        expect(decodeExportInformation(sizes)).toBeUndefined();
        expect(decodeBlockSizeInformation(about)).toBeUndefined();
      }),
    );
  });

  it("text travels as UTF-8 behind its length, its id or its type", () => {
    expect(encodeListedExport("dä", "x").toString("hex")).toBe("00000003" + "64c3a4" + "78");
    expect(encodeMetaContext(1, "base:a").toString("latin1")).toBe("\x00\x00\x00\x01base:a");
    expect(encodeTextInformation(2, "x").toString("hex")).toBe("000278");
  });
});

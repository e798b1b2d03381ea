/** What our own sessions said, as a capture, read again: whole, in other files and wrappings, out of order, with parts missing, and damaged. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { SeededRandom, SystemClock, SystemRandom } from "kit/clock";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MemoryDisk } from "#block";
import { openDisk, parseIscsiUrl, transportOf } from "#initiator";
import { formatPortal } from "#iscsi";
import { startTarget } from "#target";
import { pcapngHeader, pcapngPacket, TcpFlow, TraceFile } from "#trace";
import { iserTargetTransport, tcpTargetTransport } from "../target-transport.ts";
import { CaptureDecoder } from "./capture-decoder.ts";
import { CaptureError } from "./capture-error.ts";
import { jsonLine, RecordPrinter } from "./record-printer.ts";
import { type Decoded, decode, framesOf, linesOf, overIpv6, pcapOf, split, withVlanTags } from "./testing/captures.ts";

const name = "iqn.2026-11.test:disk";
const carriers = ["tcp", "tcp with digests", "iser", "iser without CRC", "iser in short FPDUs"] as const;
const queries = ["", "?header_digest=crc32c&data_digest=crc32c", "", "?crc=off", "?fpdu=1400"];
const captures = new Map<string, Buffer>();

/** A session that logs in, writes and reads, small and large, and logs out. */
beforeAll(async () => {
  const [clock, random] = [new SystemClock(), new SystemRandom()];
  const directory = mkdtempSync(join(tmpdir(), "decode-"));
  const address = { host: "127.0.0.1", port: 0 };
  const target = await startTarget({
    listen: [tcpTargetTransport(clock), iserTargetTransport(clock)].map((transport) => ({ address, transport })),
    clock,
    random,
    targets: [{ name, luns: [{ device: new MemoryDisk({ size: 1024 * 1024 }) }] }],
  });
  for (const [index, carrier] of carriers.entries()) {
    const kind = carrier.startsWith("tcp") ? "tcp" : "iser";
    const portal = target.portals.find(({ transport }) => transport === kind)!;
    const url = `${kind === "tcp" ? "iscsi" : "iser"}://${formatPortal(portal)}/${name}/0${queries[index]}`;
    const trace = new TraceFile(join(directory, "capture"), {
      clock,
      wallClock: () => Date.UTC(2026, 10, 22),
      onFault: expect.unreachable,
    });
    const disk = await openDisk(url, { clock, random, transport: trace.tap(transportOf(parseIscsiUrl(url), clock), kind) });
    const data = new SeededRandom(3).bytes(300 * 1024);
    await disk.write(0, data.subarray(0, 512));
    await disk.write(4096, data);
    if (Buffer.compare(await disk.read(4096, data.length), data) !== 0) throw new Error("what was recorded is not what was written");
    await disk.close();
    trace.close();
    captures.set(carrier, readFileSync(join(directory, "capture")));
  }
  await target.close();
  rmSync(directory, { recursive: true });
});
afterAll(() => captures.clear());

/** Names of the iSCSI PDUs, in order, without repetitions behind each other. */
function storyOf(lines: readonly string[]): string[] {
  const names = lines.flatMap((line) => / iSCSI .*?"name":"([^"]+)"/.exec(` ${line}`)?.[1] ?? []);
  return names.filter((one, index) => one !== names[index - 1]);
}

describe.each(carriers)("a capture of a session over %s", (carrier) => {
  const capture = (): Buffer => captures.get(carrier)!;

  it("is read whole, with nothing wrong in it", () => {
    const decoded = decode(capture());
    const lines = linesOf(decoded);
    expect(lines.filter((line) => line.includes("!!"))).toEqual([]);
    const story = storyOf(lines);
    expect(story.slice(0, 2)).toEqual(["Login Request", "Login Response"]);
    expect(story.slice(-2)).toEqual(["Logout Request", "Logout Response"]);
    expect(decoded.connections.map(({ protocol }) => protocol)).toEqual([carrier.startsWith("tcp") ? "iscsi" : "iwarp"]);
    expect(lines.every((line) => line.startsWith("1"))).toBe(true);
    if (carrier.startsWith("iser")) {
      expect(lines[0]).toContain('"name":"MPA request"');
      expect(lines.filter((line) => line.includes('"CRC":"wrong"'))).toEqual([]);
      expect(lines.some((line) => line.includes('"CRC":"right"'))).toBe(carrier !== "iser without CRC");
      // What a Read Request asks for comes in Read Responses; what is read, in RDMA Writes.
      const moved = (opcode: string): number =>
        lines
          .filter((line) => line.includes(`RDMAP {"opcode":"${opcode}"`))
          .reduce((sum, line) => sum + Number(/"length":(\d+)} RDMAP/.exec(line)?.[1]), 0);
      const asked = lines.flatMap((line) => /"RDMARDSZ":(\d+)/.exec(line)?.[1] ?? []).reduce((sum, size) => sum + Number(size), 0);
      expect(asked).toBeGreaterThan(256 * 1024);
      expect(moved("0x02")).toBe(asked);
      expect(moved("0x00")).toBeGreaterThanOrEqual(300 * 1024);
    }
  });

  it("says the same in pieces, as pcap of every kind, behind tags, over IPv6, and segmented otherwise", () => {
    const lines = linesOf(decode(capture()));
    const frames = framesOf(capture());
    const variants: readonly (readonly [string, Buffer])[] = [
      ["big-endian", pcapOf(frames, { bigEndian: true })],
      ["nanoseconds", pcapOf(frames, { nanoseconds: true })],
      ["one tag", pcapOf(frames.map((frame) => withVlanTags(frame, [0x8100])))],
      ["two tags", pcapOf(frames.map((frame) => withVlanTags(frame, [0x88a8, 0x8100])))],
      [
        "raw",
        pcapOf(
          frames.map((frame) => frame.subarray(14)),
          { linkType: 101 },
        ),
      ],
      [
        "cooked",
        pcapOf(
          frames.map((frame) => Buffer.concat([Buffer.alloc(14), frame.subarray(12)])),
          { linkType: 113 },
        ),
      ],
      [
        "loopback",
        pcapOf(
          frames.map((frame) => Buffer.concat([Buffer.of(2, 0, 0, 0), frame.subarray(14)])),
          { linkType: 0 },
        ),
      ],
      ["segments", pcapOf(frames.flatMap((frame) => split(frame, 1448)))],
      ["IPv6", pcapOf(frames.flatMap((frame) => split(frame, 1448)).map(overIpv6))],
      ["crumbs", pcapOf(frames.flatMap((frame) => (frame.length > 10_000 ? [frame] : split(frame, 7))))],
      ["padded", pcapOf(frames.map((frame) => (frame.length < 60 ? Buffer.concat([frame, Buffer.alloc(60 - frame.length)]) : frame)))],
    ];
    for (const [variant, file] of variants) expect([variant, linesOf(decode(file))]).toEqual([variant, lines]);
    expect(linesOf(decode(capture(), 97))).toEqual(lines);
  });

  it("says the same when segments come twice, late or early", () => {
    const lines = linesOf(decode(capture())).sort();
    const frames = framesOf(capture()).flatMap((frame) => split(frame, 9000));
    for (let seed = 1; seed <= 5; seed++) {
      const random = new SeededRandom(seed);
      const shuffled = [...frames];
      // The handshake stays where it is: what comes before a SYN is of a connection whose beginning nobody saw.
      for (let at = 3; at < shuffled.length - 1; at++) {
        const other = Math.min(shuffled.length - 1, at + random.below(4));
        [shuffled[at], shuffled[other]] = [shuffled[other]!, shuffled[at]!];
        if (random.below(5) === 0) shuffled.splice(at, 0, shuffled[at]!);
      }
      expect([seed, linesOf(decode(pcapOf(shuffled))).sort()]).toEqual([seed, lines]);
    }
  });

  it("is read from the middle, when it begins there", () => {
    const frames = framesOf(capture());
    const whole = linesOf(decode(capture()));
    for (const start of [4, 9, 12, Math.floor(frames.length / 2)]) {
      const rest = linesOf(decode(pcapOf(frames.slice(start)))).filter((line) => !line.includes("!!"));
      expect([start, storyOf(rest).slice(-2)]).toEqual([start, ["Logout Request", "Logout Response"]]);
      // The checksums of a stream whose beginning is unknown are judged one by one.
      const said = new Set(whole);
      expect(rest.filter((line) => !said.has(line))).toEqual([]);
    }
  });

  it("is told by who says what, wherever it begins, and that its beginning is not there", () => {
    const frames = framesOf(capture());
    const said = new Set(linesOf(decode(capture())));
    for (let start = 3; start < frames.length - 3; start++) {
      const rest = decode(pcapOf(frames.slice(start)));
      const lines = linesOf(rest).filter((line) => !line.includes("!!"));
      expect([start, lines.filter((line) => !said.has(line))]).toEqual([start, []]);
      const [first] = rest.records;
      if (first === undefined) continue;
      expect(new RecordPrinter(false).text(first.connection, first.record)).toMatch(
        /^# connection 1: 192\.0\.2\.1:.*; how it began is not in this file\n/,
      );
    }
    const [begun] = decode(capture()).records;
    expect(new RecordPrinter(false).text(begun!.connection, begun!.record)).toMatch(/^# connection 1: 192\.0\.2\.1:.* over [a-zA-Z]+\n/);
  });

  it("goes on behind segments that are missing, and says how much is", () => {
    const frames = framesOf(capture()).flatMap((frame) => split(frame, 1400));
    const lost = frames.findIndex((frame, index) => index > frames.length / 2 && frame.length === 54 + 1400);
    const kept = [...frames.slice(0, lost), ...frames.slice(lost + 1)];
    const lines = linesOf(decode(pcapOf(kept)));
    expect(lines.filter((line) => line.includes("1400 bytes are not in the capture"))).toHaveLength(1);
    expect(storyOf(lines)).toContain("Logout Request");
  });

  it("goes on behind packets that were cut short when they were captured", () => {
    const frames = framesOf(capture()).flatMap((frame) => split(frame, 9000));
    const lines = linesOf(decode(pcapOf(frames, { snapLength: 600 })));
    expect(lines.some((line) => line.includes("bytes are not in the capture"))).toBe(true);
    expect(storyOf(lines).slice(-2)).toEqual(["Logout Request", "Logout Response"]);
  });

  it("that was cut short ends with an error, behind all that is there", () => {
    const whole = linesOf(decode(capture()));
    for (const length of [0, 3, 27, 30, capture().length - 1]) expect(() => decode(capture().subarray(0, length))).toThrow(CaptureError);
    const records: Decoded["records"][number][] = [];
    const decoder = new CaptureDecoder((connection, record) => records.push({ connection, record }));
    decoder.push(capture().subarray(0, -1));
    expect(() => decoder.end()).toThrow("cut short");
    expect(linesOf({ records })).toEqual(whole);
  });

  it("that is damaged is read or refused, and never anything else", () => {
    const frames = framesOf(capture())
      .flatMap((frame) => split(frame, 1448))
      .slice(0, 120);
    const file = pcapOf(frames);
    const printer = new RecordPrinter(true);
    for (let seed = 1; seed <= 30; seed++) {
      const random = new SeededRandom(seed);
      const damaged = Buffer.from(seed % 2 === 0 ? file : capture().subarray(0, 60_000));
      for (let count = 1 + random.below(20); count > 0; count--) damaged[random.below(damaged.length)] = random.below(256);
      try {
        for (const { connection, record } of decode(damaged, 4096).records) {
          expect(printer.text(connection, record)).not.toMatch(/[^\P{Cc}\n]/u);
          JSON.parse(jsonLine(connection, record));
        }
      } catch (error) {
        if (!(error instanceof CaptureError)) throw new Error(`seed ${seed}`, { cause: error });
      }
    }
  });
});

describe("a capture", () => {
  it("of the Linux kernel's own iSER is read whole, with nothing wrong in it", () => {
    const pieces: Uint8Array[] = [pcapngHeader()];
    const flow = new TcpFlow({ host: "10.0.2.2", port: 3261 }, 40000, (frames) => {
      for (const frame of frames) pieces.push(pcapngPacket(pieces.length * 1000, frame));
    });
    flow.opened();
    const recording = new URL("../../iwarp/testing/linux-siw-recording.txt", import.meta.url);
    for (const line of readFileSync(recording, "utf8").split("\n")) {
      if (line !== "" && !line.startsWith("#")) flow.data(line.startsWith("i") ? "out" : "in", Buffer.from(line.slice(4), "hex"));
    }
    const lines = linesOf(decode(Buffer.concat(pieces)));
    expect(lines.filter((line) => line.includes("!!"))).toEqual([]);
    expect(lines.join("\n")).toContain("RDMAExtensions=Yes");
    expect(new Set(storyOf(lines))).toContain("SCSI Command");
  });

  it.each([
    ["nothing", Buffer.alloc(0), "the file is empty"],
    ["three bytes", Buffer.of(10, 13, 13), "too short to be a capture"],
    ["text", Buffer.from("Not a capture at all, but long enough to be one"), "begins neither as pcapng nor as pcap"],
    ["gzip", Buffer.from("1f8b080000000000000300000000", "hex"), "decompress it first"],
    ["a section without byte order", Buffer.from("0a0d0d0a1c0000000000000000000000", "hex"), "byte order"],
    [
      "a block without an end",
      Buffer.concat([pcapngHeader(), Buffer.from("060000000000ffff00000000", "hex")]),
      "a block that says it is 4294901760 bytes long",
    ],
    [
      "a packet of no interface",
      Buffer.concat([pcapngHeader().subarray(0, 28), pcapngPacket(0, Buffer.alloc(4))]),
      "interface 0, which there is none of",
    ],
    [
      "a block with two lengths",
      Buffer.concat([pcapngHeader(), Buffer.from("0500000010000000000000001400000000", "hex")]),
      "two different lengths",
    ],
    [
      "a pcap packet of a gigabyte",
      Buffer.concat([pcapOf([]), Buffer.from("00000000000000000000004000000040", "hex")]),
      "a packet that says it is 1073741824 bytes long",
    ],
  ])("that is %s is refused with a sentence", (_, file, sentence) => {
    expect(() => decode(file)).toThrow(CaptureError);
    expect(() => decode(file)).toThrow(sentence);
  });

  it("of anything else has connections that nobody understands, and no more", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 8 }), (payloads) => {
        const frames: Uint8Array[] = [];
        const flow = new TcpFlow({ host: "192.0.2.9", port: 80 }, 50000, (passed) => frames.push(...passed));
        flow.opened();
        for (const [index, payload] of payloads.entries())
          flow.data(index % 2 === 0 ? "out" : "in", Buffer.concat([Buffer.from("HTTP"), payload]));
        flow.closed(true);
        const decoded = decode(pcapOf(frames));
        expect([decoded.records, decoded.connections.map(({ protocol }) => protocol)]).toEqual([[], [undefined]]);
      }),
    );
  });
});

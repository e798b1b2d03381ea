import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SystemClock, SystemRandom } from "kit/clock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MemoryDisk } from "#block";
import { type Disk, openDisk, parseIscsiUrl, transportOf } from "#initiator";
import { formatPortal } from "#iscsi";
import { type RunningTarget, startTarget } from "#target";
import { TraceFile } from "#trace";
import { iserTargetTransport, tcpTargetTransport } from "../target-transport.ts";

const clock = new SystemClock();
const random = new SystemRandom();
const name = "iqn.2026-11.test:disk";

let directory: string;
let target: RunningTarget;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "trace-"));
  const address = { host: "127.0.0.1", port: 0 };
  target = await startTarget({
    listen: [tcpTargetTransport(clock), iserTargetTransport(clock)].map((transport) => ({ address, transport })),
    clock,
    random,
    targets: [{ name, luns: [{ device: new MemoryDisk({ size: 4 * 1024 * 1024 }) }] }],
  });
});

afterEach(async () => {
  await target.close();
  rmSync(directory, { recursive: true });
});

/** A session that writes and reads, as a capture. */
async function capture(kind: "tcp" | "iser", query: string): Promise<string> {
  const file = join(directory, `${kind}.pcapng`);
  const trace = new TraceFile(file, { clock, wallClock: () => Date.UTC(2026, 10, 1), onFault: expect.unreachable });
  const portal = target.portals.find(({ transport }) => transport === kind)!;
  const url = `${kind === "tcp" ? "iscsi" : "iser"}://${formatPortal(portal)}/${name}/0${query}`;
  const disk: Disk = await openDisk(url, { clock, random, transport: trace.tap(transportOf(parseIscsiUrl(url), clock), kind) });
  const data = random.bytes(600 * 1024);
  await disk.write(512, data);
  expect(Buffer.compare(await disk.read(512, data.length), data)).toBe(0);
  await disk.read(0, 512);
  await disk.close();
  trace.close();
  expect(statSync(file).mode & 0o777).toBe(0o600);
  return file;
}

/** The TCP payloads of a capture, put together again by their sequence numbers; fails when there is a gap or a wrong checksum. */
function streamsOf(file: string): { out: Buffer; in: Buffer } {
  const bytes = readFileSync(file);
  const streams = { out: [] as Buffer[], in: [] as Buffer[] };
  const next = { out: -1, in: -1 };
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32LE(at + 4);
    expect(bytes.readUInt32LE(at + length - 4)).toBe(length);
    if (bytes.readUInt32LE(at) === 6) {
      const frame = bytes.subarray(at + 28, at + 28 + bytes.readUInt32LE(at + 20));
      const direction = frame[11] === 1 ? "out" : "in";
      const sequence = frame.readUInt32BE(38);
      const isSyn = (frame[47]! & 0x02) !== 0;
      if (!isSyn) expect(sequence).toBe(next[direction]);
      expect(onesComplementSum(frame.subarray(14, 34), 0)).toBe(0xffff);
      expect(onesComplementSum(frame.subarray(26), 6 + frame.length - 34)).toBe(0xffff);
      streams[direction].push(frame.subarray(54));
      next[direction] = sequence + frame.length - 54 + (isSyn || (frame[47]! & 0x01) !== 0 ? 1 : 0);
    }
    at += length;
  }
  return { out: Buffer.concat(streams.out), in: Buffer.concat(streams.in) };
}

function onesComplementSum(bytes: Buffer, start: number): number {
  let sum = start;
  for (let at = 0; at < bytes.length; at++) sum += at % 2 === 0 ? bytes[at]! << 8 : bytes[at]!;
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return sum;
}

describe("a trace", () => {
  it("holds both directions whole, as frames of a TCP connection with right numbers and checksums", async () => {
    const tcp = streamsOf(await capture("tcp", ""));
    expect(tcp.out.toString("latin1")).toContain(`TargetName=${name}\0`);
    expect(tcp.out.length).toBeGreaterThan(600 * 1024);
    expect(tcp.in.length).toBeGreaterThan(600 * 1024);
    const iser = streamsOf(await capture("iser", ""));
    expect(iser.out.subarray(0, 16).toString()).toBe("MPA ID Req Frame");
    expect(iser.in.subarray(0, 16).toString()).toBe("MPA ID Rep Frame");
    expect(iser.in.length).toBeGreaterThan(600 * 1024);
  });

  it("says why it cannot be written", () => {
    expect(() => new TraceFile(join(directory, "not", "there"), { clock, onFault: expect.unreachable })).toThrow(
      /cannot write the trace .*no such file or directory/,
    );
  });
});

import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VirtualClock } from "kit/clock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CaptureFile } from "./capture-file.ts";
import { pcapngHeader, pcapngPacket } from "./pcapng.ts";

const mebibyte = 2 ** 20;

let directory: string;
let path: string;
let clock: VirtualClock;
let faults: string[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "capture-"));
  path = join(directory, "capture.pcapng");
  clock = new VirtualClock();
  faults = [];
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function open(limitBytes?: number): CaptureFile {
  return new CaptureFile(path, { clock, limitBytes, onFault: (reason) => faults.push(reason) });
}

/** The first bytes of the packets in a capture, which must be whole from its header to its end. */
function packetsOf(file: string): readonly number[] {
  const bytes = readFileSync(file);
  const header = pcapngHeader();
  expect(Buffer.compare(bytes.subarray(0, header.length), header)).toBe(0);
  const found: number[] = [];
  for (let at = header.length; at < bytes.length; at += bytes.readUInt32LE(at + 4)) {
    expect(at + bytes.readUInt32LE(at + 4)).toBeLessThanOrEqual(bytes.length);
    found.push(bytes.readUInt32LE(at + 28));
  }
  return found;
}

/** A packet that is known by its number. */
function packet(number: number, length: number): Uint8Array {
  const bytes = Buffer.alloc(length);
  bytes.writeUInt32LE(number);
  return pcapngPacket(0, bytes);
}

describe("a capture file", () => {
  it("is its owner's alone, whatever was there, and has what came before soon", () => {
    writeFileSync(path, "something else", { mode: 0o644 });
    const file = open();
    file.append([packet(7, 100)]);
    clock.advance(200);
    expect([statSync(path).mode & 0o777, packetsOf(path)]).toEqual([0o600, [7]]);
    file.append([packet(8, 100)]);
    file.close();
    expect(packetsOf(path)).toEqual([7, 8]);
  });

  it("never takes more than twice its limit, and holds the latest", () => {
    const file = open(2 * mebibyte);
    for (let number = 0; number < 1000; number++) file.append([packet(number, 10_000)]);
    file.close();
    for (const name of [path, `${path}.1`]) {
      expect(statSync(name).size).toBeLessThanOrEqual(2 * mebibyte);
      expect(statSync(name).mode & 0o777).toBe(0o600);
    }
    const held = [...packetsOf(`${path}.1`), ...packetsOf(path)];
    expect(held.length).toBeGreaterThan(200);
    expect(held).toEqual(Array.from(held, (_, index) => 1000 - held.length + index));
  });

  it("sets aside what a program before has left, if its length is limited", () => {
    writeFileSync(path, "before");
    open(2 * mebibyte).close();
    expect([readFileSync(`${path}.1`, "utf8"), packetsOf(path)]).toEqual(["before", []]);
  });

  it("ends when it cannot go on, which is said once, and what there is stays whole", () => {
    const file = open(2 * mebibyte);
    file.append([packet(1, 1_500_000)]);
    rmSync(path);
    for (let number = 0; number < 300; number++) file.append([packet(number, 10_000)]);
    expect(faults).toEqual([expect.stringContaining("no such file or directory")]);
    file.append([packet(2, 100)]);
    clock.advance(1000);
    file.close();
    expect([existsSync(path), faults.length]).toEqual([false, 1]);
  });
});

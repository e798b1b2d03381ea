import { createRequire } from "node:module";
import { type Crc32c, portableCrc32c } from "./crc32c.ts";

type NodeRsFunction = (input: Uint8Array, initialState: number) => number;

/** Intel's name for CRC32C. It neither complements what it begins with nor what it returns. */
type IsaLFunction = (bytes: Uint8Array, length: number, seed: number) => number;

interface Koffi {
  load(library: string): { func(prototype: string): unknown };
}

/** From this many bytes on the way into each pays, against the portable code (measured; see docs/decisions/crc32c.md). */
const nodeRsFrom = 320;
const isaLFrom = 128;

/**
 * Intel's ISA-L, where the system has it (libisal.so.2; Debian's package is libisal2) and the optional dependency koffi can call it: 56 GB/s at
 * 64 KiB in the cache. `undefined` where either is missing, or where the library found computes something else.
 */
export function loadIsaLCrc32c(library = "libisal.so.2"): Crc32c | undefined {
  let isaL: IsaLFunction;
  try {
    const koffi = createRequire(import.meta.url)("koffi") as Koffi;
    isaL = koffi.load(library).func("uint32_t crc32_iscsi(const void *buffer, int length, uint32_t seed)") as IsaLFunction;
  } catch {
    return undefined;
  }
  const crc32c = native(isaLFrom, (bytes, crc) => ~isaL(bytes, bytes.length, ~crc >>> 0) >>> 0);
  return agrees(crc32c) ? crc32c : undefined;
}

/** The optional dependency @node-rs/crc32, which comes with its code: 7 GB/s at 64 KiB. `undefined` where it is not installed for this platform. */
export function loadNodeRsCrc32c(): Crc32c | undefined {
  try {
    const { crc32c } = createRequire(import.meta.url)("@node-rs/crc32") as { crc32c: NodeRsFunction };
    return native(nodeRsFrom, crc32c);
  } catch {
    return undefined;
  }
}

/** `whole` for stretches of `from` bytes and more, which is everything but headers. */
function native(from: number, whole: NodeRsFunction): Crc32c {
  return {
    update: (crc, bytes, start, end) =>
      end - start < from ? portableCrc32c.update(crc, bytes, start, end) : whole(bytes.subarray(start, end), crc),
  };
}

/** A system's library is whatever has its name: it is asked for something that is known before it is believed. */
function agrees(crc32c: Crc32c): boolean {
  const sample = Uint8Array.from({ length: 4099 }, (_, index) => (index * 167) & 0xff);
  const of = (one: Crc32c): number => one.update(one.update(0, sample, 0, 1025), sample, 1025, sample.length);
  return of(crc32c) === of(portableCrc32c);
}

let fastest: Crc32c | undefined;

/** The fastest there is on this machine. Looked for once, on first use: a program that needs no digest pays nothing at start. */
export function fastestCrc32c(): Crc32c {
  fastest ??= loadIsaLCrc32c() ?? loadNodeRsCrc32c() ?? portableCrc32c;
  return fastest;
}

import type { Duration } from "kit/clock";

/** What fio calls `rw`. */
export const accessPatterns = ["read", "write", "randread", "randwrite", "rw", "randrw"] as const;
export type AccessPattern = (typeof accessPatterns)[number];

/** A load to put on a device. Sizes in bytes. */
export interface Workload {
  readonly pattern: AccessPattern;
  readonly blockSize: number;
  /** Commands under way at a time. */
  readonly depth: number;
  /** The part of the device that is used, from its start: a multiple of `blockSize`. */
  readonly regionSize: number;
  /** How long to measure. */
  readonly runtimeMs: Duration;
  /** How long to run before measuring begins. */
  readonly rampMs: Duration;
  /** Write contents that can be recognised, and look at what is read. */
  readonly verify: boolean;
  /** Of a mixed load, the share of reads in percent. */
  readonly readPercent: number;
  /** Where random places come from: the same seed gives the same places. */
  readonly seed: number;
}

export function isRandom(pattern: AccessPattern): boolean {
  return pattern.startsWith("rand");
}

/** The share of reads, in percent. */
export function readShare({ pattern, readPercent }: Workload): number {
  if (pattern === "read" || pattern === "randread") return 100;
  return pattern === "write" || pattern === "randwrite" ? 0 : readPercent;
}

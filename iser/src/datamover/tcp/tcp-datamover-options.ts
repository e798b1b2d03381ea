import type { Duration } from "kit/clock";
import type { Crc32c } from "#bytes";

export interface TcpDatamoverOptions {
  /** What computes digests; the fastest there is unless given. */
  readonly crc32c?: Crc32c;
  /** How long a peer may stop in the middle of a PDU before it is at fault; 30 s unless given, 0 for ever. */
  readonly stallMs?: Duration;
}

export const defaultStallMs: Duration = 30_000;

/** Data PDUs are made until this much waits for the socket; the rest follows when that is sent. */
export const outputBatchBytes = 512 * 1024;

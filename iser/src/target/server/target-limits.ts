import type { ConnectionLimits } from "../connection/connection-host.ts";

/** What one server takes on. Times in milliseconds, 0 for no limit. */
export interface TargetLimits extends ConnectionLimits {
  readonly maxConnections: number;
  /** At most 65535, as many as there are TSIHs. */
  readonly maxSessions: number;
  /** Commands that one session may have outstanding: the widest its command window opens. */
  readonly queueDepth: number;
  /** How long `close` waits for initiators to take their last PDUs and for disks to come to rest. */
  readonly closeMs: number;
}

/**
 * 128 places is what tgt offers, twice as many as LIO. A pinged initiator that is gone is noticed after 45 s, well before SCSI gives its commands up; one whose login takes longer
 * than LIO would wait holds a connection for nothing.
 */
export const defaultTargetLimits: TargetLimits = {
  maxConnections: 1024,
  maxSessions: 1024,
  queueDepth: 128,
  loginMs: 15_000,
  pingAfterMs: 30_000,
  pingMs: 15_000,
  logoutMs: 15_000,
  closeMs: 5_000,
  maxImmediate: 16,
  maxTextBytes: 64 * 1024,
  maxWaitingBytes: 64 * 1024,
  maxBacklogBytes: 256 * 1024,
  maxUnsentResponses: 1024,
};

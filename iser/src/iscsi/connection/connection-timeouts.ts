/** Milliseconds; 0 switches a time-out off. */
export interface ConnectionTimeouts {
  /** From the open transport to full feature phase (kern.iscsi.login_timeout). */
  readonly loginMs: number;
  /** Silence after which the target is pinged. */
  readonly pingAfterMs: number;
  /** How long a ping may stay unanswered, and everything else silent (kern.iscsi.ping_timeout). */
  readonly pingMs: number;
  readonly logoutMs: number;
}

export const defaultConnectionTimeouts: ConnectionTimeouts = { loginMs: 60_000, pingAfterMs: 1000, pingMs: 5000, logoutMs: 5000 };

/** How often an idle connection looks at the time, in milliseconds. */
export const sweepIntervalMs = 1000;

/** Timeouts that are complete are read whenever they matter, so that their owner may change them. */
export function isComplete(timeouts: Partial<ConnectionTimeouts>): timeouts is ConnectionTimeouts {
  const { loginMs, pingAfterMs, pingMs, logoutMs } = timeouts;
  return loginMs !== undefined && pingAfterMs !== undefined && pingMs !== undefined && logoutMs !== undefined;
}

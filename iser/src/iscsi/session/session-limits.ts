/** How much a session asks of its target at a time, and how long it waits. */
export interface SessionLimits {
  /** Most commands outstanding at the target (kern.iscsi.maxtags). */
  readonly maxTags: number;
  /** Data bytes outstanding at which further commands wait on a fast path; on a slow or distant one up to `maxBytesInFlight` (see FlightLimit). */
  readonly bytesInFlight: number;
  readonly maxBytesInFlight: number;
  /** Age in milliseconds at which a command is aborted, unless it brings its own. */
  readonly commandTimeoutMs: number;
  /** How long ABORT TASK, and then LOGICAL UNIT RESET, may take before the next harder means. */
  readonly taskManagementTimeoutMs: number;
}

export const defaultSessionLimits: SessionLimits = {
  maxTags: 255,
  bytesInFlight: 512 * 1024,
  // LIO's iSER over siw does reads of 64 MiB in flight over and over again: its send queue overflows, and it begins each anew. It is through with 16 MiB.
  maxBytesInFlight: 16 * 1024 * 1024,
  commandTimeoutMs: 60_000,
  taskManagementTimeoutMs: 10_000,
};

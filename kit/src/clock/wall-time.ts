/**
 * What the wall clock says, in milliseconds since 1970, UTC: for the reader of a log, never for measuring, because it jumps when somebody sets it.
 */
export function systemWallTime(): number {
  return Date.now();
}

/**
 * Serial number arithmetic on 32 bits (RFC 1982), for CmdSN, StatSN, DataSN and R2TSN: numbers wrap from 2^32 - 1 to 0 and are compared
 * by which is closer ahead. Two numbers exactly 2^31 apart have no order: neither is before the other.
 */

/** Whether `a` comes before `b`. */
export function serialLess(a: number, b: number): boolean {
  return ((b - a) | 0) > 0;
}

/** Whether `a` is `b` or comes before it. */
export function serialAtMost(a: number, b: number): boolean {
  return ((b - a) | 0) >= 0;
}

/** Whether `a` comes after `b`. */
export function serialAfter(a: number, b: number): boolean {
  return ((a - b) | 0) > 0;
}

/** `a` moved `count` steps ahead; `count` may be negative. */
export function serialAdd(a: number, count: number): number {
  return (a + count) >>> 0;
}

export function serialIncrement(a: number): number {
  return (a + 1) >>> 0;
}

/** Steps from `from` to `to`: positive when `to` is ahead. */
export function serialDistance(from: number, to: number): number {
  return (to - from) | 0;
}

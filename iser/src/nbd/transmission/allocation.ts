import type { BlockExtent } from "#block";
import { type AllocationExtent, AllocationFlag } from "../pdu/structured-reply.ts";

/** The longest list of one reply; clients ask again for the rest. */
const maximumExtents = 4096;

/**
 * What the context base:allocation says about `length` bytes: neighbours alike are joined, nothing reaches past the request, and a device that knew
 * nothing has everything allocated, which is always safe to say.
 */
export function allocationOf(extents: readonly BlockExtent[], length: number, onlyOne: boolean): readonly AllocationExtent[] {
  const limit = onlyOne ? 1 : maximumExtents;
  const joined: { length: number; flags: number }[] = [];
  let left = length;
  for (const extent of extents) {
    const count = Math.min(extent.length, left);
    if (count <= 0) break;
    const flags = (extent.hole ? AllocationFlag.hole : 0) | (extent.zero ? AllocationFlag.zero : 0);
    const last = joined.at(-1);
    if (last?.flags === flags) last.length += count;
    else if (joined.length === limit) break;
    else joined.push({ length: count, flags });
    left -= count;
  }
  return joined.length > 0 ? joined : [{ length, flags: 0 }];
}

import type { BigIntStats } from "node:fs";
import { BlockError } from "./block-device.ts";

/** Who has which file open as a disk in this process: one writer, or any number of readers. By inode, since a file has many names. */
const claims = new Map<string, { readonly writing: boolean; readers: number }>();

/**
 * Claims a file for a disk, or throws EBUSY. The returned function gives it back.
 *
 * Other processes are not seen: Node can take no file lock.
 */
export function claimFile(path: string, stats: BigIntStats, writing: boolean): () => void {
  const key = `${stats.dev}:${stats.ino}`;
  const claim = claims.get(key);
  if (claim !== undefined && (writing || claim.writing)) {
    throw new BlockError(
      "EBUSY",
      `${path} is in use as another disk of this process; a file can be one writable disk or several read-only ones`,
    );
  }
  if (claim === undefined) claims.set(key, { writing, readers: 1 });
  else claim.readers++;
  return () => {
    const held = claims.get(key);
    if (held !== undefined && --held.readers === 0) claims.delete(key);
  };
}

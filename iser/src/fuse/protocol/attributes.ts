import type { BlockGeometry } from "#block";
import { writeUint64 } from "./uint64.ts";

/** struct fuse_attr_out: how long it holds, then struct fuse_attr. */
export const attributesBytes = 104;

const regularFile = 0o100000;

/** Writes what stat(2) shows: a regular file of root's with the size of the device. Holds for no time, so that a new size is seen by whoever looks again. */
export function writeAttributes(view: DataView, at: number, { size, blockSize }: BlockGeometry, readOnly: boolean): void {
  for (let word = 0; word < attributesBytes; word += 4) view.setUint32(at + word, 0);
  const attributes = at + 16;
  view.setUint32(attributes, 1, true); // ino
  writeUint64(view, attributes + 8, size);
  writeUint64(view, attributes + 16, Math.floor(size / 512));
  view.setUint32(attributes + 60, regularFile | (readOnly ? 0o400 : 0o600), true);
  view.setUint32(attributes + 64, 1, true); // nlink
  view.setUint32(attributes + 80, Math.max(4096, blockSize), true);
}

/** Bits of `valid` in struct fuse_setattr_in. */
export const AttributeChange = { mode: 1 << 0, uid: 1 << 1, gid: 1 << 2, size: 1 << 3 } as const;

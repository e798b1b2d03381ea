/**
 * A logical unit number 0…16383, as people write it (the single-level forms of SAM-5, 4.7). On the wire it is eight bytes.
 */
export type Lun = number & { readonly __unit?: "Lun" };

/** The greatest number the flat space method can say. */
export const maxLun: Lun = 16383;

/** Bytes of a LUN on the wire. */
export const lunLength = 8;

/**
 * Writes the eight bytes of `lun`: peripheral device addressing up to 255, flat space addressing above, as targets report them themselves.
 *
 * @throws RangeError when `lun` is no number from 0 to 16383.
 */
export function encodeLun(into: Uint8Array, offset: number, lun: Lun): void {
  if (!Number.isInteger(lun) || lun < 0 || lun > maxLun) throw new RangeError(`LUN ${lun} is not in 0…${maxLun}`);
  into[offset] = lun < 256 ? 0 : 0x40 | (lun >> 8);
  into[offset + 1] = lun & 0xff;
  // Every command does this, and `fill` takes longer for six bytes than they do.
  for (let at = offset + 2; at < offset + lunLength; at++) into[at] = 0;
}

/**
 * The number in eight bytes of wire form, by whichever of the two methods it was sent, or `undefined` for what is no single-level number:
 * another bus, a deeper level, a well-known or an extended logical unit.
 */
export function decodeLun(wire: Uint8Array, offset = 0): Lun | undefined {
  if (wire.length < offset + lunLength) return undefined;
  for (let i = offset + 2; i < offset + lunLength; i++) if (wire[i] !== 0) return undefined;
  const first = wire[offset]!;
  if (first === 0) return wire[offset + 1]!;
  if (first >> 6 === 1) return ((first & 0x3f) << 8) | wire[offset + 1]!;
  return undefined;
}

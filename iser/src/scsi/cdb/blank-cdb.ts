/** Starts a descriptor block: `opcode` in byte 0, all else zero. Returns `length`, for encoders to return. */
export function blankCdb(cdb: Uint8Array, opcode: number, length: number): number {
  if (cdb.length < length) throw new RangeError(`a ${length}-byte CDB does not fit ${cdb.length} bytes`);
  cdb.fill(0);
  cdb[0] = opcode;
  return length;
}

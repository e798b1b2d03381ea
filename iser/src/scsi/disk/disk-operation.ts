/** What a disk command does, whichever opcode it takes. */
export const DiskOperation = {
  read: 0,
  write: 1,
  /** WRITE of zeroes that the command brings itself. */
  writeZeroes: 2,
  writeSame: 3,
  unmap: 4,
  synchronizeCache: 5,
  prefetch: 6,
  lbaStatus: 7,
} as const;
export type DiskOperation = (typeof DiskOperation)[keyof typeof DiskOperation];

export {
  type BlockDevice,
  type BlockDone,
  BlockError,
  type BlockErrorCode,
  type BlockExtent,
  type BlockFeatures,
  type BlockGeometry,
  type BlockIndex,
  type ByteOffset,
} from "./block-device.ts";
export {
  BlockDevicePromises,
  type CommandOptions,
  type PlacedExtent,
  type WriteOptions,
  type WriteZeroesOptions,
} from "./block-device-promises.ts";
export { isBlockSize, isDeviceSize, rangeError } from "./block-range.ts";
export { ExtentList } from "./extent-list.ts";
export { FileDisk, type FileDiskOptions } from "./file-disk.ts";
export { MemoryDisk, type MemoryDiskOptions } from "./memory-disk.ts";
export { sharedZeroes } from "./zeroes.ts";

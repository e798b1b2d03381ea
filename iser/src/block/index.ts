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

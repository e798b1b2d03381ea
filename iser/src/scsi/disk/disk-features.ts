import type { BlockFeatures, BlockGeometry } from "#block";
import { DeviceSpecificParameter } from "../mode/mode-parameters.ts";
import { nonRotatingMedium } from "../vpd/block-device-characteristics.ts";
import type { DiskCapabilities } from "./disk-capabilities.ts";
import type { DiskDescription } from "./disk-description.ts";
import { diskLimits } from "./disk-limits.ts";

/** What a disk says of its shape, in a block device's words. */
export function diskGeometry({ capacity, limits }: DiskDescription): BlockGeometry {
  const { blockSize } = capacity;
  return {
    blockSize,
    size: (capacity.lastLba + 1) * blockSize,
    physicalBlockSize: blockSize * 2 ** capacity.physicalBlockExponent,
    optimalTransfer: (limits?.optimalTransfer ?? 0) * blockSize,
  };
}

/** What a disk can do as far as is known by now, in a block device's words. */
export function diskFeatures(description: DiskDescription, capabilities: DiskCapabilities): BlockFeatures {
  const { unmapGranularity, unmapAlignment } = diskLimits(description);
  const { blockSize } = description.capacity;
  const writeCache = mayCacheWrites(description, capabilities);
  return {
    readOnly: (description.deviceSpecific & DeviceSpecificParameter.writeProtect) !== 0,
    writeCache,
    fua: capabilities.forceUnitAccess || !writeCache,
    unmap: capabilities.discard,
    writeZeroes: capabilities.writeSame,
    unmapZeroes: capabilities.discard && readsZeroes(description),
    blockStatus: capabilities.lbaStatus,
    unmapGranularity: unmapGranularity * blockSize,
    unmapAlignment: unmapAlignment * blockSize,
    rotational: (description.characteristics?.rotationRate ?? 0) > nonRotatingMedium,
  };
}

/** Unmapped blocks read as zeroes. */
export function readsZeroes({ capacity, provisioning }: DiskDescription): boolean {
  return capacity.unmappedReadZeroes || ((provisioning?.readZeroes ?? 0) & 1) !== 0;
}

/** A disk that does not tell is believed to have a cache, until it turns out that it cannot flush one. */
function mayCacheWrites({ caching }: DiskDescription, capabilities: DiskCapabilities): boolean {
  return caching?.writeCacheEnabled ?? capabilities.synchronizeCache !== "none";
}

import type { LogicalUnit } from "./logical-unit.ts";

const shortLength = 8;
const longLength = 16;

/** The block descriptor of a direct access block device: how many blocks of how many bytes (SBC-4, 6.5.2), in 8 bytes or with LONGLBA in 16. */
export function blockDescriptor({ blockCount, blockSize }: LogicalUnit, longLba: boolean): Uint8Array {
  const bytes = new Uint8Array(longLba ? longLength : shortLength);
  const view = new DataView(bytes.buffer);
  if (longLba) {
    view.setUint32(0, Math.floor(blockCount / 0x1_0000_0000));
    view.setUint32(4, blockCount >>> 0);
    view.setUint32(12, blockSize);
  } else {
    view.setUint32(0, Math.min(blockCount, 0xffffffff));
    // DENSITY CODE 0 above the 24-bit length.
    view.setUint32(4, blockSize);
  }
  return bytes;
}

/** Whether a MODE SELECT's block descriptors leave the unit as it is: none, or one that says what is (0 blocks and all ones say nothing). */
export function blockDescriptorFits(unit: LogicalUnit, descriptors: Uint8Array, longLba: boolean): boolean {
  if (descriptors.length === 0) return true;
  if (descriptors.length !== (longLba ? longLength : shortLength)) return false;
  const expected = blockDescriptor(unit, longLba);
  const blocksLength = longLba ? 8 : 4;
  const blocks = descriptors.subarray(0, blocksLength);
  const saysNothing = blocks.every((byte) => byte === 0) || blocks.every((byte) => byte === 0xff);
  const blocksFit = saysNothing || Buffer.compare(blocks, expected.subarray(0, blocksLength)) === 0;
  return blocksFit && Buffer.compare(descriptors.subarray(blocksLength), expected.subarray(blocksLength)) === 0;
}

/**
 * iSCSI block storage in user space: the initiator as a library.
 *
 *     import { openDisk } from "iser";
 *     const disk = await openDisk("iscsi://storage.example/iqn.2026-11.example:disk/0");
 *     await disk.readInto(0, buffer);
 *     await disk.close();
 */
export { Secret } from "kit/log";
export {
  type BlockDevice,
  BlockDevicePromises,
  BlockError,
  type BlockErrorCode,
  type BlockExtent,
  type BlockFeatures,
  type BlockGeometry,
  type CommandOptions,
  FileDisk,
  MemoryDisk,
  type WriteOptions,
  type WriteZeroesOptions,
} from "#block";
export {
  type Credentials,
  type DiscoveryConfiguration,
  Disk,
  discover,
  type IscsiUrl,
  iserTransport,
  type OpenOptions,
  openDisk,
  parseIscsiUrl,
  tcpTransport,
  UrlError,
} from "#initiator";
export { type DiscoveredTarget, LoginError, ProtocolError } from "#iscsi";

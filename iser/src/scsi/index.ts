export { AdditionalSense, additionalSenseName } from "./additional-sense.ts";
export { decodeCompareAndWrite, encodeCompareAndWrite } from "./cdb/compare-and-write.ts";
export {
  buildLbaStatusList,
  decodeGetLbaStatus,
  encodeGetLbaStatus,
  type GetLbaStatus,
  type LbaStatus,
  lbaStatusListLength,
  ProvisioningStatus,
  parseLbaStatusList,
} from "./cdb/get-lba-status.ts";
export { decodeInquiry, encodeInquiry, type Inquiry } from "./cdb/inquiry.ts";
export { byteCheckOf, immediateFlag, LbaCommand, protectOf, TransferFlag, VerifyFlag, WriteSameFlag } from "./cdb/lba-command.ts";
export { decodeModeSelect6, encodeModeSelect6, type ModeSelect } from "./cdb/mode-select-6.ts";
export { decodeModeSelect10, encodeModeSelect10 } from "./cdb/mode-select-10.ts";
export { decodeModeSense6, encodeModeSense6, type ModeSense6, PageControl } from "./cdb/mode-sense-6.ts";
export { decodeModeSense10, encodeModeSense10, type ModeSense10 } from "./cdb/mode-sense-10.ts";
export { decodeOrWrite16, encodeOrWrite16 } from "./cdb/or-write-16.ts";
export { decodePreFetch10, encodePreFetch10 } from "./cdb/pre-fetch-10.ts";
export { decodePreFetch16, encodePreFetch16 } from "./cdb/pre-fetch-16.ts";
export { decodeRead6, encodeRead6 } from "./cdb/read-6.ts";
export { decodeRead10, encodeRead10 } from "./cdb/read-10.ts";
export { decodeRead12, encodeRead12 } from "./cdb/read-12.ts";
export { decodeRead16, encodeRead16 } from "./cdb/read-16.ts";
export { buildCapacity10, type Capacity10, capacity10Length, encodeReadCapacity10, parseCapacity10 } from "./cdb/read-capacity-10.ts";
export {
  buildCapacity16,
  type Capacity16,
  capacity16Length,
  decodeReadCapacity16,
  encodeReadCapacity16,
  parseCapacity16,
  type ReadCapacity16,
} from "./cdb/read-capacity-16.ts";
export {
  buildLunList,
  decodeReportLuns,
  encodeReportLuns,
  type LunList,
  parseLunList,
  type ReportLuns,
  SelectReport,
} from "./cdb/report-luns.ts";
export {
  buildOneOperation,
  buildSupportedOperations,
  type CommandTimeouts,
  decodeReportSupportedOperationCodes,
  encodeReportSupportedOperationCodes,
  type OneOperation,
  OperationSupport,
  parseOneOperation,
  parseSupportedOperations,
  ReportingOptions,
  type ReportSupportedOperationCodes,
  type SupportedOperation,
} from "./cdb/report-supported-operation-codes.ts";
export {
  type AccessStateName,
  AsymmetricAccessState,
  accessStateNames,
  buildTargetPortGroups,
  decodeReportTargetPortGroups,
  encodeReportTargetPortGroups,
  parseTargetPortGroups,
  type ReportTargetPortGroups,
  type TargetPortGroup,
} from "./cdb/report-target-port-groups.ts";
export {
  buildTimestamp,
  encodeReportTimestamp,
  parseTimestamp,
  type Timestamp,
  TimestampOrigin,
  timestampLength,
} from "./cdb/report-timestamp.ts";
export { decodeRequestSense, encodeRequestSense, type RequestSense } from "./cdb/request-sense.ts";
export {
  buildPortGroupChanges,
  decodeSetTargetPortGroups,
  encodeSetTargetPortGroups,
  type PortGroupChange,
  parsePortGroupChanges,
  portGroupChangeOffset,
  settableAccessStates,
} from "./cdb/set-target-port-groups.ts";
export { decodeStartStopUnit, encodeStartStopUnit, type StartStopUnit } from "./cdb/start-stop-unit.ts";
export { decodeSynchronizeCache10, encodeSynchronizeCache10 } from "./cdb/synchronize-cache-10.ts";
export { decodeSynchronizeCache16, encodeSynchronizeCache16 } from "./cdb/synchronize-cache-16.ts";
export { encodeTestUnitReady } from "./cdb/test-unit-ready.ts";
export {
  decodeUnmap,
  encodeUnmap,
  encodeUnmapDescriptor,
  encodeUnmapHeader,
  maxUnmapDescriptors,
  parseUnmapList,
  type Unmap,
  type UnmapDescriptor,
  unmapListLength,
} from "./cdb/unmap.ts";
export { decodeVerify10, encodeVerify10 } from "./cdb/verify-10.ts";
export { decodeVerify12, encodeVerify12 } from "./cdb/verify-12.ts";
export { decodeVerify16, encodeVerify16 } from "./cdb/verify-16.ts";
export { decodeWrite6, encodeWrite6 } from "./cdb/write-6.ts";
export { decodeWrite10, encodeWrite10 } from "./cdb/write-10.ts";
export { decodeWrite12, encodeWrite12 } from "./cdb/write-12.ts";
export { decodeWrite16, encodeWrite16 } from "./cdb/write-16.ts";
export { decodeWriteAndVerify10, encodeWriteAndVerify10 } from "./cdb/write-and-verify-10.ts";
export { decodeWriteAndVerify12, encodeWriteAndVerify12 } from "./cdb/write-and-verify-12.ts";
export { decodeWriteAndVerify16, encodeWriteAndVerify16 } from "./cdb/write-and-verify-16.ts";
export { decodeWriteAtomic16, encodeWriteAtomic16, WriteAtomicCommand } from "./cdb/write-atomic-16.ts";
export { decodeWriteSame10, encodeWriteSame10 } from "./cdb/write-same-10.ts";
export { decodeWriteSame16, encodeWriteSame16 } from "./cdb/write-same-16.ts";
export type { ScsiDiskCounters } from "./disk/disk-commands.ts";
export { isWriteProtected, readCapacity } from "./disk/disk-description.ts";
export type { DiskIdentity } from "./disk/disk-identity.ts";
export { ScsiDisk, type ScsiDiskOptions } from "./disk.ts";
export {
  type InitiatorPort,
  ScsiCommand,
  type ScsiDone,
  ScsiTransportError,
  TaskAttribute,
  type TaskManagementFunction,
  type TaskManagementOutcome,
} from "./initiator-port.ts";
export { type Answer, LogicalUnit, type LogicalUnitOptions } from "./logical-unit.ts";
export { decodeLun, encodeLun, type Lun, lunLength, maxLun } from "./lun.ts";
export { scanLuns } from "./lun-scan.ts";
export { buildCachingPage, type CachingPage, parseCachingPage } from "./mode/caching-page.ts";
export { buildControlPage, type ControlPage, parseControlPage } from "./mode/control-page.ts";
export {
  buildModeParameters,
  DeviceSpecificParameter,
  type ModeCommandForm,
  ModePage,
  type ModePageData,
  type ModePageToBuild,
  type ModeParameters,
  parseModeParameters,
} from "./mode/mode-parameters.ts";
export {
  MultipathUnits,
  PortNotAccessible,
  type UnitPath,
  type UnitPathListener,
  type UnitPathPlace,
} from "./multipath/multipath-units.ts";
export type { PathCounters } from "./multipath/path.ts";
export {
  cdbLengthOf,
  type DataDirection,
  MaintenanceIn,
  MaintenanceOut,
  Opcode,
  type Operation,
  operationName,
  operationOf,
  operations,
  ServiceActionIn16,
} from "./opcode.ts";
export { isRepeatable } from "./repeatable.ts";
export { ScsiStatusError } from "./scsi-status-error.ts";
export {
  describeSense,
  encodeSense,
  maxEncodedSenseLength,
  parseSense,
  plainSense,
  type SenseData,
  type SenseFormat,
  SenseKey,
  type SenseKeySpecific,
  senseKeyName,
} from "./sense.ts";
export { ScsiStatus, scsiStatusName } from "./status.ts";
export { type UnitEvent, unitEventOf } from "./unit-event.ts";
export {
  type BlockDeviceCharacteristics,
  buildBlockDeviceCharacteristics,
  nonRotatingMedium,
  parseBlockDeviceCharacteristics,
} from "./vpd/block-device-characteristics.ts";
export { type BlockLimits, buildBlockLimits, parseBlockLimits } from "./vpd/block-limits.ts";
export {
  Association,
  buildDeviceIdentification,
  CodeSet,
  type Designator,
  DesignatorType,
  parseDeviceIdentification,
} from "./vpd/device-identification.ts";
export { buildExtendedInquiry, type ExtendedInquiry, parseExtendedInquiry } from "./vpd/extended-inquiry.ts";
export {
  buildLogicalBlockProvisioning,
  type LogicalBlockProvisioning,
  ProvisioningType,
  parseLogicalBlockProvisioning,
} from "./vpd/logical-block-provisioning.ts";
export {
  buildStandardInquiry,
  DeviceType,
  PeripheralQualifier,
  parseStandardInquiry,
  type StandardInquiry,
  standardInquiryLength,
} from "./vpd/standard-inquiry.ts";
export { buildSupportedPages, parseSupportedPages } from "./vpd/supported-pages.ts";
export { buildUnitSerialNumber, parseUnitSerialNumber } from "./vpd/unit-serial-number.ts";
export { VpdPage, vpdHeaderLength } from "./vpd/vpd-page.ts";

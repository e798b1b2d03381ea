import {
  Association,
  buildBlockDeviceCharacteristics,
  buildBlockLimits,
  buildDeviceIdentification,
  buildExtendedInquiry,
  buildLogicalBlockProvisioning,
  buildSupportedPages,
  buildUnitSerialNumber,
  CodeSet,
  type Designator,
  DesignatorType,
  maxEncodedSenseLength,
  nonRotatingMedium,
  ProvisioningType,
  VpdPage,
} from "#scsi";
import type { Execution } from "./execution.ts";
import type { LogicalUnit } from "./logical-unit.ts";

const pages = [
  VpdPage.supportedPages,
  VpdPage.unitSerialNumber,
  VpdPage.deviceIdentification,
  VpdPage.extendedInquiry,
  VpdPage.blockLimits,
  VpdPage.blockDeviceCharacteristics,
  VpdPage.logicalBlockProvisioning,
];

/** A vital product data page of a logical unit as the nexus of `execution` sees it; undefined when there is no such page. */
export function vitalProductData(execution: Execution, page: number): Uint8Array | undefined {
  const { unit } = execution;
  switch (page) {
    case VpdPage.supportedPages:
      return buildSupportedPages(pages);
    case VpdPage.unitSerialNumber:
      return buildUnitSerialNumber(unit.identity.serial);
    case VpdPage.deviceIdentification:
      return buildDeviceIdentification([
        ...unitDesignators(unit),
        ...portDesignators(execution.target.name, execution.nexus.portalGroupTag),
      ]);
    case VpdPage.extendedInquiry:
      return buildExtendedInquiry({
        groupNumbers: true,
        headOfQueue: true,
        ordered: true,
        simple: true,
        volatileCache: unit.device.features.writeCache,
        nonVolatileCache: false,
        unitAttentionsCleared: false,
        extendedSelfTestMinutes: 0,
        maxSenseLength: maxEncodedSenseLength,
      });
    case VpdPage.blockLimits:
      return buildBlockLimits(unit.limits);
    case VpdPage.blockDeviceCharacteristics:
      return blockDeviceCharacteristics(unit);
    case VpdPage.logicalBlockProvisioning:
      return logicalBlockProvisioning(unit);
    default:
      return undefined;
  }
}

/** The names by which this unit is known through whatever port: what EXTENDED COPY and multipath look for. */
export function unitDesignators({ identity }: LogicalUnit): Designator[] {
  const { naa, vendor, serial } = identity;
  const lu = Association.logicalUnit;
  return [
    { type: DesignatorType.naa, association: lu, codeSet: CodeSet.binary, bytes: naa },
    {
      type: DesignatorType.t10VendorId,
      association: lu,
      codeSet: CodeSet.ascii,
      bytes: Buffer.from(vendor.padEnd(8).slice(0, 8) + serial),
    },
  ];
}

const iscsiProtocol = 5;

function portDesignators(targetName: string, portalGroupTag: number): Designator[] {
  const port = Association.targetPort;
  const tag = Uint8Array.of(0, 0, portalGroupTag >> 8, portalGroupTag);
  const portName = `${targetName},t,0x${portalGroupTag.toString(16).padStart(4, "0")}`;
  return [
    { type: DesignatorType.relativeTargetPort, association: port, codeSet: CodeSet.binary, protocol: iscsiProtocol, bytes: tag },
    { type: DesignatorType.targetPortGroup, association: port, codeSet: CodeSet.binary, protocol: iscsiProtocol, bytes: tag },
    { type: DesignatorType.scsiNameString, association: port, codeSet: CodeSet.utf8, protocol: iscsiProtocol, bytes: nameString(portName) },
    {
      type: DesignatorType.scsiNameString,
      association: Association.targetDevice,
      codeSet: CodeSet.utf8,
      protocol: iscsiProtocol,
      bytes: nameString(targetName),
    },
  ];
}

/** SCSI name strings end in a NUL and fill whole words (SPC-4, 7.8.6.11); a designator holds 252 of their bytes. */
function nameString(name: string): Uint8Array {
  const utf8 = Buffer.from(name).subarray(0, 251);
  const bytes = new Uint8Array(Math.ceil((utf8.length + 1) / 4) * 4);
  bytes.set(utf8);
  return bytes;
}

/** WABEREQ 01b, which the page's codec does not know: blocks can be read after a sanitize block erase, without writing first. */
const readableAfterBlockErase = 0x40;

/** What turns does not say how fast. */
const rotationRateNotReported = 0;

function blockDeviceCharacteristics(unit: LogicalUnit): Uint8Array {
  const rotationRate = unit.device.features.rotational ? rotationRateNotReported : nonRotatingMedium;
  const page = buildBlockDeviceCharacteristics({ rotationRate, productType: 0, formFactor: 0, fuab: false, verifyUnmapped: true });
  if (unit.canBlockErase) page[7]! |= readableAfterBlockErase;
  return page;
}

function logicalBlockProvisioning({ device }: LogicalUnit): Uint8Array {
  const { unmap, unmapZeroes } = device.features;
  return buildLogicalBlockProvisioning({
    thresholdExponent: 0,
    unmap,
    writeSame16: unmap,
    writeSame10: unmap,
    readZeroes: unmap && unmapZeroes ? 1 : 0,
    anchor: false,
    provisioningType: unmap ? ProvisioningType.thin : ProvisioningType.notReported,
  });
}

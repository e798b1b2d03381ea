import { BlockError, isBlockSize } from "#block";
import { encodeModeSense6, PageControl } from "../cdb/mode-sense-6.ts";
import { encodeModeSense10 } from "../cdb/mode-sense-10.ts";
import { capacity10Length, encodeReadCapacity10, parseCapacity10 } from "../cdb/read-capacity-10.ts";
import { type Capacity16, capacity16Length, encodeReadCapacity16, parseCapacity16 } from "../cdb/read-capacity-16.ts";
import {
  encodeReportSupportedOperationCodes,
  type OneOperation,
  OperationSupport,
  parseOneOperation,
  ReportingOptions,
} from "../cdb/report-supported-operation-codes.ts";
import type { LogicalUnit } from "../logical-unit.ts";
import { type CachingPage, parseCachingPage } from "../mode/caching-page.ts";
import { DeviceSpecificParameter, ModePage, type ModeParameters, parseModeParameters } from "../mode/mode-parameters.ts";
import { Opcode } from "../opcode.ts";
import { type BlockDeviceCharacteristics, parseBlockDeviceCharacteristics } from "../vpd/block-device-characteristics.ts";
import { type BlockLimits, parseBlockLimits } from "../vpd/block-limits.ts";
import { parseDeviceIdentification } from "../vpd/device-identification.ts";
import { type LogicalBlockProvisioning, parseLogicalBlockProvisioning } from "../vpd/logical-block-provisioning.ts";
import { DeviceType, PeripheralQualifier, type StandardInquiry } from "../vpd/standard-inquiry.ts";
import { parseSupportedPages } from "../vpd/supported-pages.ts";
import { parseUnitSerialNumber } from "../vpd/unit-serial-number.ts";
import { VpdPage } from "../vpd/vpd-page.ts";
import { type DiskIdentity, diskIdentity } from "./disk-identity.ts";

/** The capacity of a disk in the fields of READ CAPACITY (16), whichever command told it. */
export type DiskCapacity = Capacity16;

/** Everything a disk says of itself when it is opened. What it does not say is `undefined`. */
export interface DiskDescription {
  readonly identity: DiskIdentity;
  readonly capacity: DiskCapacity;
  readonly limits: BlockLimits | undefined;
  readonly characteristics: BlockDeviceCharacteristics | undefined;
  readonly provisioning: LogicalBlockProvisioning | undefined;
  /** Bits of {@link DeviceSpecificParameter}, 0 when it tells no mode pages. */
  readonly deviceSpecific: number;
  readonly caching: CachingPage | undefined;
  /** What it says of WRITE SAME (16). */
  readonly writeSame16: OneOperation | undefined;
}

/** Asks a logical unit that is a disk for all of it, one question after the other. Rejects with a `BlockError` when it is none, or not ready. */
export async function describeDisk(unit: LogicalUnit): Promise<DiskDescription> {
  const inquiry = await unit.inquiry();
  checkIsDisk(unit, inquiry);
  await unit.testUnitReady();
  const pages = await vpdPages(unit);
  const capacity = await readCapacity(unit);
  const mode = await cachingMode(unit);
  const caching = mode?.pages.find(({ page, subpage }) => page === ModePage.caching && subpage === 0);
  const serial = pages.get(VpdPage.unitSerialNumber);
  return {
    identity: diskIdentity(
      inquiry,
      serial === undefined ? undefined : parseUnitSerialNumber(serial),
      parsed(pages, VpdPage.deviceIdentification, parseDeviceIdentification) ?? [],
    ),
    capacity,
    limits: parsed(pages, VpdPage.blockLimits, parseBlockLimits),
    characteristics: parsed(pages, VpdPage.blockDeviceCharacteristics, parseBlockDeviceCharacteristics),
    provisioning: parsed(pages, VpdPage.logicalBlockProvisioning, parseLogicalBlockProvisioning),
    deviceSpecific: mode?.deviceSpecific ?? 0,
    caching: caching === undefined ? undefined : parseCachingPage(caching.parameters),
    writeSame16: await oneOperation(unit, Opcode.writeSame16),
  };
}

/** READ CAPACITY (16), or (10) where the target does not know it. */
export async function readCapacity(unit: LogicalUnit): Promise<DiskCapacity> {
  const long = await unit.ask((cdb) => encodeReadCapacity16(cdb, { allocationLength: capacity16Length }), capacity16Length);
  if (long.kind === "data") return checkedCapacity(unit, parseCapacity16(long.data));
  const short = await unit.ask(encodeReadCapacity10, capacity10Length);
  const capacity = short.kind === "data" ? parseCapacity10(short.data) : undefined;
  if (capacity === undefined) return checkedCapacity(unit, undefined);
  if (capacity.lastLba === 0xffffffff) {
    throw new BlockError("ENOTSUP", `LUN ${unit.lun} has 2^32 blocks or more, but the target does not know READ CAPACITY (16)`);
  }
  return checkedCapacity(unit, {
    ...capacity,
    protection: false,
    protectionType: 0,
    protectionIntervalExponent: 0,
    physicalBlockExponent: 0,
    provisioningManaged: false,
    unmappedReadZeroes: false,
    lowestAlignedLba: 0,
  });
}

/** Whether the medium takes no writes at present, as far as the target tells. */
export async function isWriteProtected(unit: LogicalUnit): Promise<boolean> {
  const mode = await cachingMode(unit);
  return ((mode?.deviceSpecific ?? 0) & DeviceSpecificParameter.writeProtect) !== 0;
}

function checkedCapacity(unit: LogicalUnit, capacity: DiskCapacity | undefined): DiskCapacity {
  if (capacity === undefined) throw new BlockError("EIO", `LUN ${unit.lun}: the target does not tell its capacity`);
  if (!isBlockSize(capacity.blockSize)) {
    throw new BlockError(
      "ENOTSUP",
      `LUN ${unit.lun} has blocks of ${capacity.blockSize} bytes; powers of two from 512 to 65536 are supported`,
    );
  }
  if (!Number.isSafeInteger((capacity.lastLba + 1) * capacity.blockSize)) {
    throw new BlockError("ENOTSUP", `LUN ${unit.lun} has 2^53 bytes or more, which is more than can be counted here`);
  }
  return capacity;
}

function checkIsDisk(unit: LogicalUnit, { qualifier, deviceType }: StandardInquiry): void {
  if (qualifier !== PeripheralQualifier.connected) {
    throw new BlockError("EINVAL", `the target has no logical unit at LUN ${unit.lun}; ask it for those it has (REPORT LUNS)`);
  }
  if (deviceType !== DeviceType.disk) {
    throw new BlockError("ENOTSUP", `LUN ${unit.lun} is no disk but peripheral device type 0x${deviceType.toString(16).padStart(2, "0")}`);
  }
}

/** The pages that matter to a disk, of those the target says it has. */
async function vpdPages(unit: LogicalUnit): Promise<ReadonlyMap<number, Uint8Array>> {
  const pages = new Map<number, Uint8Array>();
  const list = await unit.vpdPage(VpdPage.supportedPages);
  const supported = list === undefined ? [] : (parseSupportedPages(list) ?? []);
  for (const page of wantedPages) {
    if (!supported.includes(page)) continue;
    const data = await unit.vpdPage(page);
    if (data !== undefined) pages.set(page, data);
  }
  return pages;
}

const wantedPages: readonly number[] = [
  VpdPage.unitSerialNumber,
  VpdPage.deviceIdentification,
  VpdPage.blockLimits,
  VpdPage.blockDeviceCharacteristics,
  VpdPage.logicalBlockProvisioning,
];

function parsed<Page>(
  pages: ReadonlyMap<number, Uint8Array>,
  page: number,
  parse: (data: Uint8Array) => Page | undefined,
): Page | undefined {
  const data = pages.get(page);
  return data === undefined ? undefined : parse(data);
}

/**
 * The mode parameters with the caching page. Its header says whether the medium is write protected, so a target without that page is asked for
 * all pages; `undefined` when it answers nothing.
 */
async function cachingMode(unit: LogicalUnit): Promise<ModeParameters | undefined> {
  const request = { disableBlockDescriptors: true, pageControl: PageControl.current, subpage: 0, allocationLength: 255 };
  for (const page of [ModePage.caching, ModePage.all]) {
    const short = await unit.ask((cdb) => encodeModeSense6(cdb, { ...request, page }), request.allocationLength);
    if (short.kind === "data") return parseModeParameters(short.data, 6);
    const long = await unit.ask((cdb) => encodeModeSense10(cdb, { ...request, page, longLba: false }), request.allocationLength);
    if (long.kind === "data") return parseModeParameters(long.data, 10);
  }
  return undefined;
}

/** REPORT SUPPORTED OPERATION CODES for one command; `undefined` when the target tells nothing about it. */
async function oneOperation(unit: LogicalUnit, opcode: number): Promise<OneOperation | undefined> {
  const allocationLength = 64;
  const request = { timeouts: false, reportingOptions: ReportingOptions.opcode, opcode, serviceAction: 0, allocationLength };
  const answer = await unit.ask((cdb) => encodeReportSupportedOperationCodes(cdb, request), allocationLength);
  const operation = answer.kind === "data" ? parseOneOperation(answer.data) : undefined;
  return operation === undefined || operation.support === OperationSupport.notAvailable ? undefined : operation;
}

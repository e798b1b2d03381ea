import { AdditionalSense } from "../additional-sense.ts";
import { buildLbaStatusList, decodeGetLbaStatus, ProvisioningStatus } from "../cdb/get-lba-status.ts";
import { decodeInquiry } from "../cdb/inquiry.ts";
import { decodeLba10, decodeLba16, LbaCommand, TransferFlag, WriteSameFlag } from "../cdb/lba-command.ts";
import { decodeModeSense6 } from "../cdb/mode-sense-6.ts";
import { buildCapacity10 } from "../cdb/read-capacity-10.ts";
import { buildCapacity16 } from "../cdb/read-capacity-16.ts";
import { buildOneOperation, OperationSupport } from "../cdb/report-supported-operation-codes.ts";
import { parseUnmapList } from "../cdb/unmap.ts";
import type { ScsiCommand } from "../initiator-port.ts";
import { buildCachingPage } from "../mode/caching-page.ts";
import { buildModeParameters, DeviceSpecificParameter, ModePage } from "../mode/mode-parameters.ts";
import { MaintenanceIn, Opcode, operationOf, ServiceActionIn16 } from "../opcode.ts";
import { SenseKey } from "../sense.ts";
import { buildBlockDeviceCharacteristics } from "../vpd/block-device-characteristics.ts";
import { type BlockLimits, buildBlockLimits } from "../vpd/block-limits.ts";
import { buildDeviceIdentification, CodeSet, type Designator, DesignatorType } from "../vpd/device-identification.ts";
import { buildLogicalBlockProvisioning } from "../vpd/logical-block-provisioning.ts";
import { buildStandardInquiry, type StandardInquiry } from "../vpd/standard-inquiry.ts";
import { buildSupportedPages } from "../vpd/supported-pages.ts";
import { buildUnitSerialNumber } from "../vpd/unit-serial-number.ts";
import { VpdPage } from "../vpd/vpd-page.ts";
import { answer, fail } from "./scripted-port.ts";

export interface DiskDoubleOptions {
  readonly blocks: number;
  readonly blockSize?: number;
  readonly physicalBlockExponent?: number;
  readonly inquiry?: Partial<StandardInquiry>;
  readonly designators?: readonly Designator[];
  readonly limits?: Partial<BlockLimits>;
  /** Thin provisioning: which of the ways to unmap there are, and what unmapped blocks read as. */
  readonly thin?: { readonly unmap?: boolean; readonly writeSame?: boolean; readonly zeroes?: boolean };
  readonly writeCache?: boolean;
  readonly dpoFua?: boolean;
  readonly writeProtected?: boolean;
  readonly noDataOut?: boolean;
  /** Names of commands that it does not know. */
  readonly unknown?: readonly string[];
  /** Keep contents? A disk of 2^33 blocks rather does not. */
  readonly contents?: boolean;
}

const noLimits: BlockLimits = {
  writeSameNonZero: true,
  maxCompareAndWrite: 0,
  optimalTransferGranularity: 0,
  maxTransfer: 0,
  optimalTransfer: 0,
  maxPrefetch: 0,
  maxUnmapBlocks: 0,
  maxUnmapDescriptors: 0,
  unmapGranularity: 0,
  unmapAlignment: undefined,
  maxWriteSame: 0,
  maxAtomicTransfer: 0,
  atomicAlignment: 0,
  atomicGranularity: 0,
  maxAtomicTransferWithBoundary: 0,
  maxAtomicBoundary: 0,
};

/** The smallest SCSI disk that answers everything an initiator asks: contents in one array, a flag for each block that is mapped. */
export class DiskDouble {
  options: DiskDoubleOptions;
  readonly contents: Uint8Array;
  readonly mapped: Uint8Array;
  /** Names of commands it no longer knows. */
  readonly unknown: Set<string>;
  /** What unmapped blocks hold when they do not read as zeroes. */
  readonly #garbage = 0xee;
  readonly #where = new LbaCommand();

  constructor(options: DiskDoubleOptions) {
    this.options = options;
    const kept = options.contents === false ? 0 : options.blocks;
    this.contents = new Uint8Array(kept * this.blockSize);
    this.mapped = new Uint8Array(kept).fill(options.thin === undefined ? 1 : 0);
    this.unknown = new Set(options.unknown);
  }

  get blockSize(): number {
    return this.options.blockSize ?? 512;
  }

  readonly script = (command: ScsiCommand): undefined => {
    const name = operationOf(command.cdb)?.name ?? "";
    if (this.unknown.has(name)) fail(command, SenseKey.illegalRequest, AdditionalSense.invalidCommandOperationCode);
    else this.#perform(command);
  };

  #perform(command: ScsiCommand): void {
    const { cdb } = command;
    switch (cdb[0]) {
      case Opcode.testUnitReady:
      case Opcode.preFetch16:
      case Opcode.synchronizeCache10:
      case Opcode.synchronizeCache16:
        break;
      case Opcode.inquiry:
        this.#inquire(command);
        break;
      case Opcode.modeSense6:
        this.#modeSense(command);
        break;
      case Opcode.readCapacity10:
        answer(command, buildCapacity10({ lastLba: this.options.blocks - 1, blockSize: this.blockSize }));
        break;
      case Opcode.serviceActionIn16:
        if (cdb[1] === ServiceActionIn16.readCapacity16) this.#readCapacity(command);
        else this.#lbaStatus(command);
        break;
      case Opcode.maintenanceIn:
        if ((command.cdb[1] ?? 0) === MaintenanceIn.reportSupportedOperationCodes) this.#writeSameSupport(command);
        else fail(command, SenseKey.illegalRequest, AdditionalSense.invalidFieldInCdb);
        break;
      case Opcode.unmap:
        this.#unmap(command);
        break;
      default:
        this.#transfer(command);
        break;
    }
  }

  #writeSameSupport(command: ScsiCommand): void {
    if (this.unknown.has("WRITE SAME (16)")) {
      answer(command, buildOneOperation({ support: OperationSupport.notSupported, usage: new Uint8Array(0) }));
      return;
    }
    const usage = new Uint8Array(16).fill(0xff);
    usage[0] = Opcode.writeSame16;
    usage[1] = this.options.noDataOut === true ? 0xff : 0xfe;
    answer(command, buildOneOperation({ support: OperationSupport.standard, usage }));
  }

  #inquire(command: ScsiCommand): void {
    const { vitalProductData, page } = decodeInquiry(command.cdb);
    const data = vitalProductData ? this.#page(page) : buildStandardInquiry(this.#inquiry());
    if (data === undefined) fail(command, SenseKey.illegalRequest, AdditionalSense.invalidFieldInCdb);
    else answer(command, data);
  }

  #inquiry(): StandardInquiry {
    return {
      qualifier: 0,
      deviceType: 0,
      removable: false,
      version: 6,
      normalAca: false,
      hierarchical: false,
      targetPortGroups: 0,
      thirdPartyCopy: false,
      protect: false,
      multiPort: false,
      commandQueuing: true,
      vendor: "DOUBLE",
      product: "DISK",
      revision: "1",
      versionDescriptors: [],
      ...this.options.inquiry,
    };
  }

  #page(page: number): Uint8Array | undefined {
    const { thin, limits, designators } = this.options;
    switch (page) {
      case VpdPage.supportedPages:
        return buildSupportedPages([0x00, 0x80, 0x83, 0xb0, 0xb1, ...(thin === undefined ? [] : [0xb2])]);
      case VpdPage.unitSerialNumber:
        return buildUnitSerialNumber("42");
      case VpdPage.deviceIdentification:
        return buildDeviceIdentification(designators ?? [naa]);
      case VpdPage.blockLimits:
        return buildBlockLimits({
          ...noLimits,
          ...(thin?.unmap === true ? { maxUnmapBlocks: 0xffffffff, maxUnmapDescriptors: 1 } : {}),
          ...limits,
        });
      case VpdPage.blockDeviceCharacteristics:
        return buildBlockDeviceCharacteristics({ rotationRate: 1, productType: 0, formFactor: 0, fuab: false, verifyUnmapped: false });
      case VpdPage.logicalBlockProvisioning:
        return buildLogicalBlockProvisioning({
          thresholdExponent: 0,
          unmap: thin?.unmap === true,
          writeSame16: thin?.writeSame === true,
          writeSame10: false,
          readZeroes: thin?.zeroes === true ? 1 : 0,
          anchor: false,
          provisioningType: 2,
        });
      default:
        return undefined;
    }
  }

  #modeSense(command: ScsiCommand): void {
    const { page } = decodeModeSense6(command.cdb);
    const { writeCache, dpoFua, writeProtected } = this.options;
    const caching = buildCachingPage({ writeCacheEnabled: writeCache === true, readCacheDisabled: false });
    const list = buildModeParameters(6, {
      mediumType: 0,
      deviceSpecific:
        (dpoFua === true ? DeviceSpecificParameter.dpoFua : 0) | (writeProtected === true ? DeviceSpecificParameter.writeProtect : 0),
      longLba: false,
      blockDescriptors: new Uint8Array(0),
      pages: page === ModePage.caching ? [{ page: ModePage.caching, subpage: 0, savable: false, parameters: caching }] : [],
    });
    answer(command, list);
  }

  #readCapacity(command: ScsiCommand): void {
    const { blocks, thin, physicalBlockExponent } = this.options;
    const capacity = buildCapacity16({
      lastLba: blocks - 1,
      blockSize: this.blockSize,
      protection: false,
      protectionType: 0,
      protectionIntervalExponent: 0,
      physicalBlockExponent: physicalBlockExponent ?? 0,
      provisioningManaged: thin !== undefined,
      unmappedReadZeroes: thin?.zeroes === true,
      lowestAlignedLba: 0,
    });
    answer(command, capacity);
  }

  #lbaStatus(command: ScsiCommand): void {
    const { startingLba } = decodeGetLbaStatus(command.cdb);
    const statuses = [];
    for (let lba = startingLba; lba < this.mapped.length; lba += statuses.at(-1)!.blocks) {
      const other = this.mapped.indexOf(1 - this.mapped[lba]!, lba);
      const blocks = (other === -1 ? this.mapped.length : other) - lba;
      statuses.push({ lba, blocks, status: this.mapped[lba] === 1 ? ProvisioningStatus.mapped : ProvisioningStatus.deallocated });
    }
    answer(command, buildLbaStatusList(statuses));
  }

  #unmap(command: ScsiCommand): void {
    for (const { lba, blocks } of parseUnmapList(command.dataOut!)!) {
      const { maxUnmapBlocks } = { maxUnmapBlocks: 0xffffffff, ...this.options.limits };
      if (blocks > maxUnmapBlocks) {
        fail(command, SenseKey.illegalRequest, AdditionalSense.invalidFieldInParameterList);
        return;
      }
      this.#deallocate(lba, blocks);
    }
  }

  #deallocate(lba: number, blocks: number): void {
    this.mapped.fill(0, lba, lba + blocks);
    this.contents.fill(this.options.thin?.zeroes === true ? 0 : this.#garbage, lba * this.blockSize, (lba + blocks) * this.blockSize);
  }

  /** READ, WRITE and WRITE SAME, in their 10 and 16-byte forms. */
  #transfer(command: ScsiCommand): void {
    const { cdb, dataIn, dataOut } = command;
    const where = this.#where;
    if (command.cdbLength === 10) decodeLba10(cdb, where);
    else decodeLba16(cdb, where);
    const { lba, blocks, flags } = where;
    const end = lba + blocks;
    if (end > this.options.blocks) {
      fail(command, SenseKey.illegalRequest, AdditionalSense.lbaOutOfRange);
      return;
    }
    if (this.options.contents === false) return;
    const range = this.contents.subarray(lba * this.blockSize, end * this.blockSize);
    if (dataIn !== undefined) {
      dataIn.set(range);
    } else if (cdb[0] === Opcode.writeSame16) {
      this.#writeSame(command, range);
    } else {
      if ((flags & TransferFlag.forceUnitAccess) !== 0 && this.options.dpoFua !== true) {
        fail(command, SenseKey.illegalRequest, AdditionalSense.invalidFieldInCdb);
        return;
      }
      range.set(dataOut!);
      this.mapped.fill(1, lba, end);
    }
  }

  #writeSame(command: ScsiCommand, range: Uint8Array): void {
    const { lba, blocks, flags } = this.#where;
    const noData = (flags & WriteSameFlag.noDataOut) !== 0;
    const unmap = (flags & WriteSameFlag.unmap) !== 0;
    if ((noData && this.options.noDataOut !== true) || (unmap && this.options.thin?.writeSame !== true)) {
      fail(command, SenseKey.illegalRequest, AdditionalSense.invalidFieldInCdb);
    } else if (unmap) {
      this.#deallocate(lba, blocks);
    } else {
      const block = noData ? new Uint8Array(this.blockSize) : command.dataOut!;
      for (let at = 0; at < range.length; at += this.blockSize) range.set(block, at);
      this.mapped.fill(1, lba, lba + blocks);
    }
  }
}

/** The name that a double has unless it is given another. */
const naa: Designator = {
  type: DesignatorType.naa,
  association: 0,
  codeSet: CodeSet.binary,
  bytes: new Uint8Array([0x60, 0x01, 0x40, 0x50, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
};

import { AdditionalSense } from "../additional-sense.ts";
import { WriteSameFlag } from "../cdb/lba-command.ts";
import { OperationSupport } from "../cdb/report-supported-operation-codes.ts";
import { DeviceSpecificParameter } from "../mode/mode-parameters.ts";
import type { SenseData } from "../sense.ts";
import type { DiskDescription } from "./disk-description.ts";
import { DiskOperation } from "./disk-operation.ts";

/** What a command was, as far as it matters to what may be tried in its place. */
export interface RefusedCommand {
  readonly operation: DiskOperation;
  /** Byte 1 of its descriptor block. */
  readonly flags: number;
  readonly scsi: { readonly cdbLength: number };
}

/**
 * Which optional commands the disk knows, and in which form. Begins with what it says of itself; whatever it then refuses is remembered here and not
 * asked again.
 */
export class DiskCapabilities {
  /** READ (10) and WRITE (10), where the LBA allows. */
  transfer10 = true;
  synchronizeCache: "16-byte" | "10-byte" | "none" = "16-byte";
  /** DPOFUA: the FUA bit is known. */
  forceUnitAccess: boolean;
  /** UNMAP. */
  unmap: boolean;
  /** WRITE SAME (16). */
  writeSame: boolean;
  /** WRITE SAME (16) with the UNMAP bit. */
  writeSameUnmap: boolean;
  /** WRITE SAME (16) with NDOB: only where the target says so, since one that overlooks the bit would wait for data, or write what it finds. */
  writeSameNoData: boolean;
  lbaStatus: boolean;
  prefetch = true;

  constructor({ capacity, limits, provisioning, deviceSpecific, writeSame16 }: DiskDescription) {
    const thin = capacity.provisioningManaged;
    const mayUnmap = thin && (limits?.maxUnmapBlocks ?? 0) > 0 && (limits?.maxUnmapDescriptors ?? 0) > 0;
    this.forceUnitAccess = (deviceSpecific & DeviceSpecificParameter.dpoFua) !== 0;
    // A target older than the provisioning page says what it can by its limits.
    this.unmap = mayUnmap && (provisioning?.unmap ?? true);
    this.writeSameUnmap = thin && (provisioning?.writeSame16 ?? false);
    this.writeSame = writeSame16 === undefined || writeSame16.support === OperationSupport.standard;
    this.writeSameNoData = this.writeSame && ((writeSame16?.usage[1] ?? 0) & WriteSameFlag.noDataOut) !== 0;
    this.lbaStatus = thin;
  }

  /** Blocks can be given back, in whichever way. */
  get discard(): boolean {
    return this.unmap || (this.writeSame && this.writeSameUnmap);
  }

  /** Remembers that the target refused `command`. True when the same operation may be tried in another form. */
  refused(command: RefusedCommand, sense: SenseData | undefined): boolean {
    const unknown = sense?.code === AdditionalSense.invalidCommandOperationCode;
    switch (command.operation) {
      case DiskOperation.read:
      case DiskOperation.write:
      case DiskOperation.writeZeroes:
        if (command.scsi.cdbLength !== 10 || !unknown) return false;
        this.transfer10 = false;
        return true;
      case DiskOperation.synchronizeCache:
        this.synchronizeCache = command.scsi.cdbLength === 16 ? "10-byte" : "none";
        return this.synchronizeCache !== "none";
      case DiskOperation.unmap:
        this.unmap = false;
        return this.discard;
      case DiskOperation.writeSame:
        return this.#writeSameRefused(command.flags, unknown);
      case DiskOperation.lbaStatus:
        this.lbaStatus = false;
        return false;
      case DiskOperation.prefetch:
        this.prefetch = false;
        return false;
      default:
        return false;
    }
  }

  /** A field that is refused may be either bit that was set: the one without which less is lost goes first. */
  #writeSameRefused(flags: number, unknown: boolean): boolean {
    if (!unknown && (flags & WriteSameFlag.noDataOut) !== 0) this.writeSameNoData = false;
    else if (!unknown && (flags & WriteSameFlag.unmap) !== 0) this.writeSameUnmap = false;
    else this.writeSame = false;
    return true;
  }
}

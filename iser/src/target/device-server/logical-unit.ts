import { createHash } from "node:crypto";
import type { BlockDevice, BlockGeometry } from "#block";
import { AdditionalSense, type BlockLimits } from "#scsi";
import { blockLimits } from "./block-limits.ts";
import { type CommandRules, passesReserve6, reservationRuleOf } from "./command.ts";
import { CopyResults } from "./copy-results.ts";
import { ModePages } from "./mode-pages.ts";
import type { Nexus } from "./nexus.ts";
import { PersistentReservations } from "./persistent-reservations.ts";
import { type SanitizeMethod, SanitizeOperation, type SanitizePace } from "./sanitize-operation.ts";
import { TaskSet } from "./task-set.ts";
import { UnitAttentions } from "./unit-attention.ts";

/** Who a logical unit says it is, and what it offers. */
export interface LogicalUnitOptions {
  /**
   * UNIT SERIAL NUMBER, printable ASCII up to 36 characters. The name in VPD page 83h is made of it, so it should be stable, and another for each unit, also for those of other targets of the same name:
   * initiators take units of one name for one. A function is called once, when it is first asked for.
   */
  readonly serial: string | (() => string);
  /** T10 VENDOR IDENTIFICATION, up to 8 characters. */
  readonly vendor?: string;
  /** PRODUCT IDENTIFICATION, up to 16 characters. */
  readonly product?: string;
  /** PRODUCT REVISION LEVEL, up to 4 characters. */
  readonly revision?: string;
  /** Refuses writes, whatever the device would do. */
  readonly readOnly?: boolean;
  /** RMB: the medium can be ejected and loaded by START STOP UNIT, and held by PREVENT ALLOW MEDIUM REMOVAL. */
  readonly removable?: boolean;
  /** The greatest transfer of one command, in bytes: MAXIMUM TRANSFER LENGTH. At most the target's memory for data. */
  readonly maxTransferBytes?: number;
  /** For how many milliseconds everything that was written to the device has been kept, flushed or not: since power on. REPORT TIMESTAMP tells; without it, initiators must think the worst of a restart. */
  readonly upTimeMs?: () => number;
  /** Slows sanitize operations down. */
  readonly sanitizePace?: SanitizePace;
}

/** A logical unit's identity as INQUIRY tells it. */
export interface LogicalUnitIdentity {
  readonly serial: string;
  readonly vendor: string;
  readonly product: string;
  readonly revision: string;
  /** NAA locally assigned designator, 8 bytes. */
  readonly naa: Uint8Array;
}

const defaultMaxTransferBytes = 4 * 1024 * 1024;

/**
 * A logical unit (SAM-5, 4.6.19): one block device, with everything that initiators can see or change about it besides the blocks. Serve it by
 * {@link TargetDevice.addUnit}.
 */
export class LogicalUnit {
  readonly device: BlockDevice;
  readonly removable: boolean;
  readonly maxTransferBytes: number;
  readonly upTimeMs: (() => number) | undefined;
  /** There is nothing here: the unit that answers for LUNs without one. */
  readonly absent: boolean;
  readonly tasks = new TaskSet();
  readonly attentions = new UnitAttentions();
  readonly modePages: ModePages;
  readonly persistentReservations: PersistentReservations;
  readonly copyResults = new CopyResults();

  // Geometry, as every block command needs it.
  blockSize = 512;
  blockCount = 0;
  limits!: BlockLimits;

  /** Holder of the RESERVE (6) reservation. */
  reservedBy: Nexus | undefined;
  /** A medium is there; always, unless removable. */
  loaded = true;
  /** Nexuses that prevent medium removal. */
  readonly preventers = new Set<Nexus>();
  sanitizing: SanitizeOperation | undefined;
  /** The last sanitize operation failed, and nothing else may be done with the medium. */
  sanitizeFailed = false;
  /** AUSE of the last SANITIZE: its failure can be left by EXIT FAILURE MODE. */
  sanitizeFailureMayExit = false;

  readonly #options: LogicalUnitOptions;
  #identity: LogicalUnitIdentity | undefined = undefined;
  readonly #readOnly: boolean;
  readonly #sanitizePace: SanitizePace | undefined;
  readonly #nexuses = new Map<string, Nexus>();
  readonly #unwatch: () => void;

  constructor(device: BlockDevice, options: LogicalUnitOptions, absent = false) {
    this.device = device;
    this.absent = absent;
    this.removable = options.removable ?? false;
    this.maxTransferBytes = options.maxTransferBytes ?? defaultMaxTransferBytes;
    this.upTimeMs = options.upTimeMs;
    this.modePages = new ModePages(device.features.writeCache);
    this.persistentReservations = new PersistentReservations((nexusName, code) => this.#tell(nexusName, code));
    this.#readOnly = options.readOnly ?? false;
    this.#sanitizePace = options.sanitizePace;
    this.#options = options;
    this.#measure();
    this.#unwatch = device.onGeometryChange(() => this.#onGeometryChange());
  }

  get identity(): LogicalUnitIdentity {
    this.#identity ??= identityFrom(this.#options);
    return this.#identity;
  }

  /** The unit is served no longer, and no command is left; `done` when its device, which it does not close, is not used any more. */
  retire(done: () => void): void {
    this.#unwatch();
    if (this.sanitizing === undefined) done();
    else this.sanitizing.stop(done);
  }

  /** The additional sense code with which writes are refused, or undefined. */
  get writeProtection(): number | undefined {
    if (this.#readOnly || this.device.features.readOnly) return AdditionalSense.writeProtected;
    return this.modePages.softwareWriteProtect ? AdditionalSense.softwareWriteProtected : undefined;
  }

  /** Whether SANITIZE, BLOCK ERASE means something: blocks can be deallocated. */
  get canBlockErase(): boolean {
    return this.device.features.unmap;
  }

  /** Whether writes must be durable before GOOD: FUA, or no write cache wanted. */
  mustForce(fua: boolean): boolean {
    return fua || !this.modePages.writeCacheEnabled;
  }

  /** Whether `command` must end in RESERVATION CONFLICT. */
  reservedAgainst(nexus: Nexus, command: CommandRules, cdb: Uint8Array): boolean {
    if (this.reservedBy !== undefined && this.reservedBy !== nexus && !passesReserve6(command, cdb)) return true;
    const reservations = this.persistentReservations;
    return reservations.type !== undefined && reservations.conflicts(nexus, reservationRuleOf(command, cdb));
  }

  // ------------------------------------------------------------------------------------------------------------ nexuses and attentions

  open(nexus: Nexus, attention: number | undefined): void {
    this.#nexuses.set(nexus.name, nexus);
    if (attention !== undefined) this.attentions.establish(nexus, attention);
  }

  /** I_T nexus loss. Persistent reservations stay. */
  close(nexus: Nexus): void {
    if (this.#nexuses.get(nexus.name) === nexus) this.#nexuses.delete(nexus.name);
    this.attentions.forget(nexus);
    this.copyResults.forget(nexus);
    this.preventers.delete(nexus);
    if (this.reservedBy === nexus) this.reservedBy = undefined;
  }

  /** Establishes a unit attention for every nexus but one. */
  attend(code: number, but?: Nexus): void {
    for (const nexus of this.#nexuses.values()) if (nexus !== but) this.attentions.establish(nexus, code);
  }

  #tell(nexusName: string, code: number): void {
    const nexus = this.#nexuses.get(nexusName);
    if (nexus !== undefined) this.attentions.establish(nexus, code);
  }

  // ------------------------------------------------------------------------------------------------------------ what happens to the unit

  /** Logical unit reset (SAM-5, 6.3.3), but for aborting tasks. Every nexus is told, also the one that asked for it. */
  reset(): void {
    this.reservedBy = undefined;
    this.preventers.clear();
    this.modePages.reset();
    this.attend(AdditionalSense.busDeviceReset);
  }

  /** Begins a sanitize operation; `done` when it is over, well or not. */
  sanitize(method: SanitizeMethod, done: (failed: boolean) => void): void {
    this.sanitizing = new SanitizeOperation(this.device, method, this.#sanitizePace, (error) => {
      this.sanitizing = undefined;
      this.sanitizeFailed = error !== undefined;
      done(this.sanitizeFailed);
    });
    this.sanitizing.start();
  }

  #onGeometryChange(): void {
    this.#measure();
    this.attend(AdditionalSense.capacityChanged);
  }

  #measure(): void {
    const geometry: BlockGeometry = this.device.geometry;
    this.blockSize = geometry.blockSize;
    this.blockCount = geometry.size / geometry.blockSize;
    this.limits = blockLimits(this.device, this.maxTransferBytes);
  }
}

function identityFrom({
  serial: told,
  vendor = "ISER",
  product = "VIRTUAL DISK",
  revision = "1",
}: LogicalUnitOptions): LogicalUnitIdentity {
  const serial = typeof told === "string" ? told : told();
  return { serial, vendor, product, revision, naa: locallyAssignedName(`${vendor} ${serial}`) };
}

/** A name that nobody assigned, made of what tells units apart (SPC-4, 7.8.6.6.3: NAA 3h). */
function locallyAssignedName(seed: string): Uint8Array {
  const name = new Uint8Array(createHash("sha256").update(seed).digest().subarray(0, 8));
  name[0] = 0x30 | (name[0]! & 0x0f);
  return name;
}

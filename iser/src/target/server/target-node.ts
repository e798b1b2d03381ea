import { createHash } from "node:crypto";
import type { BlockDevice } from "#block";
import type { LoginTargetInfo, TargetAuthentication } from "#iscsi";
import type { Lun, PortGroupChange } from "#scsi";
import { LogicalUnit, type LogicalUnitOptions, type PortGroupOptions, TargetDevice } from "../device-server/index.ts";
import type { DataMemory } from "../session/target-session.ts";

/** A block device at a LUN, and what initiators are told about it. */
export interface TargetLun extends Partial<LogicalUnitOptions> {
  /** Where it is served; its place in the list unless given. */
  readonly lun?: Lun;
  /** Stays its owner's, who closes it when the target has closed. */
  readonly device: BlockDevice;
}

/** Where initiators are sent instead (RFC 7143, 13.8: `host:port[,group]`). */
export interface Redirect {
  readonly permanent: boolean;
  readonly address: string;
}

export interface TargetNodeOptions {
  /** iSCSI name: `iqn.…`, `eui.…` or `naa.…`. */
  readonly name: string;
  readonly alias?: string;
  readonly luns: readonly TargetLun[];
  /** What initiators have to prove; nothing unless given. */
  readonly authentication?: TargetAuthentication;
  /** Names of the initiators that may see and use the target; all unless given. */
  readonly initiators?: readonly string[];
  readonly redirect?: Redirect;
  /** Memory for data of commands under way, in bytes: 64 MiB unless given. When it runs short, command windows close. */
  readonly dataBytes?: number;
  /** Whether a new session is told POWER ON, RESET, OR BUS DEVICE RESET OCCURRED by its first command to each unit; true unless given. */
  readonly powerOnAttention?: boolean;
}

const defaultDataBytes = 64 * 1024 * 1024;

/** Of portals that nobody has put into another group. */
export const defaultPortalGroupTag = 1;

/** An iSCSI target node (RFC 7143, 4.3): a name, who may use it, and the SCSI device behind it. */
export class TargetNode {
  readonly name: string;
  readonly device: TargetDevice;
  readonly memory: DataMemory;
  /** May be set at any time, for logins from then on. */
  redirect: Redirect | undefined;
  readonly #alias: string | undefined;
  readonly #authentication: TargetAuthentication;
  readonly #initiators: ReadonlySet<string> | undefined;

  /** `portGroups`: a target port for each portal group of the server. */
  constructor(options: TargetNodeOptions, portGroups: readonly PortGroupOptions[] = [{ tag: defaultPortalGroupTag }]) {
    const { name, luns, dataBytes = defaultDataBytes, powerOnAttention } = options;
    this.name = name;
    this.redirect = options.redirect;
    this.#alias = options.alias;
    this.#authentication = options.authentication ?? { kind: "none" };
    this.#initiators = options.initiators && new Set(options.initiators.map((initiator) => initiator.toLowerCase()));
    const attention = powerOnAttention === undefined ? {} : { powerOnAttention };
    const device = new TargetDevice({ name, dataBytes, portGroups, ...attention });
    this.device = device;
    this.memory = {
      budgetBytes: dataBytes,
      get lentBytes() {
        return device.lentBytes;
      },
    };
    luns.forEach((lun, index) => {
      this.addLun({ ...lun, lun: lun.lun ?? index });
    });
  }

  /** What a login by a portal of this group needs to know. */
  infoAt(portalGroupTag: number): LoginTargetInfo {
    return { portalGroupTag, alias: this.#alias, authentication: this.#authentication, redirect: this.redirect };
  }

  /** Whether an initiator may see the target at all. */
  admits(initiatorName: string): boolean {
    return this.#initiators === undefined || this.#initiators.has(initiatorName.toLowerCase());
  }

  /** Changes how good portal groups are for I/O, as the target's own decision; initiators are told. Throws RangeError for a group or a state that there is not. */
  setAccess(changes: readonly PortGroupChange[]): void {
    const fault = changes[this.device.portGroups.faultIn(changes)];
    if (fault !== undefined) throw new RangeError(`portal group ${fault.group} cannot be given the state ${fault.state}`);
    this.device.portGroups.change(changes);
  }

  /** Serves one more device. Initiators that are there learn of it by a unit attention. Throws RangeError when the LUN is taken. */
  addLun({ lun, device, ...options }: TargetLun & { readonly lun: Lun }): void {
    this.device.addUnit(lun, new LogicalUnit(device, { serial: stableSerial(this.name, lun), ...options }));
  }

  /** Stops serving a LUN; resolves when its device is not used any more. */
  removeLun(lun: Lun): Promise<void> {
    return new Promise((resolve) => this.device.removeUnit(lun, resolve));
  }
}

/** The same for the same LUN of the same target, whenever and wherever it runs: initiators know disks by it. Whoever may have two targets of one name gives them serials. */
function stableSerial(name: string, lun: Lun): string {
  return createHash("sha256").update(`${name}/${lun}`).digest("hex").slice(0, 16);
}

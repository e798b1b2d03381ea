import type { Clock, Duration, Timer } from "kit/clock";
import type { Logger } from "kit/log";
import { BlockError } from "#block";
import {
  accessStateNames,
  type InitiatorPort,
  isWriteProtected,
  type Lun,
  type MultipathUnits,
  PortNotAccessible,
  readCapacity,
  type ScsiDisk,
  type ScsiDiskOptions,
  LogicalUnit as ScsiLogicalUnit,
  scanLuns,
  type UnitPath,
} from "#scsi";
import type { LogicalUnit, UnitPathStatus } from "./initiator.ts";
import { UnitRefreshes } from "./unit-refreshes.ts";

/** The session whose units they are, as it is at the moment. */
export interface UnitSource {
  readonly port: InitiatorPort;
  readonly connected: boolean;
  readonly targetName: string;
  /** Where the target is reached, as a path shows it. */
  readonly portal: string;
  readonly cacheIsProtected: boolean;
}

export interface UnitInventoryParts {
  readonly clock: Clock;
  readonly log: Logger;
  /** The disks of all links: the same one may be behind several. */
  readonly multipath: MultipathUnits;
}

export interface UnitInventoryListener {
  /** An inventory is over: `isKnown` or `failure` may be other than before. */
  onChange(): void;
  /** All disks that the target has now. */
  onUnits(units: readonly LogicalUnit[]): void;
}

/** A unit as a session holds it. */
interface LinkedUnit extends LogicalUnit {
  readonly device: ScsiDisk;
  readonly way: UnitPath;
}

/** A target that is logged in but does not say what it has is asked again after this time. */
const retryMs: Duration = 5000;

/** A target tells what has changed to the next command, and that may be long in coming: where nobody asks anything of a disk, we do. */
const lookIntervalMs: Duration = 5000;

/** So many disks are looked at each time, the others in their turn: a target is there for more than to be asked. */
const looksAtOnce = 64;

/** A target may say that it has 16,384 logical units (SAM: and far more). Each costs memory here, and questions there; nobody means to have so many disks. */
const mostUnits = 1024;

/** A target that says again and again that its list is another one is asked so many times in a row; then not more often than once in `restMs`. */
const mostInARow = 16;
const restMs: Duration = 1000;

/** What a target has, as of the last time that it was asked, and the disks among that. They stay the same objects when the session is lost and comes back. */
export class UnitInventory {
  readonly #source: UnitSource;
  readonly #parts: UnitInventoryParts;
  readonly #listener: UnitInventoryListener;
  readonly #units = new Map<Lun, LinkedUnit>();
  readonly #refreshes = new UnitRefreshes();
  readonly #closing = new AbortController();
  /** An inventory is under way; `"again"`: another one is due behind it. */
  #state: "idle" | "running" | "again" = "idle";
  #failure: BlockError | undefined = undefined;
  /** The disks have been known once. */
  #known = false;
  /** How many inventories there were since the target was last left alone for a while. */
  #inARow = 0;
  #rest: Timer | undefined = undefined;
  #retry: Timer | undefined = undefined;
  #look: Timer | undefined = undefined;
  /** All that the target has, disks or not, as of the last inventory, as far as it is taken up. */
  #luns: readonly Lun[] = [];
  /** It has more than that, and somebody was told. */
  #isCut = false;
  /** How many disks were looked at since the session began. */
  #looked = 0;
  /** What of that could not be opened, because the port takes no I/O for it at present. */
  readonly #inaccessible = new Set<Lun>();
  readonly #unwatchUnits: () => void;

  constructor(source: UnitSource, parts: UnitInventoryParts, listener: UnitInventoryListener) {
    this.#source = source;
    this.#parts = parts;
    this.#listener = listener;
    this.#unwatchUnits = parts.multipath.onNewUnit(() => {
      if (this.#inaccessible.size > 0) this.take();
    });
  }

  /** Whether the disks are known, be it from before the session was lost. */
  get isKnown(): boolean {
    return this.#known;
  }

  /** Why the last inventory came to nothing. */
  get failure(): BlockError | undefined {
    return this.#failure;
  }

  /** The session has a connection now, or none any more. */
  setConnected(connected: boolean): void {
    for (const { way } of this.#units.values()) way.setConnected(connected);
  }

  /** Forgets what there is; the next inventory finds it anew. */
  drop(): void {
    for (const lun of [...this.#units.keys()]) this.#forget(lun);
    this.#known = false;
    this.#listener.onUnits([]);
  }

  /** Ends all questions. */
  close(): void {
    this.#closing.abort();
    this.#unwatchUnits();
    for (const timer of [this.#rest, this.#retry, this.#look]) timer?.cancel();
    this.#refreshes.close();
    for (const lun of [...this.#units.keys()]) this.#forget(lun);
  }

  /** Asks the target which disks it has; at most one such question is under way. */
  take(): void {
    if (this.#closing.signal.aborted || this.#rest !== undefined) return;
    if (this.#state !== "idle") this.#state = "again";
    else if (this.#inARow < mostInARow) this.#begin();
    else {
      this.#rest = this.#parts.clock.after(restMs, () => {
        this.#rest = undefined;
        this.#begin();
      });
    }
  }

  #begin(): void {
    this.#state = "running";
    this.#inARow++;
    this.#retry?.cancel();
    this.#look?.cancel();
    void this.#findUnits().then((failure) => {
      const again = this.#state === "again";
      this.#state = "idle";
      if (this.#closing.signal.aborted) return;
      this.#failure = failure;
      if (again) this.take();
      else if (failure !== undefined) this.#retryLater();
      else this.#lookLater();
      this.#listener.onChange();
    });
  }

  #retryLater(): void {
    this.#retry = this.#parts.clock.after(retryMs, () => {
      this.#inARow = 0;
      this.take();
    });
  }

  #lookLater(): void {
    this.#look?.cancel();
    this.#look = this.#parts.clock.after(lookIntervalMs, () => void this.#lookAround(), { background: true });
  }

  /** Gives the target an opportunity to say what has changed: unit attentions are heard wherever they are met, and a list that is another one is seen. */
  async #lookAround(): Promise<void> {
    this.#inARow = 0;
    if (!this.#source.connected) {
      this.#lookLater();
      return;
    }
    const options = { clock: this.#parts.clock, signal: this.#closing.signal };
    try {
      const luns = await this.#scan();
      if (this.#inaccessible.size > 0 || luns.join() !== this.#luns.join()) this.take();
      // LUN 0 answers for the target as a whole where it is no disk.
      for (const lun of new Set([0, ...this.#unitsInTurn()])) {
        await lookAt(new ScsiLogicalUnit(this.#source.port, lun, options), this.#units.get(lun)?.device).catch(onlyOfBlocks);
      }
    } catch (error) {
      onlyOfBlocks(error);
    }
    if (this.#state === "idle" && this.#rest === undefined && !this.#closing.signal.aborted) this.#lookLater();
  }

  #unitsInTurn(): readonly Lun[] {
    const luns = [...this.#units.keys()];
    if (luns.length <= looksAtOnce) return luns;
    const first = this.#looked % luns.length;
    this.#looked = first + looksAtOnce;
    return [...luns, ...luns].slice(first, first + looksAtOnce);
  }

  /** What the target has, as far as it is taken up: the lowest LUNs. */
  async #scan(): Promise<readonly Lun[]> {
    const luns = await scanLuns(this.#source.port, { clock: this.#parts.clock, signal: this.#closing.signal });
    const isCut = luns.length > mostUnits;
    if (isCut && !this.#isCut) {
      const nextStep = "have the target show this initiator only the units that it is to use";
      this.#parts.log.warn("the target has more logical units than are taken up", { units: luns.length, takenUp: mostUnits, nextStep });
    }
    this.#isCut = isCut;
    return luns.slice(0, mostUnits);
  }

  async #findUnits(): Promise<BlockError | undefined> {
    const { log } = this.#parts;
    const { signal } = this.#closing;
    try {
      const luns = await this.#scan();
      const present = new Set(luns);
      for (const lun of [...this.#units.keys()]) if (!present.has(lun)) this.#forget(lun);
      this.#luns = luns;
      for (const lun of this.#inaccessible) if (!present.has(lun)) this.#inaccessible.delete(lun);
      for (const lun of luns) {
        const known = this.#units.get(lun);
        if (known !== undefined) {
          // Its size, or the whole disk, may be another one since.
          this.#refreshes.add(known.device);
          continue;
        }
        const unit = await this.#openUnit(lun);
        if (unit !== undefined && signal.aborted) unit.way.leave();
        else if (unit !== undefined) this.#units.set(lun, unit);
      }
    } catch (error) {
      if (!(error instanceof BlockError)) throw error;
      if (!signal.aborted) log.warn("the target does not say which disks it has", { reason: error.message });
      return error;
    }
    if (signal.aborted) return undefined;
    this.#known = true;
    this.#listener.onUnits([...this.#units.values()]);
    return undefined;
  }

  /** The session has no path to the unit at this LUN any more. */
  #forget(lun: Lun): void {
    const unit = this.#units.get(lun);
    if (unit === undefined) return;
    this.#refreshes.delete(unit.device);
    unit.way.leave();
    this.#units.delete(lun);
  }

  /** At a LUN is another disk than before. */
  #replaced(lun: Lun): void {
    if (!this.#units.has(lun)) return;
    this.#parts.log.warn("at a LUN is another disk than before", { lun });
    this.#forget(lun);
    this.take();
  }

  #diskOptions(lun: Lun, disk: () => ScsiDisk): ScsiDiskOptions {
    const { clock, log } = this.#parts;
    const source = this.#source;
    return {
      clock,
      get cacheIsProtected() {
        return source.cacheIsProtected;
      },
      onReplaced: () => {
        if (this.#units.get(lun)?.device !== disk()) return;
        this.#replaced(lun);
      },
      onWritesLost: ({ message }) => {
        const nextStep =
          "if this target keeps its cache when it is restarted or a connection is lost, say TargetCache = protected in iscsi.conf";
        log.warn("the next flush of a disk will fail", { lun, reason: message, nextStep });
      },
    };
  }

  /** The disk at `lun`; undefined when it is something else, which is not for us. */
  async #openUnit(lun: Lun): Promise<LinkedUnit | undefined> {
    const { log } = this.#parts;
    const { signal } = this.#closing;
    try {
      const options = this.#diskOptions(lun, () => disk);
      const { port, targetName } = this.#source;
      const way = await this.#parts.multipath.open({ port, lun, targetName }, options, { onForeign: () => this.#replaced(lun) }, signal);
      if (way.oddity !== undefined)
        log.warn("a disk says that it is one which it is not, and is no path to that", { lun, reason: way.oddity });
      this.#inaccessible.delete(lun);
      const disk = way.disk;
      way.setConnected(this.#source.connected);
      const { vendor, product, id } = disk.identity;
      return { lun, way, device: disk, description: [vendor, product, id].filter(Boolean).join(" "), path: statusOf(way, this.#source) };
    } catch (error) {
      if (error instanceof PortNotAccessible) {
        if (!this.#inaccessible.has(lun)) log.info("a logical unit cannot be used by this port at present", { lun, reason: error.message });
        this.#inaccessible.add(lun);
        return undefined;
      }
      if (!(error instanceof BlockError) || (error.code !== "EINVAL" && error.code !== "ENOTSUP")) throw error;
      log.info("a logical unit is no disk that can be used", { lun, reason: error.message });
      return undefined;
    }
  }
}

/** As `-L -v` shows a path. */
function statusOf(way: UnitPath, source: UnitSource): UnitPathStatus {
  return {
    get portal() {
      return source.portal;
    },
    counters: way.counters,
    get state() {
      if (way.state !== "up") return "failed";
      return way.active ? "active" : "enabled";
    },
    get access() {
      return way.access === undefined ? undefined : accessStateNames.get(way.access.state);
    },
    retire: () => way.retire(),
  };
}

/** A unit that was taken away and put back at once, or is write protected since, may say nothing of it (tgt is silent): but its size tells, and its mode. */
async function lookAt(unit: ScsiLogicalUnit, disk: ScsiDisk | undefined): Promise<void> {
  await unit.testUnitReady();
  if (disk === undefined) return;
  const { blockSize, lastLba } = await readCapacity(unit);
  const isResized = blockSize !== disk.geometry.blockSize || (lastLba + 1) * blockSize !== disk.geometry.size;
  if (isResized || (await isWriteProtected(unit)) !== disk.features.readOnly) void disk.refresh();
}

/** A look that finds nothing out is none: commands tell what is wrong. */
function onlyOfBlocks(error: unknown): void {
  if (!(error instanceof BlockError)) throw error;
}

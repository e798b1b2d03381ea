import type { Clock, Duration, Random, Timer } from "kit/clock";
import type { Logger } from "kit/log";
import { BlockError } from "#block";
import type { NegotiatedStatus, SessionConfig } from "#control";
import { PersistentSession, type SessionConfiguration } from "#initiator";
import {
  accessStateNames,
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
import { formatAddress } from "#socket";
import type { LinkStatus, LogicalUnit, TargetLink, TargetLinkListener, UnitPathStatus } from "./initiator.ts";
import { type LinkCounters, LinkMeter } from "./link-meter.ts";
import type { LoginTurnTransport } from "./logins/login-turn-transport.ts";
import type { Settings } from "./settings.ts";

export interface LinkParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly settings: Settings;
  /** The disks of all links: the same one may be behind several. */
  readonly multipath: MultipathUnits;
  /** How a target is reached that is configured so. */
  readonly reach: (config: SessionConfig) => Reach;
}

/** A unit as the link holds it. */
interface LinkedUnit extends LogicalUnit {
  readonly device: ScsiDisk;
  readonly way: UnitPath;
}

interface Reach {
  readonly configuration: SessionConfiguration;
  readonly transport: LoginTurnTransport;
}

/** A target that is logged in but does not say what it has is asked again after this time. */
const inventoryRetryMs: Duration = 5000;

/** A target tells what has changed to the next command, and that may be long in coming: where nobody asks anything of a disk, we do. */
const lookIntervalMs: Duration = 5000;

/** So many disks are looked at each time, the others in their turn: a target is there for more than to be asked. */
const looksAtOnce = 64;

/** A target may say that it has 16,384 logical units (SAM: and far more). Each costs memory here, and questions there; nobody means to have so many disks. */
const mostUnits = 1024;

/** A session with a target, and the disks behind it. The disks stay the same objects when the session is lost and comes back. */
export class IscsiLink implements TargetLink {
  readonly #parts: LinkParts;
  #config: SessionConfig;
  #transport: LoginTurnTransport;
  readonly #listener: TargetLinkListener;
  readonly #session: PersistentSession;
  readonly #meter = new LinkMeter();
  /** As of the last change that was told. */
  #wasLoggedIn = false;
  readonly #units = new Map<Lun, LinkedUnit>();
  readonly #closing = new AbortController();
  /** What the latest login agreed on. */
  #negotiated: NegotiatedStatus | undefined = undefined;
  #targetAlias: string | undefined = undefined;
  /** The login whose target was last asked what it has. */
  #askedAtLogin = 0;
  /** An inventory is under way; `"again"`: another one is due behind it. */
  #inventory: "idle" | "running" | "again" = "idle";
  #inventoryFailure: BlockError | undefined = undefined;
  /** The disks have been known once. */
  #known = false;
  #retry: Timer | undefined = undefined;
  #look: Timer | undefined = undefined;
  /** All that the target has, disks or not, as of the last inventory, as far as it is taken up. */
  #luns: readonly Lun[] = [];
  /** How many it had when somebody was told that they are too many. */
  #tooMany = 0;
  /** How many disks were looked at since the session began. */
  #looked = 0;
  /** What of that could not be opened, because the port takes no I/O for it at present. */
  readonly #inaccessible = new Set<Lun>();
  readonly #unwatchUnits: () => void;

  constructor(config: SessionConfig, parts: LinkParts, listener: TargetLinkListener) {
    this.#parts = parts;
    this.#config = config;
    const { configuration, transport } = parts.reach(config);
    this.#transport = transport;
    this.#listener = listener;
    this.#unwatchUnits = parts.multipath.onNewUnit(() => {
      if (this.#inaccessible.size > 0) this.#takeInventory();
    });
    this.#session = new PersistentSession(
      configuration,
      { ...parts, transport },
      {
        onChange: () => this.#onSessionChange(),
        onFailure: (failure) => this.#meter.failed(failure, this.#wasLoggedIn),
        onUnitEvent: (_lun, { kind }) => {
          if (kind === "luns-changed") this.#takeInventory();
        },
      },
    );
  }

  get status(): LinkStatus {
    const session = this.#session;
    const loggedIn = session.state === "connected";
    const failure = loggedIn ? this.#inventoryFailure : session.failure;
    return {
      connected: loggedIn && this.#known,
      failureReason: loggedIn ? this.#inventoryFailure?.message : session.failureReason,
      failureDetail: failure?.message,
      initiatorPortal: loggedIn ? this.#transport.localAddress : undefined,
      movedTo: this.#movedTo,
      targetAlias: this.#targetAlias,
      negotiated: this.#negotiated,
    };
  }

  get #movedTo(): string | undefined {
    const { portal, configuration } = this.#session;
    const address = formatAddress(portal);
    return address === formatAddress(configuration.portal) ? undefined : address;
  }

  get counters(): LinkCounters {
    const { logins, session } = this.#session;
    return this.#meter.counters({ logins, commands: session.commandsDone });
  }

  reconfigure(config: SessionConfig): void {
    this.#config = config;
    if (!config.enable) {
      this.#session.suspend();
      return;
    }
    const { configuration, transport } = this.#parts.reach(config);
    this.#transport.loginEnded();
    this.#transport = transport;
    this.#session.reconfigure(configuration, transport);
  }

  close(done: () => void): void {
    this.#closing.abort();
    this.#unwatchUnits();
    this.#retry?.cancel();
    this.#look?.cancel();
    for (const lun of [...this.#units.keys()]) this.#forget(lun);
    this.#session.close(done);
  }

  #onSessionChange(): void {
    if (this.#session.state !== "connecting") this.#transport.loginEnded();
    if (this.#wasLoggedIn && this.#session.state !== "connected" && this.#parts.settings.failOnDisconnection !== 0) this.#dropUnits();
    this.#wasLoggedIn = this.#session.state === "connected";
    for (const { way } of this.#units.values()) way.setConnected(this.#wasLoggedIn);
    this.#meter.follow(this.#session.connection);
    if (this.#closing.signal.aborted) return;
    const { outcome, logins } = this.#session;
    if (this.#session.state === "connected" && outcome !== undefined && logins !== this.#askedAtLogin) {
      this.#askedAtLogin = logins;
      const { headerDigest, dataDigest, ...lengths } = outcome.parameters;
      this.#targetAlias = outcome.targetAlias;
      this.#negotiated = {
        headerDigest: headerDigest ? "CRC32C" : "None",
        dataDigest: dataDigest ? "CRC32C" : "None",
        maxRecvDataSegmentLength: lengths.maxRecvDataSegmentLength,
        maxSendDataSegmentLength: lengths.maxSendDataSegmentLength,
        maxBurstLength: lengths.maxBurstLength,
        firstBurstLength: lengths.firstBurstLength,
        immediateData: lengths.immediateData,
      };
      this.#takeInventory();
    }
    this.#listener.onChange();
  }

  /** The session was lost, and its disks are to be gone with it; the next login finds them anew. */
  #dropUnits(): void {
    for (const lun of [...this.#units.keys()]) this.#forget(lun);
    this.#known = false;
    this.#listener.onUnits([]);
  }

  // -------------------------------------------------------------------------------------------------------------- inventory

  /** Asks the target which disks it has; at most one such question is under way. */
  #takeInventory(): void {
    if (this.#closing.signal.aborted) return;
    if (this.#inventory !== "idle") {
      this.#inventory = "again";
      return;
    }
    this.#inventory = "running";
    this.#retry?.cancel();
    this.#look?.cancel();
    void this.#findUnits().then((failure) => {
      const again = this.#inventory === "again";
      this.#inventory = "idle";
      if (this.#closing.signal.aborted) return;
      this.#inventoryFailure = failure;
      if (again) this.#takeInventory();
      else if (failure !== undefined) this.#retry = this.#parts.clock.after(inventoryRetryMs, () => this.#takeInventory());
      else this.#lookLater();
      this.#listener.onChange();
    });
  }

  #lookLater(): void {
    this.#look?.cancel();
    this.#look = this.#parts.clock.after(lookIntervalMs, () => void this.#lookAround(), { background: true });
  }

  /** Gives the target an opportunity to say what has changed: unit attentions are heard wherever they are met, and a list that is another one is seen. */
  async #lookAround(): Promise<void> {
    if (this.#session.state !== "connected") {
      this.#lookLater();
      return;
    }
    const { session } = this.#session;
    const options = { clock: this.#parts.clock, signal: this.#closing.signal };
    try {
      const luns = await this.#scan();
      if (this.#inaccessible.size > 0 || luns.join() !== this.#luns.join()) this.#takeInventory();
      // LUN 0 answers for the target as a whole where it is no disk.
      for (const lun of new Set([0, ...this.#unitsInTurn()])) {
        await lookAt(new ScsiLogicalUnit(session, lun, options), this.#units.get(lun)?.device).catch(onlyOfBlocks);
      }
    } catch (error) {
      onlyOfBlocks(error);
    }
    if (this.#inventory === "idle" && !this.#closing.signal.aborted) this.#lookLater();
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
    const luns = await scanLuns(this.#session.session, { clock: this.#parts.clock, signal: this.#closing.signal });
    if (luns.length <= mostUnits) this.#tooMany = 0;
    else if (luns.length !== this.#tooMany) {
      this.#tooMany = luns.length;
      const nextStep = "have the target show this initiator only the units that it is to use";
      this.#parts.log.warn("the target has more logical units than are taken up", { units: luns.length, takenUp: mostUnits, nextStep });
    }
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
          known.device.refresh();
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

  /** The link has no path to the unit at this LUN any more. */
  #forget(lun: Lun): void {
    this.#units.get(lun)?.way.leave();
    this.#units.delete(lun);
  }

  /** At a LUN is another disk than before. */
  #replaced(lun: Lun): void {
    if (!this.#units.has(lun)) return;
    this.#parts.log.warn("at a LUN is another disk than before", { lun });
    this.#forget(lun);
    this.#takeInventory();
  }

  #diskOptions(lun: Lun, disk: () => ScsiDisk): ScsiDiskOptions {
    const { clock, log } = this.#parts;
    const isProtected = (): boolean => this.#config.targetCache === "protected";
    return {
      clock,
      get cacheIsProtected() {
        return isProtected();
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
      const place = { port: this.#session.session, lun, targetName: this.#config.targetName ?? "" };
      const way = await this.#parts.multipath.open(place, options, { onForeign: () => this.#replaced(lun) }, signal);
      if (way.oddity !== undefined)
        log.warn("a disk says that it is one which it is not, and is no path to that", { lun, reason: way.oddity });
      this.#inaccessible.delete(lun);
      const disk = way.disk;
      way.setConnected(this.#session.state === "connected");
      const { vendor, product, id } = disk.identity;
      return {
        lun,
        way,
        device: disk,
        description: [vendor, product, id].filter(Boolean).join(" "),
        path: statusOf(way, () => this.#movedTo ?? this.#config.targetAddress),
      };
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
function statusOf(way: UnitPath, portal: () => string): UnitPathStatus {
  return {
    get portal() {
      return portal();
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
  if (isResized || (await isWriteProtected(unit)) !== disk.features.readOnly) disk.refresh();
}

/** A look that finds nothing out is none: commands tell what is wrong. */
function onlyOfBlocks(error: unknown): void {
  if (!(error instanceof BlockError)) throw error;
}

import type { Clock, Duration, Random, Timer } from "kit/clock";
import type { Logger } from "kit/log";
import { BlockError } from "#block";
import type { NegotiatedStatus, SessionConfig } from "#control";
import { PersistentSession, type SessionConfiguration } from "#initiator";
import { type Lun, ScsiDisk, scanLuns } from "#scsi";
import type { LinkStatus, LogicalUnit, TargetLink, TargetLinkListener } from "./initiator.ts";
import { type LinkCounters, LinkMeter } from "./link-meter.ts";
import type { LoginTurnTransport } from "./logins/login-turn-transport.ts";
import type { Settings } from "./settings.ts";

export interface LinkParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly settings: Settings;
  /** How a target is reached that is configured so. */
  readonly reach: (config: SessionConfig) => Reach;
}

interface Reach {
  readonly configuration: SessionConfiguration;
  readonly transport: LoginTurnTransport;
}

/** A target that is logged in but does not say what it has is asked again after this time. */
const inventoryRetryMs: Duration = 5000;

/** A session with a target, and the disks behind it. The disks stay the same objects when the session is lost and comes back. */
export class IscsiLink implements TargetLink {
  readonly #parts: LinkParts;
  #transport: LoginTurnTransport;
  readonly #listener: TargetLinkListener;
  readonly #session: PersistentSession;
  readonly #meter = new LinkMeter();
  /** As of the last change that was told. */
  #wasLoggedIn = false;
  readonly #units = new Map<Lun, LogicalUnit>();
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

  constructor(config: SessionConfig, parts: LinkParts, listener: TargetLinkListener) {
    this.#parts = parts;
    const { configuration, transport } = parts.reach(config);
    this.#transport = transport;
    this.#listener = listener;
    this.#session = new PersistentSession(
      configuration,
      { ...parts, transport },
      {
        onChange: () => this.#onSessionChange(),
        onFailure: (failure) => this.#meter.failed(failure, this.#wasLoggedIn),
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
      targetAlias: this.#targetAlias,
      negotiated: this.#negotiated,
    };
  }

  get counters(): LinkCounters {
    const { logins, session } = this.#session;
    return this.#meter.counters({ logins, commands: session.commandsDone });
  }

  reconfigure(config: SessionConfig): void {
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
    this.#retry?.cancel();
    this.#session.close(done);
  }

  #onSessionChange(): void {
    if (this.#session.state !== "connecting") this.#transport.loginEnded();
    if (this.#wasLoggedIn && this.#session.state !== "connected" && this.#parts.settings.failOnDisconnection !== 0) this.#dropUnits();
    this.#wasLoggedIn = this.#session.state === "connected";
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
    this.#units.clear();
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
    void this.#findUnits().then((failure) => {
      const again = this.#inventory === "again";
      this.#inventory = "idle";
      if (this.#closing.signal.aborted) return;
      this.#inventoryFailure = failure;
      if (again) this.#takeInventory();
      else if (failure !== undefined) this.#retry = this.#parts.clock.after(inventoryRetryMs, () => this.#takeInventory());
      this.#listener.onChange();
    });
  }

  async #findUnits(): Promise<BlockError | undefined> {
    const { clock, log } = this.#parts;
    const { signal } = this.#closing;
    try {
      const luns = await scanLuns(this.#session.session, { clock, signal });
      for (const lun of [...this.#units.keys()]) if (!luns.includes(lun)) this.#units.delete(lun);
      for (const lun of luns) {
        if (this.#units.has(lun)) continue;
        const unit = await this.#openUnit(lun);
        if (unit !== undefined) this.#units.set(lun, unit);
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

  /** The disk at `lun`; undefined when it is something else, which is not for us. */
  async #openUnit(lun: Lun): Promise<LogicalUnit | undefined> {
    const { clock, log } = this.#parts;
    const { signal } = this.#closing;
    try {
      const disk = await ScsiDisk.open(this.#session.session, lun, { clock, onLunsChanged: () => this.#takeInventory() }, signal);
      const { vendor, product, id } = disk.identity;
      return { lun, device: disk, description: [vendor, product, id].filter(Boolean).join(" ") };
    } catch (error) {
      if (!(error instanceof BlockError) || (error.code !== "EINVAL" && error.code !== "ENOTSUP")) throw error;
      log.info("a logical unit is no disk that can be used", { lun, reason: error.message });
      return undefined;
    }
  }
}

import type { Clock, Random } from "kit/clock";
import type { Logger } from "kit/log";
import type { NegotiatedStatus, SessionConfig } from "#control";
import { PersistentSession, type SessionConfiguration } from "#initiator";
import type { MultipathUnits } from "#scsi";
import { formatAddress } from "#socket";
import type { LinkStatus, TargetLink, TargetLinkListener } from "./initiator.ts";
import { type LinkCounters, LinkMeter } from "./link-meter.ts";
import type { LoginTurnTransport } from "./logins/login-turn-transport.ts";
import type { Settings } from "./settings.ts";
import { UnitInventory, type UnitSource } from "./unit-inventory.ts";

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

interface Reach {
  readonly configuration: SessionConfiguration;
  readonly transport: LoginTurnTransport;
}

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
  readonly #units: UnitInventory;
  #closing = false;
  /** What the latest login agreed on. */
  #negotiated: NegotiatedStatus | undefined = undefined;
  #targetAlias: string | undefined = undefined;
  /** The login whose target was last asked what it has. */
  #askedAtLogin = 0;

  constructor(config: SessionConfig, parts: LinkParts, listener: TargetLinkListener) {
    this.#parts = parts;
    this.#config = config;
    const { configuration, transport } = parts.reach(config);
    this.#transport = transport;
    this.#listener = listener;
    this.#units = new UnitInventory(this.#unitSource(), parts, listener);
    this.#session = new PersistentSession(
      configuration,
      { ...parts, transport },
      {
        onChange: () => this.#onSessionChange(),
        onFailure: (failure) => this.#meter.failed(failure, this.#wasLoggedIn),
        onUnitEvent: (_lun, { kind }) => {
          if (kind === "luns-changed") this.#units.take();
        },
      },
    );
  }

  get status(): LinkStatus {
    const session = this.#session;
    const loggedIn = session.state === "connected";
    const failure = loggedIn ? this.#units.failure : session.failure;
    return {
      connected: loggedIn && this.#units.isKnown,
      failureReason: loggedIn ? this.#units.failure?.message : session.failureReason,
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
    this.#closing = true;
    this.#units.close();
    this.#session.close(done);
  }

  #onSessionChange(): void {
    if (this.#session.state !== "connecting") this.#transport.loginEnded();
    if (this.#wasLoggedIn && this.#session.state !== "connected" && this.#parts.settings.failOnDisconnection !== 0) this.#units.drop();
    this.#wasLoggedIn = this.#session.state === "connected";
    this.#units.setConnected(this.#wasLoggedIn);
    this.#meter.follow(this.#session.connection);
    if (this.#closing) return;
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
      this.#units.take();
    }
    this.#listener.onChange();
  }

  #unitSource(): UnitSource {
    const session = (): PersistentSession => this.#session;
    const config = (): SessionConfig => this.#config;
    const movedTo = (): string | undefined => this.#movedTo;
    return {
      get port() {
        return session().session;
      },
      get connected() {
        return session().state === "connected";
      },
      get targetName() {
        return config().targetName ?? "";
      },
      get portal() {
        return movedTo() ?? config().targetAddress;
      },
      get cacheIsProtected() {
        return config().targetCache === "protected";
      },
    };
  }
}

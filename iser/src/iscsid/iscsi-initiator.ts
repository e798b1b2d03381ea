import type { Clock, Random } from "kit/clock";
import type { Logger } from "kit/log";
import type { SessionConfig } from "#control";
import { type Credentials, discover, type SessionConfiguration } from "#initiator";
import { type DiscoveredTarget, formatPortal, type Portal, parsePortal } from "#iscsi";
import { MultipathUnits } from "#scsi";
import type { BusyPoll } from "#socket";
import type { TraceFile } from "#trace";
import type { FoundTarget, Initiator, TargetLinkListener } from "./initiator.ts";
import { IscsiLink, type LinkParts } from "./iscsi-link.ts";
import type { IserDriver } from "./iser-driver.ts";
import { type LinkTransport, socketLinkTransport } from "./link-transport.ts";
import { LiveTimeouts } from "./live-timeouts.ts";
import { LoginTurnTransport } from "./logins/login-turn-transport.ts";
import type { LoginTurns } from "./logins/login-turns.ts";
import { longestConnectS, type Settings } from "./settings.ts";

/** What of the daemon its initiator is steered by. */
export interface InitiatorContext {
  readonly log: Logger;
  readonly iser: IserDriver;
  readonly settings: Settings;
  /** Of the thread. */
  readonly poll: BusyPoll;
  /** Who may log in when. */
  readonly turns: LoginTurns;
  /** Where everything that sessions say and hear is written down, if it is. */
  readonly trace?: TraceFile | undefined;
}

interface IscsiInitiatorOptions extends InitiatorContext {
  readonly name: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Each link has a transport of its own. */
  readonly createTransport: (config: SessionConfig) => LinkTransport;
}

/** A session that is away is asked for at least so often, so that many are back soon after their target is. */
const backOff = { mostMs: 8000 };

/** What makes the real initiator, on sockets, for a daemon. */
export function initiatorOnSockets(parts: Pick<IscsiInitiatorOptions, "name" | "clock" | "random">) {
  return (context: InitiatorContext): IscsiInitiator => {
    const createTransport = (config: SessionConfig): LinkTransport => socketLinkTransport(config, parts.clock, context);
    return new IscsiInitiator({ ...parts, ...context, createTransport });
  };
}

/** The real initiator: iSCSI sessions and SendTargets. */
export class IscsiInitiator implements Initiator {
  readonly name: string;
  readonly #options: IscsiInitiatorOptions;
  /** The disks of all links, some of which lead to the same. */
  readonly #multipath: MultipathUnits;

  constructor(options: IscsiInitiatorOptions) {
    this.name = options.name;
    this.#options = options;
    this.#multipath = new MultipathUnits(options.clock);
  }

  open(config: SessionConfig, isid: Uint8Array, listener: TargetLinkListener): IscsiLink {
    const { clock, random, log, settings } = this.#options;
    const reach: LinkParts["reach"] = (now) => ({ configuration: this.#configurationOf(now, isid), transport: this.#transportOf(now) });
    return new IscsiLink(
      config,
      { clock, random, settings, reach, multipath: this.#multipath, log: log.with({ target: config.targetName }) },
      listener,
    );
  }

  discover(config: SessionConfig, done: (outcome: readonly FoundTarget[] | Error) => void): () => void {
    const { random, settings } = this.#options;
    const transport = this.#transportOf(config);
    const asked = parsePortal(config.targetAddress);
    const abandon = new AbortController();
    const answer = (outcome: readonly FoundTarget[] | Error): void => {
      if (!abandon.signal.aborted) done(outcome);
    };
    discover(
      {
        portal: { host: asked.host, port: asked.port, localAddress: config.initiatorAddress },
        initiatorName: config.initiatorName ?? this.name,
        credentials: credentialsOf(config),
        timeouts: new LiveTimeouts(config, settings),
        connectTimeoutMs: this.#connectTimeoutMs,
      },
      { transport, random },
      abandon.signal,
    )
      .finally(() => transport.loginEnded())
      .then(
        (targets) =>
          answer(targets.map((target) => ({ targetName: target.name, targetAddress: addressOf(target, asked, config.targetAddress) }))),
        (error: Error) => answer(error),
      );
    return () => abandon.abort();
  }

  #configurationOf(config: SessionConfig, isid: Uint8Array): SessionConfiguration {
    const { host, port } = parsePortal(config.targetAddress);
    const { settings } = this.#options;
    return {
      portal: { host, port, localAddress: config.initiatorAddress },
      targetName: config.targetName ?? "",
      initiatorName: config.initiatorName ?? this.name,
      initiatorAlias: config.initiatorAlias,
      isid,
      credentials: credentialsOf(config),
      headerDigest: config.headerDigest === "CRC32C",
      dataDigest: config.dataDigest === "CRC32C",
      timeouts: new LiveTimeouts(config, settings),
      connectTimeoutMs: this.#connectTimeoutMs,
      limits: { maxTags: settings.maxTags },
      backOff,
    };
  }

  get #connectTimeoutMs(): number {
    return Math.min(longestConnectS, this.#options.settings.iscsidTimeoutS) * 1000;
  }

  #transportOf(config: SessionConfig): LoginTurnTransport {
    return new LoginTurnTransport(this.#options.createTransport(config), this.#options.turns);
  }
}

function credentialsOf({ authMethod, user, secret, mutualUser, mutualSecret }: SessionConfig): Credentials | undefined {
  if (authMethod === "None" || user === undefined || secret === undefined) return undefined;
  if (mutualUser === undefined || mutualSecret === undefined) return { user, secret };
  return { user, secret, mutual: { user: mutualUser, secret: mutualSecret } };
}

/**
 * Which address of a target to use: the one that was asked, when the target is there too (it is known to be reachable, and the user chose it); else one of the same
 * family; else the first.
 */
export function addressOf(target: DiscoveredTarget, asked: Portal, askedAddress: string): string {
  const { portals } = target;
  if (portals.length === 0 || portals.some(({ host, port }) => host === asked.host && port === asked.port)) return askedAddress;
  const best = portals.find(({ host }) => host.includes(":") === asked.host.includes(":")) ?? portals[0];
  return best === undefined ? askedAddress : formatPortal({ ...best, groupTag: undefined });
}

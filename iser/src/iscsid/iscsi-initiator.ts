import type { Clock, Duration, Random } from "kit/clock";
import type { Logger } from "kit/log";
import type { SessionConfig } from "#control";
import { type Credentials, discover, type SessionConfiguration } from "#initiator";
import { type ConnectionTimeouts, type DiscoveredTarget, formatPortal, type Portal, parsePortal } from "#iscsi";
import type { FoundTarget, Initiator, TargetLinkListener } from "./initiator.ts";
import { IscsiLink, type LinkParts } from "./iscsi-link.ts";
import type { LinkTransport } from "./link-transport.ts";

export interface IscsiInitiatorOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** How long a login may take; 0: as long as it likes. */
  readonly loginTimeoutMs: Duration;
  /** Each link has a transport of its own. */
  readonly createTransport: (config: SessionConfig) => LinkTransport;
}

/** The real initiator: iSCSI sessions and SendTargets. */
export class IscsiInitiator implements Initiator {
  readonly name: string;
  readonly #options: IscsiInitiatorOptions;

  constructor(options: IscsiInitiatorOptions) {
    this.name = options.name;
    this.#options = options;
  }

  open(config: SessionConfig, listener: TargetLinkListener): IscsiLink {
    const { clock, random, log, createTransport } = this.#options;
    const reach: LinkParts["reach"] = (now) => ({ configuration: this.#configurationOf(now), transport: createTransport(now) });
    return new IscsiLink(config, { clock, random, reach, log: log.with({ target: config.targetName }) }, listener);
  }

  discover(config: SessionConfig, done: (outcome: readonly FoundTarget[] | Error) => void): () => void {
    const { random, createTransport } = this.#options;
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
        timeouts: this.#timeoutsOf(config),
      },
      { transport: createTransport(config), random },
      abandon.signal,
    ).then(
      (targets) =>
        answer(targets.map((target) => ({ targetName: target.name, targetAddress: addressOf(target, asked, config.targetAddress) }))),
      (error: Error) => answer(error),
    );
    return () => abandon.abort();
  }

  #configurationOf(config: SessionConfig): SessionConfiguration {
    const { host, port } = parsePortal(config.targetAddress);
    return {
      portal: { host, port, localAddress: config.initiatorAddress },
      targetName: config.targetName ?? "",
      initiatorName: config.initiatorName ?? this.name,
      initiatorAlias: config.initiatorAlias,
      credentials: credentialsOf(config),
      headerDigest: config.headerDigest === "CRC32C",
      dataDigest: config.dataDigest === "CRC32C",
      timeouts: this.#timeoutsOf(config),
    };
  }

  #timeoutsOf({ loginTimeoutS, pingTimeoutS }: SessionConfig): Partial<ConnectionTimeouts> {
    const loginMs = loginTimeoutS === undefined ? this.#options.loginTimeoutMs : loginTimeoutS * 1000;
    return pingTimeoutS === undefined ? { loginMs } : { loginMs, pingMs: pingTimeoutS * 1000 };
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

import type { Clock, Duration, Random } from "kit/clock";
import type { Logger } from "kit/log";
import type { Protocol, SessionConfig } from "#control";
import { type Credentials, discover } from "#initiator";
import { type DiscoveredTarget, formatPortal, type Portal, parsePortal } from "#iscsi";
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
  readonly createTransport: (protocol: Protocol, peer: string) => LinkTransport;
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
    const { clock, random, log, loginTimeoutMs, createTransport } = this.#options;
    const { host, port } = parsePortal(config.targetAddress);
    const transport = createTransport(config.protocol, config.targetAddress);
    const parts: LinkParts = { clock, random, transport, log: log.with({ target: config.targetName }) };
    return new IscsiLink(
      {
        portal: { host, port },
        targetName: config.targetName ?? "",
        initiatorName: config.initiatorName ?? this.name,
        credentials: credentialsOf(config),
        headerDigest: config.headerDigest === "CRC32C",
        dataDigest: config.dataDigest === "CRC32C",
        timeouts: { loginMs: loginTimeoutMs },
      },
      parts,
      listener,
    );
  }

  discover(config: SessionConfig, done: (outcome: readonly FoundTarget[] | Error) => void): () => void {
    const { random, loginTimeoutMs, createTransport } = this.#options;
    const asked = parsePortal(config.targetAddress);
    const abandon = new AbortController();
    const answer = (outcome: readonly FoundTarget[] | Error): void => {
      if (!abandon.signal.aborted) done(outcome);
    };
    discover(
      {
        portal: { host: asked.host, port: asked.port },
        initiatorName: config.initiatorName ?? this.name,
        credentials: credentialsOf(config),
        timeouts: { loginMs: loginTimeoutMs },
      },
      { transport: createTransport(config.protocol, config.targetAddress), random },
      abandon.signal,
    ).then(
      (targets) =>
        answer(targets.map((target) => ({ targetName: target.name, targetAddress: addressOf(target, asked, config.targetAddress) }))),
      (error: Error) => answer(error),
    );
    return () => abandon.abort();
  }
}

function credentialsOf({ user, secret }: SessionConfig): Credentials | undefined {
  return user === undefined || secret === undefined ? undefined : { user, secret };
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

import type { Random } from "kit/clock";
import {
  type ChapAlgorithm,
  type ConnectionEnd,
  type ConnectionTimeouts,
  type DiscoveredTarget,
  type DiscoveryResult,
  DiscoverySession,
  defaultLoginPreferences,
  InitiatorConnection,
  LoginInitiator,
  parsePortal,
  TimedStream,
} from "#iscsi";
import type { TcpAddress } from "#socket";
import { credentialsFor } from "./login-options.ts";
import type { Credentials } from "./session-configuration.ts";
import type { Transport } from "./transport.ts";

export interface DiscoveryConfiguration {
  readonly portal: TcpAddress;
  readonly initiatorName: string;
  readonly credentials?: Credentials | undefined;
  readonly timeouts?: Partial<ConnectionTimeouts>;
  readonly connectTimeoutMs?: number;
}

/** Redirects followed before it is called a circle. */
const maxRedirects = 8;

/**
 * Asks a portal for its targets (SendTargets, RFC 7143 appendix C), following redirects.
 *
 * @throws LoginError, ProtocolError or SocketError: whoever is to blame, in a sentence.
 */
export async function discover(
  configuration: DiscoveryConfiguration,
  parts: { readonly transport: Transport; readonly random: Random },
  signal?: AbortSignal,
): Promise<readonly DiscoveredTarget[]> {
  let portal = configuration.portal;
  let algorithms: readonly ChapAlgorithm[] | undefined;
  for (let attempt = 0; attempt <= maxRedirects; attempt += 1) {
    const result = await attemptDiscovery({ ...configuration, portal }, algorithms, parts, signal);
    if (result.kind === "found") return result.targets;
    const { end } = result;
    if (end.kind === "redirected") portal = { ...configuration.portal, ...parsePortal(end.address) };
    else if (end.kind === "retry-login") algorithms = end.algorithms;
    else throw errorOf(end);
  }
  throw new Error(`the target redirected the discovery ${maxRedirects} times in a row`);
}

function attemptDiscovery(
  configuration: DiscoveryConfiguration,
  algorithms: readonly ChapAlgorithm[] | undefined,
  parts: { readonly transport: Transport; readonly random: Random },
  signal: AbortSignal | undefined,
): Promise<DiscoveryResult> {
  return new Promise((resolve) => {
    const { datamover, stream } = parts.transport.createDatamover();
    const isid = parts.random.bytes(6);
    isid[0] = 0x80;
    const login = new LoginInitiator({
      initiatorName: configuration.initiatorName,
      sessionType: "discovery",
      isid,
      tsih: 0,
      connectionId: 0,
      transport: datamover.transport,
      preferences: defaultLoginPreferences,
      credentials: credentialsFor(configuration.credentials, algorithms),
      random: parts.random,
    });
    const connection = new InitiatorConnection(datamover, login, new DiscoverySession(resolve), configuration.timeouts);
    parts.transport.connect(new TimedStream(stream, connection), configuration.portal, {
      signal,
      connectTimeoutMs: configuration.connectTimeoutMs,
    });
  });
}

/** An end that nobody asked for, as an error. */
function errorOf(end: Exclude<ConnectionEnd, { kind: "redirected" | "retry-login" }>): Error {
  switch (end.kind) {
    case "login-failed":
    case "failed":
    case "lost":
      return end.error;
    case "dropped":
      return new Error("the target closed the discovery session before it answered");
    case "logged-out":
      return new Error("the discovery session ended before the target answered");
  }
}

import { type Random, SystemRandom } from "kit/clock";
import {
  type ChapAlgorithm,
  type ConnectionEnd,
  type ConnectionTimeouts,
  type DiscoveredTarget,
  type DiscoveryResult,
  DiscoverySession,
  defaultLoginPreferences,
  InitiatorConnection,
  LoginError,
  LoginInitiator,
  LoginStatus,
  parsePortal,
  TimedStream,
} from "#iscsi";
import type { TcpAddress } from "#socket";
import { credentialsFor, isSingleStage } from "./login-options.ts";
import type { Credentials } from "./session-configuration.ts";
import { type Transport, tcpTransport } from "./transport.ts";

export interface DiscoveryConfiguration {
  readonly portal: TcpAddress;
  readonly initiatorName: string;
  readonly credentials?: Credentials | undefined;
  readonly timeouts?: Partial<ConnectionTimeouts>;
  readonly connectTimeoutMs?: number;
}

/** Redirects followed before it is called a circle. */
const maxRedirects = 8;

interface DiscoveryParts {
  readonly transport: Transport;
  readonly random: Random;
}

/**
 * Asks a portal for its targets (SendTargets, RFC 7143 appendix C), following redirects; over TCP unless another transport is given, which `iserTransport()` makes.
 *
 * Many portals want credentials for their disks and none for the list of them, and then know nothing of ours: those are asked again without. Who wants the
 * portal to prove itself too (mutual CHAP) takes no list from one that does not.
 *
 * @throws LoginError, ProtocolError or SocketError: whoever is to blame, in a sentence; the reason of `signal` when that has fired, whatever the portal does.
 */
export async function discover(
  configuration: DiscoveryConfiguration,
  { transport = tcpTransport(), random = new SystemRandom() }: Partial<DiscoveryParts> = {},
  signal?: AbortSignal,
): Promise<readonly DiscoveredTarget[]> {
  const parts: DiscoveryParts = { transport, random };
  try {
    return await discoverAs(configuration, parts, signal);
  } catch (refusal) {
    const { credentials } = configuration;
    if (credentials === undefined || credentials.mutual !== undefined || !refusesCredentials(refusal)) throw refusal;
    try {
      return await discoverAs({ ...configuration, credentials: undefined }, parts, signal);
    } catch {
      throw refusal; // the portal does want credentials, and not these
    }
  }
}

/** Whether a login failed because of who we say we are, or because we say so at all. */
export function refusesCredentials(error: unknown): boolean {
  return error instanceof LoginError && (error.status === LoginStatus.authenticationFailure || error.key === "AuthMethod");
}

async function discoverAs(
  configuration: DiscoveryConfiguration,
  parts: DiscoveryParts,
  signal: AbortSignal | undefined,
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
  parts: DiscoveryParts,
  signal: AbortSignal | undefined,
): Promise<DiscoveryResult> {
  return new Promise((resolve, reject) => {
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
      singleStage: isSingleStage(datamover.transport, configuration.credentials),
      random: parts.random,
    });
    const answered = (result: DiscoveryResult): void => {
      signal?.removeEventListener("abort", giveUp);
      resolve(result);
    };
    const connection = new InitiatorConnection(datamover, login, new DiscoverySession(answered), configuration.timeouts);
    const giveUp = (): void => {
      reject(signal?.reason as Error);
      connection.logout();
    };
    signal?.addEventListener("abort", giveUp, { once: true });
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

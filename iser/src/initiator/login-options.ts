import type { Random } from "kit/clock";
import {
  type ChapAlgorithm,
  defaultLoginPreferences,
  type InitiatorCredentials,
  LoginInitiator,
  type LoginPreferences,
  type TransportKind,
} from "#iscsi";
import type { Credentials, SessionConfiguration } from "./session-configuration.ts";

/** What a configuration means for one login. `algorithms` narrows CHAP when a target choked on the full list. */
export function loginFor(
  configuration: SessionConfiguration,
  isid: Uint8Array,
  transport: TransportKind,
  algorithms: readonly ChapAlgorithm[] | undefined,
  random: Random,
): LoginInitiator {
  return new LoginInitiator({
    initiatorName: configuration.initiatorName,
    initiatorAlias: configuration.initiatorAlias,
    targetName: configuration.targetName,
    sessionType: "normal",
    isid,
    tsih: 0,
    connectionId: 0,
    transport,
    preferences: preferencesFor(configuration),
    credentials: credentialsFor(configuration.credentials, algorithms),
    singleStage: isSingleStage(transport, configuration.credentials),
    random,
  });
}

/**
 * Over iSER a login without secrets is one request, as ib_iser's and libiscsi's are: a portal group of Linux LIO takes no login any more, over whatever transport,
 * once an iSER connection is lost between two login requests.
 */
export function isSingleStage(transport: TransportKind, credentials: Credentials | undefined): boolean {
  return transport === "iser" && credentials === undefined;
}

export function credentialsFor(
  credentials: Credentials | undefined,
  algorithms: readonly ChapAlgorithm[] | undefined,
): InitiatorCredentials | undefined {
  if (credentials === undefined) return undefined;
  const { user, secret, mutual } = credentials;
  return {
    user,
    secret: secret.reveal(),
    mutual: mutual === undefined ? undefined : { user: mutual.user, secret: mutual.secret.reveal() },
    algorithms,
  };
}

function preferencesFor(configuration: SessionConfiguration): LoginPreferences {
  return {
    ...defaultLoginPreferences,
    headerDigest: [configuration.headerDigest === true ? "CRC32C" : "None"],
    dataDigest: [configuration.dataDigest === true ? "CRC32C" : "None"],
  };
}

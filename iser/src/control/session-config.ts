import { Secret } from "kit/log";
import type { AuthMethod, Digest, Protocol, SessionConfig, TargetCache } from "#config";
import { boolean, count, oneOf, optional, record, type Shape, text } from "./shape.ts";

export const digest: Shape<Digest> = oneOf("None", "CRC32C");
export const protocol: Shape<Protocol> = oneOf("iSCSI", "iSER");

const targetCache: Shape<TargetCache> = oneOf("volatile", "protected");
const authMethod: Shape<AuthMethod> = oneOf("None", "CHAP");
const secret: Shape<Secret<string>> = (value, where) => new Secret(text(value, where));

/** What a client sent as a session, checked for shape; whether it makes sense is for the daemon to say. */
export const sessionConfig: Shape<SessionConfig> = record<SessionConfig>(
  {
    sessionType: oneOf("Normal", "Discovery"),
    targetAddress: text,
    targetName: optional(text),
    initiatorName: optional(text),
    initiatorAddress: optional(text),
    initiatorAlias: optional(text),
    authMethod,
    user: optional(text),
    secret: optional(secret),
    mutualUser: optional(text),
    mutualSecret: optional(secret),
    headerDigest: digest,
    dataDigest: digest,
    protocol,
    offload: optional(text),
    dscp: optional(count),
    pcp: optional(count),
    pingTimeoutS: optional(count),
    loginTimeoutS: optional(count),
    targetCache: optional(targetCache),
    iserCrc: boolean,
    iserFpduBytes: optional(count),
    enable: boolean,
  },
  { exact: true },
);

/** What can be changed of a session that is there; what is undefined stays as it is. */
export interface SessionChanges {
  readonly targetAddress: string | undefined;
  readonly targetName: string | undefined;
  readonly user: string | undefined;
  readonly secret: Secret<string> | undefined;
  readonly enable: boolean | undefined;
}

export const sessionChanges: Shape<SessionChanges> = record<SessionChanges>(
  {
    targetAddress: optional(text),
    targetName: optional(text),
    user: optional(text),
    secret: optional(secret),
    enable: optional(boolean),
  },
  { exact: true },
);

/** The session as JSON carries it. With `sessionChangesToJson` the one place where its secrets are written out: to a socket that only its owner can open. */
export function sessionConfigToJson(config: SessionConfig): object {
  return { ...config, secret: config.secret?.reveal(), mutualSecret: config.mutualSecret?.reveal() };
}

export function sessionChangesToJson(changes: SessionChanges): object {
  return { ...changes, secret: changes.secret?.reveal() };
}

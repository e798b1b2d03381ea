import { Secret } from "kit/log";
import { boolean, oneOf, optional, record, type Shape, text } from "./shape.ts";

/** A session as it was asked for: the fields of iscsi.conf(5) that iscsid acts on. */
export interface SessionConfig {
  readonly sessionType: "Normal" | "Discovery";
  /** Host, `host:port` or `[v6]:port`, as the user wrote it. */
  readonly targetAddress: string;
  /** The target's name; absent exactly for a discovery session. */
  readonly targetName: string | undefined;
  /** Absent: the daemon's own. */
  readonly initiatorName: string | undefined;
  readonly user: string | undefined;
  readonly secret: Secret<string> | undefined;
  readonly headerDigest: Digest;
  readonly dataDigest: Digest;
  readonly protocol: Protocol;
  /** A session that is not enabled is kept and listed, but not connected. */
  readonly enable: boolean;
}

export type Digest = "None" | "CRC32C";

/** What carries the session: TCP alone, or RDMA. */
export type Protocol = "iSCSI" | "iSER";

export const protocol: Shape<Protocol> = oneOf("iSCSI", "iSER");

const secret: Shape<Secret<string>> = (value, where) => new Secret(text(value, where));
const digest = oneOf("None", "CRC32C");

/** What a client sent as a session, checked for shape; whether it makes sense is for the daemon to say. */
export const sessionConfig: Shape<SessionConfig> = record<SessionConfig>(
  {
    sessionType: oneOf("Normal", "Discovery"),
    targetAddress: text,
    targetName: optional(text),
    initiatorName: optional(text),
    user: optional(text),
    secret: optional(secret),
    headerDigest: digest,
    dataDigest: digest,
    protocol,
    enable: boolean,
  },
  { exact: true },
);

/** The session as JSON carries it. The one place where its secret is written out: to a socket that only its owner can open. */
export function sessionConfigToJson(config: SessionConfig): object {
  return { ...config, secret: config.secret?.reveal() };
}

import type { Secret } from "kit/log";

/** Whether a digest protects headers or data, and which. Over iSER neither is ever used: iWARP has its own checksum. */
export type Digest = "None" | "CRC32C";

/** What carries a session: TCP alone, or RDMA. */
export type Protocol = "iSCSI" | "iSER";

export type AuthMethod = "None" | "CHAP";

/** What becomes of a write cache at the target when the target says that it was reset: it may be lost, or it is kept whatever happens. */
export type TargetCache = "volatile" | "protected";

/** A session as it is asked for: what iscsi.conf(5) can say of one, by the names of its keys. */
export interface SessionConfig {
  readonly sessionType: "Normal" | "Discovery";
  /** Host, `host:port` or `[v6]:port`, as the user wrote it. */
  readonly targetAddress: string;
  /** The target's name; absent exactly for a discovery session. */
  readonly targetName: string | undefined;
  /** Absent: the daemon's own. */
  readonly initiatorName: string | undefined;
  /** The address of ours that connections leave from. Absent: the system's choice. */
  readonly initiatorAddress: string | undefined;
  readonly initiatorAlias: string | undefined;
  /** What is to prove who we are. `CHAP` needs `user` and `secret`; with `None` they are not used. */
  readonly authMethod: AuthMethod;
  readonly user: string | undefined;
  readonly secret: Secret<string> | undefined;
  /** Mutual CHAP: what the target must prove to know. Both or neither, and only beside `user` and `secret`. */
  readonly mutualUser: string | undefined;
  readonly mutualSecret: Secret<string> | undefined;
  readonly headerDigest: Digest;
  readonly dataDigest: Digest;
  readonly protocol: Protocol;
  /** The ICL module that was asked for, by name. There is none here but the software one. */
  readonly offload: string | undefined;
  /** Differentiated services code point of the packets, 0 to 63 (RFC 2474). */
  readonly dscp: number | undefined;
  /** Priority in the VLAN tag, 0 to 7 (IEEE 802.1Q). */
  readonly pcp: number | undefined;
  /** Seconds, at least 1. Absent: the daemon's `kern.iscsi.ping_timeout`. */
  readonly pingTimeoutS: number | undefined;
  /** Seconds, at least 1. Absent: the daemon's `kern.iscsi.login_timeout`. */
  readonly loginTimeoutS: number | undefined;
  /** Absent: volatile. */
  readonly targetCache: TargetCache | undefined;
  /** Over iSER: whether FPDUs carry a CRC32C when the target agrees, as `?crc=` of an iser:// URL says. */
  readonly iserCrc: boolean;
  /** Over iSER: the longest FPDU to send in bytes, as `?fpdu=` of an iser:// URL says. Absent: as long as they can be. */
  readonly iserFpduBytes: number | undefined;
  /** A session that is not enabled is kept and listed, but not connected. */
  readonly enable: boolean;
}

/** What holds of a session of which nothing but its target was said. */
export const defaultSessionConfig: Omit<SessionConfig, "targetAddress"> = {
  sessionType: "Normal",
  targetName: undefined,
  initiatorName: undefined,
  initiatorAddress: undefined,
  initiatorAlias: undefined,
  authMethod: "None",
  user: undefined,
  secret: undefined,
  mutualUser: undefined,
  mutualSecret: undefined,
  headerDigest: "None",
  dataDigest: "None",
  protocol: "iSCSI",
  offload: undefined,
  dscp: undefined,
  pcp: undefined,
  pingTimeoutS: undefined,
  loginTimeoutS: undefined,
  targetCache: undefined,
  iserCrc: true,
  iserFpduBytes: undefined,
  enable: true,
};

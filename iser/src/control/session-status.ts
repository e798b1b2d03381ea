import type { Digest, Protocol } from "#config";
import { digest, protocol } from "./session-config.ts";
import { boolean, count, listOf, oneOf, optional, record, type Shape, text } from "./shape.ts";

/** What a target says of the port that a path leads to (ALUA asymmetric access states, SPC-4 5.15.2). */
export const accessStates = [
  "active/optimized",
  "active/non-optimized",
  "standby",
  "unavailable",
  "logical block dependent",
  "offline",
  "transitioning",
] as const;
export type AccessState = (typeof accessStates)[number];

/** One way to a logical unit that several sessions reach. */
export interface PathStatus {
  readonly sessionId: number;
  /** The target's portal at the other end. */
  readonly portal: string;
  /** `active`: requests go there; `enabled`: they could; `failed`: they cannot. */
  readonly state: "active" | "enabled" | "failed";
  /** Absent when the target says nothing of it. */
  readonly access: AccessState | undefined;
}

/** A logical unit that a session made available on this machine. */
export interface DeviceStatus {
  readonly lun: number;
  /** Its name here: `da0`. */
  readonly device: string;
  /** Where it can be opened: `nbd+unix:///da0?socket=…`. */
  readonly uri: string;
  /** Capacity in bytes. */
  readonly size: number;
  readonly blockSize: number;
  /** The ways to it, when they are kept track of. */
  readonly paths?: readonly PathStatus[] | undefined;
}

/** What was agreed with the target at login. Lengths in bytes. */
export interface NegotiatedStatus {
  readonly headerDigest: Digest;
  readonly dataDigest: Digest;
  readonly maxRecvDataSegmentLength: number;
  readonly maxSendDataSegmentLength: number;
  readonly maxBurstLength: number;
  readonly firstBurstLength: number;
  readonly immediateData: boolean;
}

/** A session as `iscsictl -L` shows it. Carries no secrets unless they were asked for, only whether there are any. */
export interface SessionStatus {
  readonly sessionId: number;
  readonly sessionType: "Normal" | "Discovery";
  readonly initiatorName: string;
  /** The address of our end, while connected. */
  readonly initiatorPortal: string | undefined;
  readonly initiatorAlias: string | undefined;
  readonly targetName: string | undefined;
  /** As configured. */
  readonly targetAddress: string;
  /** Where it is instead, since the target sent us there. */
  readonly movedTo?: string | undefined;
  readonly targetAlias: string | undefined;
  readonly user: string | undefined;
  readonly hasSecret: boolean;
  /** Only when asked for, and then in clear. */
  readonly secret?: string | undefined;
  readonly mutualUser: string | undefined;
  readonly hasMutualSecret: boolean;
  readonly mutualSecret?: string | undefined;
  readonly protocol: Protocol;
  readonly offload: string | undefined;
  readonly dscp: number | undefined;
  readonly pcp: number | undefined;
  readonly pingTimeoutS: number | undefined;
  readonly loginTimeoutS: number | undefined;
  readonly enable: boolean;
  readonly connected: boolean;
  /** Why it is not connected, or not yet. */
  readonly failureReason: string | undefined;
  /** Absent until the first login; afterwards what the latest one agreed on. */
  readonly negotiated: NegotiatedStatus | undefined;
  readonly devices: readonly DeviceStatus[];
}

const open = { exact: false };

export const sessionStatus: Shape<SessionStatus> = record<SessionStatus>(
  {
    sessionId: count,
    sessionType: oneOf("Normal", "Discovery"),
    initiatorName: text,
    initiatorPortal: optional(text),
    initiatorAlias: optional(text),
    targetName: optional(text),
    targetAddress: text,
    movedTo: optional(text),
    targetAlias: optional(text),
    user: optional(text),
    hasSecret: boolean,
    secret: optional(text),
    mutualUser: optional(text),
    hasMutualSecret: boolean,
    mutualSecret: optional(text),
    protocol,
    offload: optional(text),
    dscp: optional(count),
    pcp: optional(count),
    pingTimeoutS: optional(count),
    loginTimeoutS: optional(count),
    enable: boolean,
    connected: boolean,
    failureReason: optional(text),
    negotiated: optional(
      record<NegotiatedStatus>(
        {
          headerDigest: digest,
          dataDigest: digest,
          maxRecvDataSegmentLength: count,
          maxSendDataSegmentLength: count,
          maxBurstLength: count,
          firstBurstLength: count,
          immediateData: boolean,
        },
        open,
      ),
    ),
    devices: listOf(
      record<DeviceStatus>(
        {
          lun: count,
          device: text,
          uri: text,
          size: count,
          blockSize: count,
          paths: optional(
            listOf(
              record<PathStatus>(
                { sessionId: count, portal: text, state: oneOf("active", "enabled", "failed"), access: optional(oneOf(...accessStates)) },
                open,
              ),
            ),
          ),
        },
        open,
      ),
    ),
  },
  open,
);

import { type Digest, type Protocol, protocol } from "./session-config.ts";
import { boolean, count, listOf, oneOf, optional, record, type Shape, text } from "./shape.ts";

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

/** A session as `iscsictl -L` shows it. Carries no secrets, only whether there are any. */
export interface SessionStatus {
  readonly sessionId: number;
  readonly sessionType: "Normal" | "Discovery";
  readonly initiatorName: string;
  /** The address of our end, while connected. */
  readonly initiatorPortal: string | undefined;
  readonly initiatorAlias: string | undefined;
  readonly targetName: string | undefined;
  readonly targetAddress: string;
  readonly targetAlias: string | undefined;
  readonly user: string | undefined;
  readonly hasSecret: boolean;
  readonly protocol: Protocol;
  readonly enable: boolean;
  readonly connected: boolean;
  /** Why it is not connected, or not yet. */
  readonly failureReason: string | undefined;
  /** Absent until the first login; afterwards what the latest one agreed on. */
  readonly negotiated: NegotiatedStatus | undefined;
  readonly devices: readonly DeviceStatus[];
}

const open = { exact: false };
const digest: Shape<Digest> = oneOf("None", "CRC32C");

export const sessionStatus: Shape<SessionStatus> = record<SessionStatus>(
  {
    sessionId: count,
    sessionType: oneOf("Normal", "Discovery"),
    initiatorName: text,
    initiatorPortal: optional(text),
    initiatorAlias: optional(text),
    targetName: optional(text),
    targetAddress: text,
    targetAlias: optional(text),
    user: optional(text),
    hasSecret: boolean,
    protocol,
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
    devices: listOf(record<DeviceStatus>({ lun: count, device: text, uri: text, size: count, blockSize: count }, open)),
  },
  open,
);

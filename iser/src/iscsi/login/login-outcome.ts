import type { TransferParameters } from "../datamover.ts";

export type SessionType = "normal" | "discovery";

/** One Login Request or Response. The data segment is without padding. */
export interface LoginPdu {
  /** Complete but for the sequence numbers (CmdSN and ExpStatSN; or StatSN, ExpCmdSN and MaxCmdSN), which the connection stamps, and DataSegmentLength. */
  readonly bhs: Uint8Array;
  readonly data: Uint8Array;
}

/** Everything that both ends agreed on, the same at both. */
export interface NegotiatedParameters {
  readonly headerDigest: boolean;
  readonly dataDigest: boolean;
  readonly maxConnections: number;
  readonly initialR2T: boolean;
  readonly immediateData: boolean;
  readonly maxBurstLength: number;
  /** Never more than `maxBurstLength`. */
  readonly firstBurstLength: number;
  readonly maxOutstandingR2T: number;
  readonly dataPduInOrder: boolean;
  readonly dataSequenceInOrder: boolean;
  readonly errorRecoveryLevel: number;
  /** Seconds. */
  readonly defaultTime2Wait: number;
  /** Seconds. */
  readonly defaultTime2Retain: number;
  /** The longest data segment the initiator takes, by whichever key said it on this transport. */
  readonly initiatorRecvDataSegmentLength: number;
  /** The longest data segment the target takes. */
  readonly targetRecvDataSegmentLength: number;
}

/** What a login that succeeded means for the initiator. */
export interface LoginOutcome {
  /** For `Datamover.enable`. */
  readonly parameters: TransferParameters;
  readonly negotiated: NegotiatedParameters;
  readonly tsih: number;
  readonly targetAlias: string | undefined;
  /** As the target told it in its first response; undefined when it did not. */
  readonly portalGroupTag: number | undefined;
  /** Numbers of the last Login Response. */
  readonly statSn: number;
  readonly expCmdSn: number;
  readonly maxCmdSn: number;
}

/** Who logged in, as the target knows it. An I_T nexus is initiatorName, isid, target and portal group. */
export interface LoginIdentity {
  readonly sessionType: SessionType;
  readonly initiatorName: string;
  readonly initiatorAlias: string | undefined;
  /** Undefined in a discovery session that named none. */
  readonly targetName: string | undefined;
  /** 6 bytes. */
  readonly isid: Uint8Array;
  /** As in the requests: 0 for a new session or to reinstate one with the same names and ISID. */
  readonly requestedTsih: number;
  readonly connectionId: number;
  /** The CHAP user, when the initiator had to prove itself. */
  readonly user: string | undefined;
}

/** What a login that succeeded means for the target. */
export interface LoginTargetOutcome {
  /** For `Datamover.enable`, seen from the target. */
  readonly parameters: TransferParameters;
  readonly negotiated: NegotiatedParameters;
  readonly identity: LoginIdentity;
  readonly tsih: number;
  readonly portalGroupTag: number | undefined;
}

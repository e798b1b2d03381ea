/**
 * What one end wants of a session, before the other end has a say. The same shape serves both ends; which of it is offered, and over which
 * transport, is decided by the key table (`keys.ts`). Lengths in bytes, times in seconds.
 */
export interface LoginPreferences {
  /** In order of preference; only what is listed is accepted. */
  readonly headerDigest: readonly DigestName[];
  readonly dataDigest: readonly DigestName[];
  /** The longest data segment this end takes: MaxRecvDataSegmentLength on TCP, its own …RecvDataSegmentLength on iSER. 512…2^24-1. */
  readonly maxRecvDataSegmentLength: number;
  /** iSER only: the longest control-type data segment this end wants to send; the other end's …RecvDataSegmentLength. */
  readonly maxSendDataSegmentLength: number;
  /** 512…2^24-1. */
  readonly maxBurstLength: number;
  /** 512…maxBurstLength. */
  readonly firstBurstLength: number;
  /** True refuses unsolicited Data-Out. */
  readonly initialR2T: boolean;
  readonly immediateData: boolean;
  /** 1…65535. */
  readonly maxOutstandingR2T: number;
  /** 0…3600. The larger of both ends' wishes wins. */
  readonly defaultTime2Wait: number;
  /** 0…3600. The smaller wins. */
  readonly defaultTime2Retain: number;
}

export type DigestName = "None" | "CRC32C";

/**
 * 256 KiB segments and bursts: larger ones gained nothing when measured, 64 KiB cost a third more processor time. A first burst as long as a burst lets
 * a write of that size travel with its command where the target takes such segments, and saves it the round trip of an R2T; targets cut it to what they like.
 * Unsolicited Data-Out is refused because what it would save beyond immediate data is little, and LIO wants it page-aligned on iSER.
 */
export const defaultLoginPreferences: LoginPreferences = {
  headerDigest: ["None"],
  dataDigest: ["None"],
  maxRecvDataSegmentLength: 262144,
  maxSendDataSegmentLength: 262144,
  maxBurstLength: 262144,
  firstBurstLength: 262144,
  initialR2T: true,
  immediateData: true,
  maxOutstandingR2T: 1,
  defaultTime2Wait: 2,
  defaultTime2Retain: 0,
};

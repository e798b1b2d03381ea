import { nearestName } from "kit/names";
import { codePoint, iscsiName, oneOf, onOff, portal, secret, text, type ValueKind, wholeNumber } from "./value-kind.ts";

/** What a timer of the platform can count: 24 days. */
const longestTimeoutS = 2_147_483;

/** The keys of iscsi.conf(5) that mean something, and the values they take. */
export const keys = {
  TargetName: iscsiName,
  TargetAddress: portal,
  InitiatorName: iscsiName,
  InitiatorAddress: text("an address of this machine", 46),
  InitiatorAlias: text("a name", 255),
  AuthMethod: oneOf("None", "CHAP"),
  chapIName: text("a user name", 255),
  chapSecret: secret,
  tgtChapName: text("a user name", 255),
  tgtChapSecret: secret,
  HeaderDigest: oneOf("None", "CRC32C"),
  DataDigest: oneOf("None", "CRC32C"),
  SessionType: oneOf("Normal", "Discovery"),
  Protocol: oneOf("iSCSI", "iSER"),
  Enable: onOff,
  Offload: text("the name of a module", 7),
  dscp: codePoint,
  pcp: wholeNumber(0, 7, "a number"),
  PingTimeout: wholeNumber(1, longestTimeoutS, "seconds"),
  LoginTimeout: wholeNumber(1, longestTimeoutS, "seconds"),
  TargetCache: oneOf("volatile", "protected"),
  iserCRC: onOff,
  iserFPDU: wholeNumber(1400, 65536, "bytes"),
} as const satisfies Record<string, ValueKind<unknown>>;

export type KeyName = keyof typeof keys;

/** What the value of a key is once it is read. */
export type ValueOf<K extends KeyName> = (typeof keys)[K] extends ValueKind<infer T> ? T : never;

/** Keys of older files. They are read over: what they meant is settled at login, or is said in another way now. */
export const obsoleteKeys = [
  "port",
  "MaxConnections",
  "TargetAlias",
  "TargetPortalGroupTag",
  "InitialR2T",
  "ImmediateData",
  "MaxRecvDataSegmentLength",
  "MaxBurstLength",
  "FirstBurstLength",
  "DefaultTime2Wait",
  "DefaultTime2Retain",
  "MaxOutstandingR2T",
  "DataPDUInOrder",
  "DataSequenceInOrder",
  "ErrorRecoveryLevel",
  "tags",
  "maxluns",
  "sockbufsize",
  "chapDigest",
] as const;

const byLowerCase = new Map([...Object.keys(keys), ...obsoleteKeys].map((name) => [name.toLowerCase(), name]));

/** The key as it is meant to be written, whatever the case it was written in; undefined when there is none. */
export function canonicalKey(name: string): string | undefined {
  return byLowerCase.get(name.toLowerCase());
}

export function isObsolete(canonical: string): boolean {
  return obsoleteKeys.some((key) => key === canonical);
}

/** The key that was probably meant, if one is near enough. */
export function similarKey(name: string): string | undefined {
  return nearestName(name, Object.keys(keys));
}

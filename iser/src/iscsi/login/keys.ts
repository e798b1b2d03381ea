import type { TransportKind } from "../datamover.ts";
import type { KeyRule, KeyValue, KeyWish } from "./key-rule.ts";
import type { LoginPreferences } from "./login-preferences.ts";

/** The end that speaks. */
export type LoginEnd = "initiator" | "target";

/** One key of RFC 7143, 13 or RFC 7145, 6: everything either end has to know about it. */
export interface LoginKey {
  readonly name: string;
  /** "security": in the security stage only; "login": in any stage of the login; "full-feature": never in a login. */
  readonly phase: "security" | "login" | "full-feature";
  readonly sender: LoginEnd | "both";
  readonly rule: KeyRule;
  /** The value when nobody brings the key up. */
  readonly default?: KeyValue;
  /** Means nothing in a discovery session. */
  readonly normalOnly?: true;
  /** The transport on which the key means nothing; there it is answered "Irrelevant". */
  readonly irrelevantOn?: TransportKind;
  /** The transports on which an initiator brings the key up. */
  readonly offeredOn?: TransportKind | "both";
  /** The target brings the key up when the default would not do, and waits for an answer. */
  readonly insisted?: true;
  /** What an end with these preferences wants. Absent: the default. */
  readonly wish?: (preferences: LoginPreferences, transport: TransportKind, end: LoginEnd) => KeyWish;
}

const segment = { least: 512, most: 2 ** 24 - 1 } as const;
const seconds = { least: 0, most: 3600 } as const;
const text = { kind: "declared-text" } as const;
const digests = { kind: "list", known: ["None", "CRC32C"] } as const;
/** Declared by RFC 7145 as "0, or 2 and more". No peer sends these; the numbers are kept for whoever asks. */
const count = { kind: "declared-number", least: 0, most: 2 ** 32 - 1 } as const;

/** Over iSER these segments hold text, sense and immediate data only, and each receive posted ahead has room for one: LIO promises more than its receives hold. */
const iserSegment = (wanted: number): number => Math.min(wanted, 8192);

/**
 * The key table. Where the RFC and deployed peers disagree, the peers win and the reason is beside the key. Discovery sessions use the TCP column on either
 * transport: RDMAExtensions means nothing there, and open-iscsi's discovery over iSER sends no RDMA key.
 */
const table: readonly LoginKey[] = [
  // ------------------------------------------------------------------------------------------------ who speaks (declared, any stage)
  { name: "InitiatorName", phase: "login", sender: "initiator", rule: text },
  { name: "InitiatorAlias", phase: "login", sender: "initiator", rule: text },
  { name: "TargetName", phase: "login", sender: "initiator", rule: text },
  { name: "SessionType", phase: "login", sender: "initiator", rule: text, default: "Normal" },
  { name: "TargetAlias", phase: "login", sender: "target", rule: text },
  { name: "TargetAddress", phase: "login", sender: "target", rule: text },
  { name: "TargetPortalGroupTag", phase: "login", sender: "target", rule: { kind: "declared-number", least: 0, most: 0xffff } },
  { name: "SendTargets", phase: "full-feature", sender: "initiator", rule: text },

  // ------------------------------------------------------------------------------------------------ security (RFC 7143, 12)
  { name: "AuthMethod", phase: "security", sender: "both", rule: { kind: "list", known: ["None", "CHAP"] } },
  { name: "CHAP_A", phase: "security", sender: "both", rule: { kind: "list", known: ["5", "6", "7", "8"] } },
  { name: "CHAP_I", phase: "security", sender: "both", rule: { kind: "declared-number", least: 0, most: 255 } },
  { name: "CHAP_C", phase: "security", sender: "both", rule: text },
  { name: "CHAP_N", phase: "security", sender: "both", rule: text },
  { name: "CHAP_R", phase: "security", sender: "both", rule: text },

  // ------------------------------------------------------------------------------------------------ operational (RFC 7143, 13)
  {
    name: "HeaderDigest",
    phase: "login",
    sender: "both",
    rule: digests,
    default: "None",
    offeredOn: "tcp",
    insisted: true,
    // iSER carries no digests: whatever is offered there, None is all that is accepted (RFC 7145, 6.1).
    wish: (preferences, transport) => (transport === "iser" ? ["None"] : preferences.headerDigest),
  },
  {
    name: "DataDigest",
    phase: "login",
    sender: "both",
    rule: digests,
    default: "None",
    offeredOn: "tcp",
    insisted: true,
    wish: (preferences, transport) => (transport === "iser" ? ["None"] : preferences.dataDigest),
  },
  {
    name: "MaxConnections",
    phase: "login",
    sender: "both",
    rule: { kind: "smaller", least: 1, most: 65535 },
    default: 1,
    normalOnly: true,
    offeredOn: "both",
  },
  {
    name: "InitialR2T",
    phase: "login",
    sender: "both",
    rule: { kind: "or" },
    default: true,
    normalOnly: true,
    offeredOn: "both",
    insisted: true,
    // Unsolicited Data-Out over iSER is a message for every few KiB; RDMA Read needs none, and LIO wants the others page-aligned.
    wish: (preferences, transport) => transport === "iser" || preferences.initialR2T,
  },
  {
    name: "ImmediateData",
    phase: "login",
    sender: "both",
    rule: { kind: "and" },
    default: true,
    normalOnly: true,
    offeredOn: "both",
    insisted: true,
    wish: (preferences) => preferences.immediateData,
  },
  {
    name: "MaxRecvDataSegmentLength",
    phase: "login",
    sender: "both",
    // libiscsi declares it on iSER too; there the two keys of RFC 7145 replace it, and what it says is not used.
    rule: { kind: "declared-number", ...segment },
    default: 8192,
    offeredOn: "tcp",
    wish: (preferences) => preferences.maxRecvDataSegmentLength,
  },
  {
    name: "MaxBurstLength",
    phase: "login",
    sender: "both",
    rule: { kind: "smaller", ...segment },
    default: 262144,
    normalOnly: true,
    offeredOn: "both",
    insisted: true,
    wish: (preferences) => preferences.maxBurstLength,
  },
  {
    name: "FirstBurstLength",
    phase: "login",
    sender: "both",
    rule: { kind: "smaller", ...segment },
    default: 65536,
    normalOnly: true,
    offeredOn: "both",
    insisted: true,
    wish: (preferences) => preferences.firstBurstLength,
  },
  {
    name: "MaxOutstandingR2T",
    phase: "login",
    sender: "both",
    rule: { kind: "smaller", least: 1, most: 65535 },
    default: 1,
    normalOnly: true,
    offeredOn: "both",
    wish: (preferences) => preferences.maxOutstandingR2T,
  },
  {
    name: "DefaultTime2Wait",
    phase: "login",
    sender: "both",
    rule: { kind: "larger", ...seconds },
    default: 2,
    offeredOn: "both",
    wish: (preferences) => preferences.defaultTime2Wait,
  },
  {
    name: "DefaultTime2Retain",
    phase: "login",
    sender: "both",
    rule: { kind: "smaller", ...seconds },
    default: 20,
    offeredOn: "both",
    wish: (preferences) => preferences.defaultTime2Retain,
  },
  { name: "DataPDUInOrder", phase: "login", sender: "both", rule: { kind: "or" }, default: true, normalOnly: true, offeredOn: "both" },
  { name: "DataSequenceInOrder", phase: "login", sender: "both", rule: { kind: "or" }, default: true, normalOnly: true, offeredOn: "both" },
  {
    name: "ErrorRecoveryLevel",
    phase: "login",
    sender: "both",
    rule: { kind: "smaller", least: 0, most: 2 },
    default: 0,
    offeredOn: "both",
  },
  {
    name: "TaskReporting",
    phase: "login",
    sender: "both",
    rule: { kind: "list", known: ["RFC3720", "ResponseFence", "FastAbort"] },
    default: "RFC3720",
    normalOnly: true,
  },
  {
    name: "iSCSIProtocolLevel",
    phase: "login",
    sender: "both",
    rule: { kind: "smaller", least: 0, most: 31 },
    default: 1,
    normalOnly: true,
  },

  // ------------------------------------------------------------------------------------------------ obsolete, still sent (RFC 7143, 13.25)
  { name: "IFMarker", phase: "login", sender: "both", rule: { kind: "and" }, default: false },
  { name: "OFMarker", phase: "login", sender: "both", rule: { kind: "and" }, default: false },

  // ------------------------------------------------------------------------------------------------ iSER (RFC 7145, 6)
  {
    name: "RDMAExtensions",
    phase: "login",
    sender: "both",
    rule: { kind: "and" },
    default: false,
    normalOnly: true,
    offeredOn: "iser",
    wish: (_preferences, transport) => transport === "iser",
  },
  {
    name: "InitiatorRecvDataSegmentLength",
    phase: "login",
    sender: "both",
    rule: { kind: "smaller", ...segment },
    default: 8192,
    normalOnly: true,
    irrelevantOn: "tcp",
    offeredOn: "iser",
    wish: (preferences, _transport, end) =>
      iserSegment(end === "initiator" ? preferences.maxRecvDataSegmentLength : preferences.maxSendDataSegmentLength),
  },
  {
    name: "TargetRecvDataSegmentLength",
    phase: "login",
    sender: "both",
    rule: { kind: "smaller", ...segment },
    default: 8192,
    normalOnly: true,
    irrelevantOn: "tcp",
    offeredOn: "iser",
    wish: (preferences, _transport, end) =>
      iserSegment(end === "target" ? preferences.maxRecvDataSegmentLength : preferences.maxSendDataSegmentLength),
  },
  // LIO answers NotUnderstood to all four of these; nobody brings them up.
  { name: "MaxOutstandingUnexpectedPDUs", phase: "login", sender: "both", rule: count, default: 0, irrelevantOn: "tcp" },
  { name: "MaxAHSLength", phase: "login", sender: "both", rule: count, default: 256, irrelevantOn: "tcp" },
  {
    name: "TaggedBufferForSolicitedDataOnly",
    phase: "login",
    sender: "initiator",
    rule: { kind: "declared-boolean" },
    // The RFC's default is No; every peer behaves as if it were Yes, and data is shifted when one does not.
    default: true,
    irrelevantOn: "tcp",
  },
  {
    name: "iSERHelloRequired",
    phase: "login",
    sender: "initiator",
    rule: { kind: "declared-boolean" },
    default: false,
    irrelevantOn: "tcp",
  },
];

const byName: ReadonlyMap<string, LoginKey> = new Map(table.map((key) => [key.name, key]));

export const loginKeys: readonly LoginKey[] = table;

/** The key of this name; names are case-sensitive. */
export function loginKey(name: string): LoginKey | undefined {
  return byName.get(name);
}

/** Throws RangeError when preferences ask for what their key cannot carry: a mistake of whoever configured this end. */
export function checkPreferences(preferences: LoginPreferences): void {
  for (const { name, rule, wish } of table) {
    const wanted = wish?.(preferences, "tcp", "initiator");
    if (typeof wanted === "number" && "least" in rule && !(Number.isInteger(wanted) && wanted >= rule.least && wanted <= rule.most)) {
      throw new RangeError(`${name} cannot be ${wanted}; it ranges from ${rule.least} to ${rule.most}`);
    }
    if (rule.kind === "list" && typeof wanted === "object" && !wanted.some((value) => rule.known.includes(value))) {
      throw new RangeError(`${name} needs at least one of ${rule.known.join(", ")}`);
    }
  }
  if (preferences.firstBurstLength > preferences.maxBurstLength) {
    throw new RangeError(`FirstBurstLength ${preferences.firstBurstLength} is more than MaxBurstLength ${preferences.maxBurstLength}`);
  }
}

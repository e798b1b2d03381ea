import { type Diagnostic, Diagnostics, type Position } from "./diagnostic.ts";
import { canonicalKey, isObsolete, type KeyName, keys, similarKey, type ValueOf } from "./keys.ts";
import { type BlockNode, type EntryNode, type FileNode, parseFile } from "./parser.ts";
import { defaultSessionConfig, type SessionConfig } from "./session-config.ts";
import type { Reading } from "./value-kind.ts";

/** One block of an iscsi.conf. */
export interface ConfiguredSession {
  readonly nickname: string;
  readonly line: number;
  readonly session: SessionConfig;
}

/** What an iscsi.conf says. */
export interface IscsiConfiguration {
  /** In the order of the file; only what is without error. */
  readonly sessions: readonly ConfiguredSession[];
  readonly diagnostics: readonly Diagnostic[];
  /** There is an error in it: nothing of it should be used. */
  readonly isWrong: boolean;
}

/** Reads an iscsi.conf(5) and finds everything that is wrong with it in one go. Never throws. */
export function parseIscsiConfiguration(content: string): IscsiConfiguration {
  const found = new Diagnostics();
  const file = parseFile(content, found);
  const hasSyntaxErrors = found.sorted().length > 0;
  checkNicknames(file, found);
  const sessions = file.blocks.flatMap((block) => {
    const session = readBlock(block, found, hasSyntaxErrors);
    return session === undefined ? [] : [{ nickname: block.nickname.text, line: block.nickname.line, session }];
  });
  warnOfTwins(sessions, file, found);
  const diagnostics = found.sorted();
  return { sessions, diagnostics, isWrong: diagnostics.some(({ severity }) => severity === "error") };
}

/** The block with this nickname, in whatever case. */
export function findNickname(sessions: readonly ConfiguredSession[], nickname: string): ConfiguredSession | undefined {
  return sessions.find((one) => one.nickname.toLowerCase() === nickname.toLowerCase());
}

function checkNicknames({ blocks }: FileNode, found: Diagnostics): void {
  const seen = new Map<string, number>();
  for (const { nickname } of blocks) {
    if (nickname.text === "") found.error(nickname, "the nickname is empty");
    const before = seen.get(nickname.text.toLowerCase());
    if (before === undefined) seen.set(nickname.text.toLowerCase(), nickname.line);
    else
      found.error(
        nickname,
        `duplicate nickname "${nickname.text}", which is that of line ${before} too`,
        "give every target one of its own",
      );
  }
}

/** Two blocks for one session: the daemon will refuse the second. */
function warnOfTwins(sessions: readonly ConfiguredSession[], { blocks }: FileNode, found: Diagnostics): void {
  const seen = new Map<string, ConfiguredSession>();
  for (const one of sessions) {
    const identity = JSON.stringify([one.session.sessionType, one.session.targetName, one.session.targetAddress]);
    const before = seen.get(identity);
    const at = blocks.find(({ nickname }) => nickname.line === one.line && nickname.text === one.nickname)?.nickname;
    if (before === undefined) seen.set(identity, one);
    else if (at !== undefined) found.warn(at, `the same target at the same address as "${before.nickname}" in line ${before.line}`);
  }
}

interface Read<T> {
  readonly value: T;
  readonly at: Position;
}
type Values = { [K in KeyName]?: Read<ValueOf<K>> };

function readBlock(block: BlockNode, found: Diagnostics, isIncomplete: boolean): SessionConfig | undefined {
  const values: Values = {};
  const seen = new Map<string, number>();
  let isWrong = false;
  for (const entry of block.entries) {
    const name = checkKey(entry, seen, found);
    if (name === undefined) isWrong = true;
    else if (!isObsolete(name)) isWrong = !readEntry(name as KeyName, entry, values, found) || isWrong;
  }
  if (isIncomplete || isWrong) return undefined;
  return checkTogether(values, block, found) ? sessionOf(values) : undefined;
}

/** The key's canonical name, unless it is unknown or there already. */
function checkKey({ key }: EntryNode, seen: Map<string, number>, found: Diagnostics): string | undefined {
  if (key.isBroken) return undefined;
  const name = canonicalKey(key.text);
  if (name === undefined) {
    const similar = similarKey(key.text);
    found.error(key, `unknown key "${key.text}"`, similar === undefined ? "iscsi.conf(5) lists the keys" : `did you mean ${similar}?`);
    return undefined;
  }
  const before = seen.get(name);
  if (before !== undefined) {
    found.error(key, `duplicate ${name}, which line ${before} has already`, "keep one of them");
    return undefined;
  }
  seen.set(name, key.line);
  if (isObsolete(name)) found.warn(key, `${name} is obsolete and without effect`, "take it out");
  return name;
}

function readEntry(name: KeyName, { value: token }: EntryNode, values: Values, found: Diagnostics): boolean {
  if (token.isBroken) return false;
  const kind = keys[name];
  const reading: Reading<unknown> = kind.read(token.text);
  if ("problem" in reading) {
    found.error(token, `${name}: ${reading.problem}`, `it takes ${kind.permitted}`);
    return false;
  }
  if (reading.warning !== undefined) found.warn(token, `${name}: ${reading.warning}`);
  const read: Read<unknown> = { value: reading.value, at: token };
  Object.assign(values, { [name]: read });
  return true;
}

// ------------------------------------------------------------------------------------------------------------- what goes together

/** Says everything that is missing or too much; returns whether the block can be used. */
function checkTogether(values: Values, { nickname }: BlockNode, found: Diagnostics): boolean {
  let isRight = true;
  const wrong = (at: Position, message: string, nextStep: string): void => {
    isRight = false;
    found.error(at, message, nextStep);
  };
  const isDiscovery = values.SessionType?.value === "Discovery";
  if (values.TargetAddress === undefined) wrong(nickname, `"${nickname.text}" has no TargetAddress`, "say where its target is");
  if (isDiscovery && values.TargetName !== undefined) {
    wrong(values.TargetName.at, "a discovery session has no TargetName", "take it out, or make it SessionType = Normal");
  }
  if (!isDiscovery && values.TargetName === undefined) {
    wrong(nickname, `"${nickname.text}" has no TargetName`, "say which target it is, or make it SessionType = Discovery");
  }
  checkCredentials(values, nickname, wrong);
  warnOfUnused(values, found);
  return isRight;
}

function checkCredentials(values: Values, nickname: Position, wrong: (at: Position, message: string, nextStep: string) => void): void {
  const { chapIName, chapSecret, tgtChapName, tgtChapSecret, AuthMethod } = values;
  if (chapIName !== undefined && chapSecret === undefined) wrong(chapIName.at, "chapIName needs a chapSecret", "add it");
  if (chapSecret !== undefined && chapIName === undefined) wrong(chapSecret.at, "chapSecret needs a chapIName", "add it");
  if (tgtChapName !== undefined && tgtChapSecret === undefined) wrong(tgtChapName.at, "tgtChapName needs a tgtChapSecret", "add it");
  if (tgtChapSecret !== undefined && tgtChapName === undefined) wrong(tgtChapSecret.at, "tgtChapSecret needs a tgtChapName", "add it");
  if (chapIName !== undefined || chapSecret !== undefined) return;
  const mutual = tgtChapName ?? tgtChapSecret;
  if (mutual !== undefined) wrong(mutual.at, "mutual CHAP needs chapIName and chapSecret too", "add them");
  else if (AuthMethod?.value === "CHAP") wrong(AuthMethod.at ?? nickname, "AuthMethod CHAP needs chapIName and chapSecret", "add them");
}

function warnOfUnused(values: Values, found: Diagnostics): void {
  const { AuthMethod, chapIName, chapSecret, tgtChapSecret, HeaderDigest, DataDigest, Protocol, iserCRC, iserFPDU } = values;
  if (AuthMethod?.value === "None" && chapIName !== undefined) {
    found.warn(AuthMethod.at, "with AuthMethod None the credentials are not used", "make it CHAP, or take it out");
  }
  if (chapSecret !== undefined && tgtChapSecret !== undefined && chapSecret.value.reveal() === tgtChapSecret.value.reveal()) {
    found.warn(tgtChapSecret.at, "the secrets of both directions are the same, which RFC 7143 (9.2.1) forbids", "choose another one");
  }
  const isIser = Protocol?.value === "iSER";
  for (const digest of [HeaderDigest, DataDigest]) {
    if (isIser && digest?.value === "CRC32C")
      found.warn(digest.at, "iSER has no digests: iWARP checks every FPDU by itself", "see iserCRC");
  }
  for (const [name, read] of Object.entries({ iserCRC, iserFPDU })) {
    if (!isIser && read !== undefined) found.warn(read.at, `${name} is of no effect without Protocol = iSER`);
  }
}

function sessionOf(values: Values): SessionConfig {
  const hasCredentials = values.chapIName !== undefined;
  return {
    ...defaultSessionConfig,
    sessionType: values.SessionType?.value ?? "Normal",
    targetAddress: values.TargetAddress?.value ?? "",
    targetName: values.TargetName?.value,
    initiatorName: values.InitiatorName?.value,
    initiatorAddress: values.InitiatorAddress?.value,
    initiatorAlias: values.InitiatorAlias?.value,
    authMethod: values.AuthMethod?.value ?? (hasCredentials ? "CHAP" : "None"),
    user: values.chapIName?.value,
    secret: values.chapSecret?.value,
    mutualUser: values.tgtChapName?.value,
    mutualSecret: values.tgtChapSecret?.value,
    headerDigest: values.HeaderDigest?.value ?? "None",
    dataDigest: values.DataDigest?.value ?? "None",
    protocol: values.Protocol?.value ?? "iSCSI",
    offload: values.Offload?.value,
    dscp: values.dscp?.value,
    pcp: values.pcp?.value,
    pingTimeoutS: values.PingTimeout?.value,
    loginTimeoutS: values.LoginTimeout?.value,
    targetCache: values.TargetCache?.value,
    iserCrc: values.iserCRC?.value ?? true,
    iserFpduBytes: values.iserFPDU?.value,
    enable: values.Enable?.value ?? true,
  };
}

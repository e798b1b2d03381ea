import { Secret } from "kit/log";
import { type Portal, PortalSyntaxError, parsePortal, type TransportKind } from "#iscsi";
import { maxFpduBytes, minFpduBytes } from "#iwarp";
import { UrlError } from "./url-error.ts";

/**
 * Where a block device is, as libiscsi writes it, with the options of the connection in the query:
 *
 *     iscsi://[user[%password]@]host[:port]/target-iqn/lun[?header_digest=crc32c&…]
 *     iser://[user[%password]@]host[:port]/target-iqn/lun[?crc=off&fpdu=1400&immediate=part&…]
 *
 * Without target and LUN it names a portal (`iser ls`). `host` may be `[v6]`.
 */
export interface IscsiUrl {
  /** What the scheme says: iSCSI over TCP, or iSER over software iWARP. */
  readonly transport: TransportKind;
  readonly host: string;
  readonly port: number;
  readonly user: string | undefined;
  readonly password: Secret<string> | undefined;
  /** The second pair, of mutual CHAP: what the target must prove to know. */
  readonly targetUser: string | undefined;
  readonly targetPassword: Secret<string> | undefined;
  readonly target: string | undefined;
  readonly lun: number | undefined;
  readonly headerDigest: boolean;
  readonly dataDigest: boolean;
  readonly initiator: string | undefined;
  /** iSER: whether iWARP checksums are asked for. */
  readonly crc: boolean;
  /** iSER: the longest FPDU to send, in bytes; as long as they can be unless said. */
  readonly fpduBytes: number | undefined;
  /** iSER: whether the first part of a write goes along with its command when the whole does not fit; not unless said. */
  readonly immediate: "whole" | "part" | undefined;
}

/** Options of the query, and the transport on which they mean something. */
const queryOptions = {
  header_digest: "tcp",
  data_digest: "tcp",
  initiator: "both",
  target_user: "both",
  target_password: "both",
  crc: "iser",
  fpdu: "iser",
  immediate: "iser",
} as const satisfies Record<string, TransportKind | "both">;
type QueryOption = keyof typeof queryOptions;

const schemes = { iscsi: "tcp", iser: "iser" } as const satisfies Record<string, TransportKind>;

/** Reads a URL; anything that is not understood is an error that names it. Passwords never appear in the error. */
export function parseIscsiUrl(text: string): IscsiUrl {
  const { transport, rest } = splitScheme(text);
  const [address, query] = splitOnce(rest, "?");
  const options = parseQuery(query, transport);
  const at = endOfUser(address);
  const [user, password] = at < 0 ? [undefined, undefined] : splitOnce(address.slice(0, at), "%");
  const [authority, path] = splitOnce(address.slice(at + 1), "/");
  const { host, port } = parseAuthority(authority);
  const { target, lun } = parsePath(path);
  return {
    transport,
    host,
    port,
    user: loginText("user", user === undefined ? undefined : decode(user, "user"), longestUser),
    password: secret("password", password === undefined ? undefined : decode(password, "password")),
    targetUser: loginText("target_user", options.get("target_user"), longestUser),
    targetPassword: secret("target_password", options.get("target_password")),
    target: loginText("target name", target, longestName),
    lun,
    headerDigest: digest(options, "header_digest"),
    dataDigest: digest(options, "data_digest"),
    initiator: loginText("initiator name", options.get("initiator"), longestName),
    crc: onOrOff(options, "crc"),
    fpduBytes: fpduBytes(options.get("fpdu")),
    immediate: immediate(options.get("immediate")),
  };
}

/** Writes the address of a LUN. Credentials are left out: they belong in nobody's output. */
export function formatIscsiUrl(place: {
  readonly transport?: TransportKind;
  readonly host: string;
  readonly port: number;
  readonly target: string;
  readonly lun: number;
}): string {
  const host = place.host.includes(":") ? `[${place.host}]` : place.host;
  const target = place.target.replace(/[%?#@/\s]/g, encodeURIComponent);
  return `${place.transport === "iser" ? "iser" : "iscsi"}://${host}:${place.port}/${target}/${place.lun}`;
}

function splitScheme(text: string): { transport: TransportKind; rest: string } {
  const [scheme, rest] = splitOnce(text, "://");
  const transport = Object.entries(schemes).find(([name]) => name === scheme.toLowerCase())?.[1];
  if (transport === undefined || rest === undefined) {
    throw new UrlError(`"${schemeOf(text)}" is not an address of a block device; write iscsi://host[:port]/target-iqn/lun, or iser://…`);
  }
  return { transport, rest };
}

/**
 * Where the at sign stands that ends user and password; -1 when there is none. A host holds neither an at sign nor a slash; the name of a target may hold one, and a password both, as libiscsi
 * has it: with a password it is the first at sign behind which everything looks as it should.
 */
function endOfUser(address: string): number {
  const slash = address.indexOf("/");
  const first = address.indexOf("@");
  const hasPassword = /^[^/[%]+%/.test(address);
  if (first < 0 || (slash >= 0 && first > slash && !hasPassword)) return -1;
  if (hasPassword) {
    for (let at = first; at >= 0; at = address.indexOf("@", at + 1)) if (isPlace(address.slice(at + 1))) return at;
  }
  // What is wrong will be found by somebody who can say it.
  const end = address.indexOf("/", first);
  return address.lastIndexOf("@", end < 0 ? address.length : end);
}

/** How iSCSI names begin (RFC 7143, 4.2.7). */
const nameStart = /^(iqn|eui|naa)\./i;

/** Whether this can be nothing but the address of a portal, or of a target there or a LUN of that. */
function isPlace(text: string): boolean {
  const [authority, path] = splitOnce(text, "/");
  const [target = "", lun = "", ...more] = (path ?? "").split("/");
  if (more.length > 0 || !/^\d*$/.test(lun) || (target !== "" && !nameStart.test(target))) return false;
  try {
    parseAuthority(authority);
    return true;
  } catch {
    return false;
  }
}

/** The part of a text that is safe to repeat in an error. */
function schemeOf(text: string): string {
  const end = text.indexOf("://");
  if (end >= 0) return `${text.slice(0, end)}://…`;
  return text.includes("@") ? `…${text.slice(text.lastIndexOf("@"))}` : text.slice(0, 60);
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const index = text.indexOf(separator);
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + separator.length)];
}

function parseAuthority(authority: string): Portal {
  try {
    // A zone is written behind %25 (RFC 6874), or behind % as everywhere else.
    return parsePortal(authority.replace(/^(\[[^\]%]*%)25([^\]]+\])/, "$1$2"));
  } catch (error) {
    if (error instanceof PortalSyntaxError) throw new UrlError(error.message);
    throw error;
  }
}

function parsePath(path: string | undefined): { target: string | undefined; lun: number | undefined } {
  const [target, lunText, ...more] = (path ?? "").split("/");
  if (target === undefined || target === "") return { target: undefined, lun: undefined };
  const lun = /^\d{1,5}$/.test(lunText ?? "") ? Number(lunText) : Number.NaN;
  const hasLun = lunText !== undefined && lunText !== "";
  // It may be a piece of a password.
  if (path?.includes("@") && (more.length > 0 || !nameStart.test(target) || (hasLun && !(lun <= 16383)))) {
    throw new UrlError("there is an @ behind the host of the URL; in a password write %40 for an @, and %2F for a /");
  }
  if (more.length > 0) throw new UrlError(`"/${path}" has more than a target and a LUN`);
  if (!hasLun) return { target: decode(target, "target"), lun: undefined };
  if (!(lun <= 16383)) throw new UrlError(`LUN "${lunText}" is not a number from 0 to 16383`);
  return { target: decode(target, "target"), lun };
}

function parseQuery(query: string | undefined, transport: TransportKind): Map<QueryOption, string> {
  const options = new Map<QueryOption, string>();
  if (query === undefined || query === "") return options;
  const known = (Object.keys(queryOptions) as QueryOption[]).filter(
    (name) => queryOptions[name] === "both" || queryOptions[name] === transport,
  );
  for (const pair of query.split("&")) {
    const [rawName, rawValue] = splitOnce(pair, "=");
    const name = known.find((candidate) => candidate === rawName.toLowerCase());
    if (name === undefined && query.includes("@"))
      throw new UrlError("there is an @ behind a ? in the URL; in a password write %3F for a ?");
    if (name === undefined) throw new UrlError(`option "${rawName}" of the URL is unknown; there are ${known.join(", ")}`);
    if (options.has(name)) throw new UrlError(`option "${name}" of the URL is given twice`);
    options.set(name, decode(rawValue ?? "", name));
  }
  return options;
}

function onOrOff(options: ReadonlyMap<QueryOption, string>, name: QueryOption): boolean {
  const value = options.get(name)?.toLowerCase() ?? "on";
  if (value !== "on" && value !== "off") throw new UrlError(`${name}=${value} is not possible; it is on or off`);
  return value === "on";
}

function fpduBytes(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const bytes = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (!(bytes >= minFpduBytes && bytes <= maxFpduBytes)) {
    throw new UrlError(`fpdu=${text} is not possible; an FPDU has ${minFpduBytes} to ${maxFpduBytes} bytes`);
  }
  return bytes;
}

function immediate(text: string | undefined): "whole" | "part" | undefined {
  if (text === undefined || text === "whole" || text === "part") return text;
  throw new UrlError(`immediate=${text} is not possible; it is whole or part`);
}

function digest(options: ReadonlyMap<QueryOption, string>, name: QueryOption): boolean {
  const value = options.get(name)?.toLowerCase() ?? "none";
  if (value !== "none" && value !== "crc32c") throw new UrlError(`${name}=${value} is not possible; a digest is none or crc32c`);
  return value === "crc32c";
}

/** The longest name of a target or initiator, in bytes (RFC 7143, 4.2.7.1), and the longest value of any other key (6.1). */
const longestName = 223;
const longestUser = 255;

/** What a login is to carry must be something that it can. */
function loginText(what: string, text: string | undefined, mostBytes: number): string | undefined {
  if (text === undefined) return undefined;
  if (text === "") throw new UrlError(`the ${what} in the URL is empty`);
  if (text.includes("\0")) throw new UrlError(`the ${what} in the URL has a NUL in it (%00), which no login can carry`);
  const bytes = Buffer.byteLength(text);
  if (bytes > mostBytes) throw new UrlError(`the ${what} in the URL is ${bytes} bytes long; at most ${mostBytes} are allowed`);
  return text;
}

function secret(what: string, text: string | undefined): Secret<string> | undefined {
  if (text === "") throw new UrlError(`the ${what} in the URL is empty`);
  return text === undefined ? undefined : new Secret(text);
}

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new UrlError(`the ${what} in the URL has a % that is not followed by two hexadecimal digits; write %25 for a percent sign`);
  }
}

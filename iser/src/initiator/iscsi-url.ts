import { Secret } from "kit/log";
import { type Portal, PortalSyntaxError, parsePortal } from "#iscsi";
import { UrlError } from "./url-error.ts";

/**
 * Where a block device is, as libiscsi writes it, with the options of the connection in the query:
 *
 *     iscsi://[user[%password]@]host[:port]/target-iqn/lun[?header_digest=crc32c&…]
 *
 * Without target and LUN it names a portal (`iser ls`). `host` may be `[v6]`.
 */
export interface IscsiUrl {
  readonly transport: "tcp";
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
}

const queryOptions = ["header_digest", "data_digest", "initiator", "target_user", "target_password"] as const;
type QueryOption = (typeof queryOptions)[number];

/** Reads a URL; anything that is not understood is an error that names it. Passwords never appear in the error. */
export function parseIscsiUrl(text: string): IscsiUrl {
  const rest = withoutScheme(text);
  const [address, query] = splitOnce(rest, "?");
  const options = parseQuery(query);
  const at = address.indexOf("@");
  const [user, password] = at < 0 ? [undefined, undefined] : splitOnce(address.slice(0, at), "%");
  const [authority, path] = splitOnce(address.slice(at + 1), "/");
  const { host, port } = parseAuthority(authority);
  const { target, lun } = parsePath(path);
  return {
    transport: "tcp",
    host,
    port,
    user: user === undefined ? undefined : decode(user, "user"),
    password: secret(password === undefined ? undefined : decode(password, "password")),
    targetUser: options.get("target_user"),
    targetPassword: secret(options.get("target_password")),
    target,
    lun,
    headerDigest: digest(options, "header_digest"),
    dataDigest: digest(options, "data_digest"),
    initiator: options.get("initiator"),
  };
}

/** Writes the address of a LUN. Credentials are left out: they belong in nobody's output. */
export function formatIscsiUrl(place: {
  readonly host: string;
  readonly port: number;
  readonly target: string;
  readonly lun: number;
}): string {
  const host = place.host.includes(":") ? `[${place.host}]` : place.host;
  return `iscsi://${host}:${place.port}/${place.target}/${place.lun}`;
}

function withoutScheme(text: string): string {
  const scheme = "iscsi://";
  if (!text.toLowerCase().startsWith(scheme)) {
    throw new UrlError(`"${schemeOf(text)}" is not an address of a block device; write iscsi://host[:port]/target-iqn/lun`);
  }
  return text.slice(scheme.length);
}

/** The part of a text that is safe to repeat in an error. */
function schemeOf(text: string): string {
  const end = text.indexOf("://");
  return end < 0 ? (text.length > 40 ? `${text.slice(0, 40)}…` : text) : `${text.slice(0, end)}://…`;
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const index = text.indexOf(separator);
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + separator.length)];
}

function parseAuthority(authority: string): Portal {
  try {
    return parsePortal(authority);
  } catch (error) {
    if (error instanceof PortalSyntaxError) throw new UrlError(error.message);
    throw error;
  }
}

function parsePath(path: string | undefined): { target: string | undefined; lun: number | undefined } {
  const [target, lunText, ...more] = (path ?? "").split("/");
  if (target === undefined || target === "") return { target: undefined, lun: undefined };
  if (more.length > 0) throw new UrlError(`"/${path}" has more than a target and a LUN`);
  if (target.length > 223)
    throw new UrlError(`the target name is ${target.length} characters long; at most 223 are allowed (RFC 7143, 4.2.7.1)`);
  if (lunText === undefined || lunText === "") return { target: decode(target, "target"), lun: undefined };
  const lun = /^\d{1,5}$/.test(lunText) ? Number(lunText) : Number.NaN;
  if (!(lun <= 16383)) throw new UrlError(`LUN "${lunText}" is not a number from 0 to 16383`);
  return { target: decode(target, "target"), lun };
}

function parseQuery(query: string | undefined): Map<QueryOption, string> {
  const options = new Map<QueryOption, string>();
  if (query === undefined || query === "") return options;
  for (const pair of query.split("&")) {
    const [rawName, rawValue] = splitOnce(pair, "=");
    const name = queryOptions.find((known) => known === rawName.toLowerCase());
    if (name === undefined) throw new UrlError(`option "${rawName}" of the URL is unknown; there are ${queryOptions.join(", ")}`);
    if (options.has(name)) throw new UrlError(`option "${name}" of the URL is given twice`);
    options.set(name, decode(rawValue ?? "", name));
  }
  return options;
}

function digest(options: ReadonlyMap<QueryOption, string>, name: QueryOption): boolean {
  const value = options.get(name)?.toLowerCase() ?? "none";
  if (value !== "none" && value !== "crc32c") throw new UrlError(`${name}=${value} is not possible; a digest is none or crc32c`);
  return value === "crc32c";
}

function secret(text: string | undefined): Secret<string> | undefined {
  return text === undefined ? undefined : new Secret(text);
}

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new UrlError(`the ${what} in the URL has a % that is not followed by two hexadecimal digits; write %25 for a percent sign`);
  }
}

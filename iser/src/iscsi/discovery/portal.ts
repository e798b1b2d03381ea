import { printable } from "../text/printable.ts";

/** iSCSI's own port (RFC 7143, 14). */
export const defaultPort = 3260;

/** Where a target listens (RFC 7143, 13.8). */
export interface Portal {
  /** A host name, an IPv4 address, or an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
  /** Portal group tag; undefined when it was not said. */
  readonly groupTag: number | undefined;
}

/** Text that is no portal. */
export class PortalSyntaxError extends Error {
  override readonly name = "PortalSyntaxError";

  constructor(text: string, problem: string) {
    super(
      `"${printable(text)}" is no portal: ${problem}; write HOST, HOST:PORT, [IPV6] or [IPV6]:PORT, and ,GROUP behind it if the group matters`,
    );
  }
}

const maxPortalLength = 255 + 20;
const forbiddenInHost = /[\s[\]/@,?#%]/;

/**
 * Reads `host[:port][,group]`: a name, an IPv4 address, `[v6]`, or a bare IPv6 address (which is told from host:port by its several colons). A zone
 * (`fe80::1%eth0`) is kept with its address.
 */
export function parsePortal(text: string, portWhenAbsent = defaultPort): Portal {
  if (text.length > maxPortalLength) throw new PortalSyntaxError(text, `it has ${text.length} characters`);
  const comma = text.lastIndexOf(",");
  const groupTag = comma < 0 ? undefined : parseDecimal(text.slice(comma + 1), 0, 0xffff);
  if (comma >= 0 && groupTag === undefined) throw new PortalSyntaxError(text, "a portal group tag is a number from 0 to 65535");
  const address = comma < 0 ? text : text.slice(0, comma);

  const [host, portText] = splitAddress(text, address);
  const port = portText === undefined ? portWhenAbsent : parseDecimal(portText, 1, 0xffff);
  if (port === undefined) throw new PortalSyntaxError(text, "a port is a number from 1 to 65535");
  return { host, port, groupTag };
}

function splitAddress(text: string, address: string): [host: string, port: string | undefined] {
  if (address.startsWith("[")) {
    const close = address.indexOf("]");
    const host = address.slice(1, close);
    const rest = address.slice(close + 1);
    if (close < 0 || !looksLikeIpv6(host)) throw new PortalSyntaxError(text, "the brackets hold no IPv6 address");
    if (rest === "") return [host, undefined];
    if (!rest.startsWith(":")) throw new PortalSyntaxError(text, "only a port may follow the brackets");
    return [host, rest.slice(1)];
  }
  const colon = address.indexOf(":");
  if (colon !== address.lastIndexOf(":")) {
    if (!looksLikeIpv6(address)) throw new PortalSyntaxError(text, "several colons, but no IPv6 address");
    return [address, undefined];
  }
  const host = colon < 0 ? address : address.slice(0, colon);
  if (host === "") throw new PortalSyntaxError(text, "the host is missing");
  if (forbiddenInHost.test(host)) throw new PortalSyntaxError(text, "a character that no host name has");
  return [host, colon < 0 ? undefined : address.slice(colon + 1)];
}

/** Enough to tell an address from a mistake; whether it leads anywhere is the resolver's business. */
function looksLikeIpv6(host: string): boolean {
  const [address = "", ...zone] = host.split("%");
  if (zone.length > 0 && !/^[0-9A-Za-z._-]+$/.test(zone.join("%"))) return false;
  // An IPv4 address may stand for the last two groups.
  const groups = address.replace(/:\d{1,3}(\.\d{1,3}){3}$/, ":0:0");
  const halves = groups.split("::");
  const written = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  if (!written.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  return halves.length === 1 ? written.length === 8 : halves.length === 2 && written.length < 8;
}

function parseDecimal(text: string, least: number, most: number): number | undefined {
  if (!/^\d{1,5}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= least && value <= most ? value : undefined;
}

/** The inverse of `parsePortal`; the port is always written. */
export function formatPortal(portal: Portal): string {
  const host = portal.host.includes(":") ? `[${portal.host}]` : portal.host;
  return `${host}:${portal.port}${portal.groupTag === undefined ? "" : `,${portal.groupTag}`}`;
}

import type { CapturedPacket } from "./capture-interface.ts";

/** One end of a connection: addresses in their usual spelling. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** What TCP says in one packet. */
export interface TcpSegment {
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly sequence: number;
  readonly isSyn: boolean;
  readonly isEnd: boolean;
  readonly acknowledges: boolean;
  readonly payload: Uint8Array;
  /** Bytes of payload that were on the wire behind `payload` and are not in the capture. */
  readonly missing: number;
}

/** First headers of packets (tcpdump.org/linktypes). */
const LinkType = {
  null: 0,
  ethernet: 1,
  rawBsd: 12,
  rawOpenBsd: 14,
  raw: 101,
  loop: 108,
  linuxCooked: 113,
  ipv4: 228,
  ipv6: 229,
  linuxCooked2: 276,
} as const;
const EtherType = { ipv4: 0x0800, ipv6: 0x86dd, vlan: [0x8100, 0x88a8, 0x9100] } as const;
const Protocol = { hopByHop: 0, tcp: 6, routing: 43, fragment: 44, authentication: 51, destination: 60 } as const;
const Flag = { fin: 0x01, syn: 0x02, reset: 0x04, acknowledge: 0x10 } as const;

/** The TCP segment in a packet; undefined when there is none, or too little of it. Fragments of IP are left alone. */
export function tcpSegmentIn({ linkType, bytes, originalLength }: CapturedPacket): TcpSegment | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = networkHeaderAt(linkType, view);
  if (at === undefined || at >= bytes.length) return undefined;
  const version = view.getUint8(at) >> 4;
  // Where the packet ended on the wire, as far as the link knows; the IP header knows better.
  const wireEnd = Math.max(bytes.length, originalLength);
  if (version === 4) return inIpv4(view, at, wireEnd);
  return version === 6 ? inIpv6(view, at, wireEnd) : undefined;
}

function networkHeaderAt(linkType: number, view: DataView): number | undefined {
  switch (linkType) {
    case LinkType.ethernet:
      return behindEtherType(view, 12);
    case LinkType.linuxCooked:
      return behindEtherType(view, 14);
    case LinkType.linuxCooked2:
      return isIp(view, 0) ? 20 : undefined;
    case LinkType.null:
    case LinkType.loop:
      return 4;
    case LinkType.rawBsd:
    case LinkType.rawOpenBsd:
    case LinkType.raw:
    case LinkType.ipv4:
    case LinkType.ipv6:
      return 0;
    default:
      return undefined;
  }
}

/** Behind the type at `at` and any number of VLAN tags. */
function behindEtherType(view: DataView, at: number): number | undefined {
  let type = at;
  while (type + 6 <= view.byteLength && EtherType.vlan.some((tag) => tag === view.getUint16(type))) type += 4;
  return isIp(view, type) ? type + 2 : undefined;
}

function isIp(view: DataView, at: number): boolean {
  if (at + 2 > view.byteLength) return false;
  const type = view.getUint16(at);
  return type === EtherType.ipv4 || type === EtherType.ipv6;
}

function inIpv4(view: DataView, at: number, wireEnd: number): TcpSegment | undefined {
  if (at + 20 > view.byteLength) return undefined;
  const headerLength = (view.getUint8(at) & 15) * 4;
  const isFragment = (view.getUint16(at + 6) & 0x3fff) !== 0;
  if (headerLength < 20 || isFragment || view.getUint8(at + 9) !== Protocol.tcp) return undefined;
  // The network card cuts what is longer than a packet can be, and the capture saw it before that: it says 0.
  const totalLength = view.getUint16(at + 2);
  const end = totalLength === 0 ? wireEnd : at + totalLength;
  return inTcp(view, at + headerLength, end, ipv4Text(view, at + 12), ipv4Text(view, at + 16));
}

function inIpv6(view: DataView, at: number, wireEnd: number): TcpSegment | undefined {
  if (at + 40 > view.byteLength) return undefined;
  const payloadLength = view.getUint16(at + 4);
  const end = payloadLength === 0 ? wireEnd : at + 40 + payloadLength;
  let next = view.getUint8(at + 6);
  let header = at + 40;
  while (next !== Protocol.tcp) {
    const isExtension =
      next === Protocol.hopByHop || next === Protocol.routing || next === Protocol.destination || next === Protocol.authentication;
    if (!isExtension || header + 2 > view.byteLength) return undefined;
    const units = view.getUint8(header + 1);
    const length = next === Protocol.authentication ? (units + 2) * 4 : (units + 1) * 8;
    next = view.getUint8(header);
    header += length;
  }
  return inTcp(view, header, end, ipv6Text(view, at + 8), ipv6Text(view, at + 24));
}

function inTcp(view: DataView, at: number, end: number, source: string, destination: string): TcpSegment | undefined {
  if (at + 20 > view.byteLength) return undefined;
  const headerLength = (view.getUint8(at + 12) >> 4) * 4;
  const flags = view.getUint8(at + 13);
  const start = at + headerLength;
  if (headerLength < 20 || start > end) return undefined;
  const held = Math.max(0, Math.min(end, view.byteLength) - start);
  return {
    source: { host: source, port: view.getUint16(at) },
    destination: { host: destination, port: view.getUint16(at + 2) },
    sequence: view.getUint32(at + 4),
    isSyn: (flags & Flag.syn) !== 0,
    isEnd: (flags & (Flag.fin | Flag.reset)) !== 0,
    acknowledges: (flags & Flag.acknowledge) !== 0,
    payload: held === 0 ? nothing : new Uint8Array(view.buffer, view.byteOffset + start, held),
    missing: end - start - held,
  };
}

const nothing = new Uint8Array(0);

function ipv4Text(view: DataView, at: number): string {
  return [0, 1, 2, 3].map((index) => view.getUint8(at + index)).join(".");
}

/** As RFC 5952 has it: the longest run of zeroes is left out. */
function ipv6Text(view: DataView, at: number): string {
  const groups = Array.from({ length: 8 }, (_, index) => view.getUint16(at + 2 * index).toString(16)).join(":");
  const zeroes = groups.match(/\b0(?::0)+\b/g) ?? [];
  const longest = zeroes.reduce((best, run) => (run.length > best.length ? run : best), "");
  if (longest === "") return groups;
  const start = groups.indexOf(longest);
  return `${groups.slice(0, start).replace(/:$/, "")}::${groups.slice(start + longest.length).replace(/^:/, "")}`;
}

/** Where a byte stream leads, or where one is waited for: TCP, or a socket in the file system. */
export type SocketAddress = TcpAddress | UnixAddress;

export interface TcpAddress {
  /** A name, an IPv4 or an IPv6 address without brackets. */
  readonly host: string;
  /** 0 when listening: the system picks one. */
  readonly port: number;
  /** Address of ours to connect from; ignored when listening. */
  readonly localAddress?: string | undefined;
}

export interface UnixAddress {
  readonly path: string;
  /** Permission bits of a socket that is listened on; 0o600 unless given. Ignored when connecting. */
  readonly mode?: number | undefined;
}

/** `host:port`, `[v6]:port`, or the path. */
export function formatAddress(address: SocketAddress): string {
  if ("path" in address) return address.path;
  return address.host.includes(":") ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

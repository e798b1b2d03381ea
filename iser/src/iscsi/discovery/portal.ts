export const defaultPort = 3260;

/** Where a target listens (RFC 7143, 13.8): what TargetAddress says. */
export interface Portal {
  /** A host name, an IPv4 address, or an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
  /** Portal group tag; undefined when it was not said. */
  readonly groupTag: number | undefined;
}

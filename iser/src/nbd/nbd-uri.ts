/** Where an NBD server listens. */
export type NbdAddress = { readonly path: string } | { readonly host: string; readonly port: number };

const defaultPort = 10809;

/**
 * The URI that clients take for an export (NBD URI specification): `nbd+unix:///da0?socket=/run/nbd.sock`, `nbd://host:port/da0`.
 * With an empty name it means the default export.
 */
export function nbdUri(address: NbdAddress, exportName: string): string {
  const name = encodeURIComponent(exportName);
  // A slash needs no escape in a query, and a path is easier to read with its own.
  if ("path" in address) return `nbd+unix:///${name}?socket=${encodeURIComponent(address.path).replaceAll("%2F", "/")}`;
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return `nbd://${host}${address.port === defaultPort ? "" : `:${address.port}`}/${name}`;
}

/** What the URI of an export on a unix socket names; undefined when it is none of those, or says more than that. */
export function parseNbdUnixUri(uri: string): { readonly path: string; readonly exportName: string } | undefined {
  if (!uri.startsWith("nbd+unix://") || !URL.canParse(uri)) return undefined;
  const { host, pathname, searchParams } = new URL(uri);
  const path = searchParams.get("socket");
  if (host !== "" || path === null || path === "" || [...searchParams.keys()].length !== 1) return undefined;
  return { path, exportName: decodeURIComponent(pathname.replace(/^\//, "")) };
}

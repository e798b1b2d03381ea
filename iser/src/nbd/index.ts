export { NbdClientError } from "./client/client-error.ts";
export { NbdDisk, type NbdDiskOptions } from "./client/nbd-disk.ts";
export type { ExportSource, NbdExport } from "./export.ts";
export { NbdConnection, type NbdConnectionOptions } from "./nbd-connection.ts";
export { NbdServer, type NbdServerOptions } from "./nbd-server.ts";
export { type NbdAddress, nbdUri, parseNbdUnixUri } from "./nbd-uri.ts";

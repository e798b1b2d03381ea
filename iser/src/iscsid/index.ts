export { IscsiInitiator, type IscsiInitiatorOptions, type LinkTransport } from "./iscsi-initiator.ts";
export type { Processes } from "./pid-file.ts";
export { type DaemonParts, iscsid } from "./program.ts";
export { TcpLinkTransport } from "./tcp-link-transport.ts";

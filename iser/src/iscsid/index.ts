export { IscsiInitiator } from "./iscsi-initiator.ts";
export { iscsid } from "./program.ts";
export { TcpLinkTransport } from "./tcp-link-transport.ts";

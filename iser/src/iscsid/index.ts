export { IscsiInitiator } from "./iscsi-initiator.ts";
export { socketLinkTransport } from "./link-transport.ts";
export { iscsid } from "./program.ts";

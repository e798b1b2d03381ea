export { initiatorOnSockets } from "./iscsi-initiator.ts";
export { iscsid } from "./program.ts";

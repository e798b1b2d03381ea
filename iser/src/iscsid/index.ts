export { initiatorOnSockets } from "./iscsi-initiator.ts";
export { iscsidManual } from "./manual.ts";
export { iscsid } from "./program.ts";
export { settingRows } from "./settings.ts";

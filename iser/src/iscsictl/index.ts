export { iscsiConfManual } from "./iscsi-conf-manual.ts";
export { iscsictlManual } from "./manual.ts";
export { iscsictl } from "./program.ts";

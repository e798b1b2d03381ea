export { LogicalUnit, type LogicalUnitOptions } from "./logical-unit.ts";
export type { Nexus } from "./nexus.ts";
export type { PortGroupOptions } from "./port-groups.ts";
export { TargetDevice } from "./target-device.ts";
export type { Task, TaskRouter } from "./task.ts";

export { LogicalUnit, type LogicalUnitOptions } from "./logical-unit.ts";
export type { Nexus } from "./nexus.ts";
export { TargetDevice } from "./target-device.ts";
export type { Task, TaskRouter } from "./task.ts";

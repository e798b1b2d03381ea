export { LogicalUnit, type LogicalUnitIdentity, type LogicalUnitOptions } from "./logical-unit.ts";
export { initiatorPortName, type Nexus, type NexusIdentity, nexusName } from "./nexus.ts";
export type { SanitizePace } from "./sanitize-operation.ts";
export { TargetDevice, type TargetDeviceOptions } from "./target-device.ts";
export type { Task, TaskRouter } from "./task.ts";

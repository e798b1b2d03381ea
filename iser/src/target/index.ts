export type { ConnectionEnding } from "./connection/connection-host.ts";
export type { PortGroupOptions } from "./device-server/index.ts";
export {
  type RunningTarget,
  type StartTargetOptions,
  startTarget,
  type TargetListener,
  type TargetPlace,
  type TargetTransport,
} from "./server/start-target.ts";
export type { SessionDescription, TargetEvent, TargetStatistics } from "./server/target-event.ts";
export { defaultTargetLimits, type TargetLimits } from "./server/target-limits.ts";
export type { Redirect, TargetLun, TargetNode, TargetNodeOptions } from "./server/target-node.ts";
export { type StreamedDatamover, TargetServer, type TargetServerOptions } from "./server/target-server.ts";

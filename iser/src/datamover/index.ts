export { TcpInitiatorDatamover } from "./tcp/initiator-datamover.ts";
export { TcpTargetDatamover } from "./tcp/target-datamover.ts";
export type { TcpDatamoverOptions } from "./tcp/tcp-datamover-options.ts";

export { IserInitiatorDatamover, type IserInitiatorOptions } from "./iser/initiator-datamover.ts";
export { IserField, IserFlag, IserOpcode, iserHeaderLength } from "./iser/iser-header.ts";
export { IserTargetDatamover } from "./iser/target-datamover.ts";
export { TcpInitiatorDatamover } from "./tcp/initiator-datamover.ts";
export { TcpTargetDatamover } from "./tcp/target-datamover.ts";
export type { TcpDatamoverOptions } from "./tcp/tcp-datamover-options.ts";

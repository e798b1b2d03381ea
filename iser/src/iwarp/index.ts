export { DdpControl, ddpHeaderLength, TaggedField, UntaggedField } from "./ddp/segment.ts";
export { maxFpduBytes, minFpduBytes } from "./mpa/fpdu.ts";
export type { ReadyToReceive } from "./mpa/mpa-agreement.ts";
export {
  type MpaFrame,
  type MpaFrameKind,
  maxPrivateDataLength,
  mpaFrameLength,
  mpaHeaderLength,
  parseMpaFrame,
  startsMpaFrame,
} from "./mpa/mpa-frame.ts";
export { Opcode as RdmapOpcode, opcodeName as rdmapOpcodeName, RdmapControl } from "./rdmap/opcode.ts";
export { RdmaError, type RdmaFault } from "./rdmap/rdma-error.ts";
export { ReadRequestField, readRequestLength } from "./rdmap/read-request.ts";
export { describeTerminate, parseTerminate } from "./rdmap/terminate.ts";
export { describeTerminateCode, TerminateCode } from "./rdmap/terminate-code.ts";
export { AccessRight, type MemoryRegion, type ProtectionDomain } from "./verbs/memory-region.ts";
export {
  type ConnectionManager,
  type QueuePair,
  type QueuePairCounters,
  QueuePairState,
  type QueuePairUser,
} from "./verbs/queue-pair.ts";
export { SoftwareQueuePair } from "./verbs/software-queue-pair.ts";
export type { QueuePairRole, SoftwareQueuePairOptions } from "./verbs/software-queue-pair-options.ts";
export { type CompletionStatus, Operation, ReceiveRequest, WorkRequest } from "./verbs/work-request.ts";

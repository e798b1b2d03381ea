export { maxFpduBytes, minFpduBytes } from "./mpa/fpdu.ts";
export type { ReadyToReceive } from "./mpa/mpa-agreement.ts";
export { RdmaError, type RdmaFault } from "./rdmap/rdma-error.ts";
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

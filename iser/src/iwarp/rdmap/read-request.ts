/** The payload of an RDMA Read Request (RFC 5040, 4.4): where to, how much, where from. Offsets are opaque, hence in halves. */
export const ReadRequestField = {
  sinkStag: 0,
  sinkOffsetHigh: 4,
  sinkOffsetLow: 8,
  length: 12,
  sourceStag: 16,
  sourceOffsetHigh: 20,
  sourceOffsetLow: 24,
} as const;

export const readRequestLength = 28;

/** What an RDMA Read Request says, where both ends are named by STag and offset. */
export interface ReadRequest {
  readonly sinkStag: number;
  readonly sinkOffsetHigh: number;
  readonly sinkOffsetLow: number;
  readonly length: number;
  readonly sourceStag: number;
  readonly sourceOffsetHigh: number;
  readonly sourceOffsetLow: number;
}

import type { SoftwareMemoryRegion } from "./stag-table.ts";

/** A Read Request that was checked: a slot, valid until the call returns. */
export interface InboundRead {
  /** Undefined for a read of nothing. */
  source: SoftwareMemoryRegion | undefined;
  sourceOffset: number;
  length: number;
  sinkStag: number;
  sinkOffsetHigh: number;
  sinkOffsetLow: number;
}

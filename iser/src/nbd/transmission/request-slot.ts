import type { BlockDone, BlockError, BlockExtent } from "#block";
import type { Slab } from "../memory/slab.ts";
import type { Request } from "../pdu/request.ts";
import type { Reply } from "./reply-queue.ts";

/** Called with what `BlockDevice.blockStatus` found. */
export type BlockStatusDone = (error: BlockError | undefined, extents: readonly BlockExtent[]) => void;

/**
 * One request from its header to the moment its reply is sent, and then the next one: the callbacks are bound once, so that a
 * request makes nothing that must be collected.
 */
export class RequestSlot implements Request, Reply {
  flags = 0;
  command = 0;
  cookieHigh = 0;
  cookieLow = 0;
  offset = 0;
  length = 0;

  /** Where the data of a write lies until the device has it. */
  payloadSlab: Slab | undefined = undefined;

  slab: Slab | undefined = undefined;
  start = 0;
  end = 0;
  separate: Uint8Array | undefined = undefined;
  readonly lent: Uint8Array[] = [];
  lentBytes = 0;
  next: Reply | undefined = undefined;

  /** The slot behind this one among those without a request. */
  nextIdle: RequestSlot | undefined = undefined;

  readonly done: BlockDone;
  readonly blockStatusDone: BlockStatusDone;
  readonly onReturned: () => void;

  constructor(
    onDone: (slot: RequestSlot, error: BlockError | undefined) => void,
    onBlockStatus: (slot: RequestSlot, error: BlockError | undefined, extents: readonly BlockExtent[]) => void,
    onReturned: (slot: RequestSlot) => void,
  ) {
    this.done = (error) => onDone(this, error);
    this.blockStatusDone = (error, extents) => onBlockStatus(this, error, extents);
    this.onReturned = () => onReturned(this);
  }

  forgetLent(): void {
    this.lent.length = 0;
    this.lentBytes = 0;
  }
}

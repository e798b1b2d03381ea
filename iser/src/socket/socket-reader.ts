import type { ByteStreamCore } from "#bytes";
import { readScratch } from "./read-scratch.ts";
import type { SocketPump } from "./socket-pump.ts";
import { defaultStreamTuning, type StreamTuning } from "./stream-tuning.ts";

/**
 * No read into a placement is longer, however much belongs there. A read that is filled is followed by the next one at once; one that asks for more than has arrived ends
 * with a trip through the event loop, and the thread falls asleep between two segments of one transfer (256 KiB reads at depth 2: 1.4 times as many).
 */
const longestPlacement = 64 * 1024;

/**
 * Decides before every read where the kernel puts the bytes: straight into the caller's memory when the core can tell whose they are, else into the scratch.
 */
export class SocketReader {
  pump: SocketPump | undefined;
  readonly #core: ByteStreamCore;
  readonly #tuning: StreamTuning;
  /** Whether the buffer handed out last was the core's placement. */
  #placing = false;
  #scratch: Uint8Array;
  /** The last chunk delivered: reads of one size in a row, the rule at small queue depths, share one view. */
  #chunk: Uint8Array;

  constructor(core: ByteStreamCore, tuning: StreamTuning = defaultStreamTuning) {
    this.#core = core;
    this.#tuning = tuning;
    this.#scratch = readScratch(Math.min(core.bulkReadBytes, tuning.receiveSpaceBytes));
    this.#chunk = this.#scratch;
  }

  readonly nextBuffer = (): Uint8Array => {
    this.#placing = false;
    // Node also asks before the connection is there, and behind the last read of one that is over.
    if (this.pump?.live !== true) return this.#scratch;
    const placement = this.#core.placement();
    this.#placing = placement !== undefined;
    const { placementBytes, receiveSpaceBytes } = this.#tuning;
    if (placement !== undefined) {
      const most = Math.min(placementBytes, longestPlacement);
      return placement.length <= most ? placement : placement.subarray(0, most);
    }
    const bulkReadBytes = Math.min(this.#core.bulkReadBytes, receiveSpaceBytes);
    if (this.#scratch.length !== bulkReadBytes) this.#scratch = readScratch(bulkReadBytes);
    return this.#scratch;
  };

  readonly read = (count: number): boolean => {
    if (this.#placing) {
      this.pump?.placed(count);
    } else {
      if (this.#chunk.length !== count) this.#chunk = this.#scratch.subarray(0, count);
      this.pump?.receive(this.#chunk);
    }
    return true;
  };
}

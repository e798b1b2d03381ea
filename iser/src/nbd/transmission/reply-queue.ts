import type { ReplyPlace } from "../memory/reply-memory.ts";
import type { Slab } from "../memory/slab.ts";

/** Something to send: a place in a slab (where a reply to a read has its data), or memory of its own. */
export interface Reply extends ReplyPlace {
  /** Instead of a slab: what is rare or has no fixed length. */
  separate: Uint8Array | undefined;
  /** What follows the place in the slab: data that lie elsewhere, `lentBytes` in all. */
  readonly lent: readonly Uint8Array[];
  lentBytes: number;
  /** The reply behind this one. Kept by the queue. */
  next: Reply | undefined;
  /** It is sent, or will never be: its memory is its owner's again. */
  readonly onReturned: () => void;
}

/**
 * Replies on their way out, in the order in which they became ready: first those that wait to be taken, then, batch by batch, those the
 * shell has until it says they are sent. One list through the replies themselves.
 *
 *     oldest → … batch … → … batch … → firstUntaken → … → newest
 */
export class ReplyQueue {
  #oldest: Reply | undefined = undefined;
  #firstUntaken: Reply | undefined = undefined;
  #newest: Reply | undefined = undefined;
  /** How many replies are in each batch that the shell has, oldest first. */
  readonly #batches: number[] = [];
  #unsentBytes = 0;

  /** Bytes that the kernel has not got yet. */
  get unsentBytes(): number {
    return this.#unsentBytes;
  }

  push(reply: Reply): void {
    reply.next = undefined;
    if (this.#newest === undefined) this.#oldest = reply;
    else this.#newest.next = reply;
    this.#newest = reply;
    this.#firstUntaken ??= reply;
    this.#unsentBytes += lengthOf(reply);
  }

  /** What waits longest, as one batch: no more than suits one write. Places that lie side by side are one piece. */
  take(): readonly Uint8Array[] {
    if (this.#firstUntaken === undefined) return nothing;
    const pieces: Uint8Array[] = [];
    let count = 0;
    let bytes = 0;
    let slab: Slab | undefined;
    let start = 0;
    let end = 0;
    let reply: Reply | undefined = this.#firstUntaken;
    for (; reply !== undefined && bytes < batchBytes; reply = reply.next) {
      count++;
      bytes += lengthOf(reply);
      if (reply.slab !== undefined && reply.slab === slab && reply.start === end) {
        end = reply.end;
      } else {
        if (slab !== undefined) pieces.push(slab.run(start, end));
        if (reply.separate !== undefined) pieces.push(reply.separate);
        slab = reply.slab;
        start = reply.start;
        end = reply.end;
      }
      if (reply.lentBytes > 0 && slab !== undefined) {
        pieces.push(slab.run(start, end), ...reply.lent);
        slab = undefined;
      }
    }
    if (slab !== undefined) pieces.push(slab.run(start, end));
    this.#firstUntaken = reply;
    this.#batches.push(count);
    return pieces;
  }

  /** The oldest batch is sent. */
  sent(): void {
    const count = this.#batches.shift() ?? 0;
    for (let i = 0; i < count; i++) this.#returnOldest();
  }

  /** Nothing will be sent any more. */
  abandon(): void {
    this.#firstUntaken = undefined;
    this.#batches.length = 0;
    while (this.#oldest !== undefined) this.#returnOldest();
  }

  #returnOldest(): void {
    const reply = this.#oldest;
    if (reply === undefined) return;
    this.#oldest = reply.next;
    if (this.#oldest === undefined) this.#newest = undefined;
    reply.next = undefined;
    this.#unsentBytes -= lengthOf(reply);
    reply.onReturned();
  }
}

const nothing: readonly Uint8Array[] = [];

/**
 * What is written at once. A little more than a unix socket holds, so that replies are made while those before them are on their way, and their memory is free
 * again before all of them are gone.
 */
const batchBytes = 256 * 1024;

function lengthOf(reply: Reply): number {
  return reply.separate?.length ?? reply.end - reply.start + reply.lentBytes;
}

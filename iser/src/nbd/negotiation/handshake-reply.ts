import type { Reply } from "../transmission/reply-queue.ts";

/** Bytes of the handshake on their way out: rare, and so with memory of their own. */
export class HandshakeReply implements Reply {
  readonly separate: Uint8Array;
  readonly slab = undefined;
  readonly start = 0;
  readonly end = 0;
  readonly lent = [];
  readonly lentBytes = 0;
  next: Reply | undefined = undefined;

  constructor(bytes: Uint8Array) {
    this.separate = bytes;
  }

  readonly onReturned = (): void => {};
}

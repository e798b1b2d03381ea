import type { BlockDone } from "#block";
import type { Request } from "../pdu/request.ts";

/** One request of a client and what it was lent. Slots are used again: `cookieHigh` changes with every use, so that a late reply finds nobody. */
export class ClientCommand implements Request {
  flags = 0;
  command = 0;
  cookieHigh = 0;
  /** Where the slot is in the table of slots. */
  readonly cookieLow: number;
  offset = 0;
  length = 0;

  /** Grows with every command of the disk: the order in which what has no answer is sent again. */
  order = 0;
  /** Where the data of a read belong. */
  destination: Uint8Array | undefined = undefined;
  /** The data of a write. */
  source: Uint8Array | undefined = undefined;
  /** Absent while the slot is free. */
  done: BlockDone | undefined = undefined;

  /** The socket still reads `source`. */
  lent = false;
  /** The error number of the answer, 0 for success; undefined until there is one. */
  answer: number | undefined = undefined;

  constructor(slot: number) {
    this.cookieLow = slot;
  }
}

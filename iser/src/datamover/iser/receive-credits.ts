import { bhsLength } from "#iscsi";
import { type QueuePair, QueuePairState } from "#iwarp";
import { iserHeaderLength } from "./iser-header.ts";
import { IserReceive } from "./iser-receive.ts";

/** The data segments that both ends declare for PDUs over iSER. LIO agrees to more than its receives hold, so nobody asks it for more. */
export const controlDataBytes = 8192;

/** The longest additional header segments that any command of ours or theirs has: a long CDB and a bidirectional length. */
const ahsBytes = 280;

/**
 * Receives posted ahead of the messages that may come: iWARP has no other flow control, a message without a receive ends the connection. iSCSI says how
 * many may come: one for each place in the command window, and a few that nobody asked for.
 */
export class ReceiveCredits {
  readonly #queuePair: QueuePair;
  readonly #messageBytes: number;
  readonly #spare: IserReceive[] = [];
  #posted = 0;

  /** `dataBytes`: the longest data segment that a message may have. */
  constructor(queuePair: QueuePair, dataBytes: number) {
    this.#queuePair = queuePair;
    this.#messageBytes = iserHeaderLength + bhsLength + ahsBytes + dataBytes;
  }

  /** Posts until at least `count` messages may come; nothing once none can. */
  ensure(count: number): void {
    while (this.#posted < count && canReceive(this.#queuePair.state)) {
      this.#posted += 1;
      this.#queuePair.postReceive(this.#spare.pop() ?? new IserReceive(new Uint8Array(this.#messageBytes)));
    }
  }

  /** A receive came back, and what it held has been read. */
  returned(receive: IserReceive): void {
    this.#posted -= 1;
    this.#spare.push(receive);
  }
}

function canReceive(state: QueuePairState): boolean {
  return state === QueuePairState.init || state === QueuePairState.rts || state === QueuePairState.closing;
}

import type { InitiatorTransfer } from "./initiator-transfer.ts";

/** A sequence of Data-Out PDUs that is due: what one R2T asked for, or the unsolicited data of a command (RFC 7143, 4.2.5.2). A slot that is used again. */
export class DataOutBurst {
  transfer!: InitiatorTransfer;
  /** The R2T's tag, or the reserved one. */
  targetTransferTag = 0;
  offset = 0;
  end = 0;
  dataSn = 0;
}

/**
 * Bursts in the order in which they became due. They are turned into PDUs only as the stream takes them: a target that asks for much does not fill our
 * memory with it, and what else is to be said does not wait behind it.
 */
export class DataOutBursts {
  #due: DataOutBurst[] = [];
  readonly #spare: DataOutBurst[] = [];

  get first(): DataOutBurst | undefined {
    return this.#due[0];
  }

  add(transfer: InitiatorTransfer, targetTransferTag: number, offset: number, end: number): void {
    const burst = this.#spare.pop() ?? new DataOutBurst();
    burst.transfer = transfer;
    burst.targetTransferTag = targetTransferTag;
    burst.offset = offset;
    burst.end = end;
    burst.dataSn = 0;
    transfer.queuedBursts++;
    this.#due.push(burst);
  }

  /** All of the first burst was sent. */
  finishFirst(): void {
    const burst = this.#due.shift();
    if (burst === undefined) return;
    burst.transfer.queuedBursts--;
    this.#spare.push(burst);
  }

  /** The transfer is over before its data: nothing more of it is sent. */
  drop(transfer: InitiatorTransfer): void {
    if (transfer.queuedBursts === 0) return;
    this.#due = this.#due.filter((burst) => burst.transfer !== transfer);
    transfer.queuedBursts = 0;
  }
}

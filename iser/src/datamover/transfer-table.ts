import { type InitiatorTask, ProtocolError, reservedTag } from "#iscsi";

/** A task's way through a datamover: a slot that the table uses again. */
export interface TaskTransfer {
  readonly tag: number;
  /** `moving` until its end is known; `releasing` when the task was forgotten before it. */
  readonly state: "moving" | "responding" | "releasing";
  start(task: InitiatorTask): void;
}

/** Transfers by the low half of their tag, which is a dense index (see InitiatorTask). */
export class TransferTable<Transfer extends TaskTransfer> {
  readonly #make: () => Transfer;
  readonly #transfers: (Transfer | undefined)[] = [];
  /** For each index the last tag that was released before its end: PDUs for it may still come, and concern nobody. */
  readonly #stale: number[] = [];
  readonly #spare: Transfer[] = [];
  #size = 0;

  constructor(make: () => Transfer) {
    this.#make = make;
  }

  /** How many are open. */
  get size(): number {
    return this.#size;
  }

  /** Starts a transfer for `task`. The tag must not be in use: that would be our own mistake. */
  open(task: InitiatorTask): Transfer {
    const index = task.initiatorTaskTag & 0xffff;
    while (this.#transfers.length <= index) {
      this.#transfers.push(undefined);
      this.#stale.push(reservedTag);
    }
    if (this.#transfers[index] !== undefined) throw new Error(`task slot ${index} is in use`);
    const transfer = this.#spare.pop() ?? this.#make();
    transfer.start(task);
    this.#transfers[index] = transfer;
    this.#size += 1;
    return transfer;
  }

  /** The transfer of `tag`; undefined for one that was released. A tag nobody gave out is the peer's fault. */
  find(tag: number, what: string): Transfer | undefined {
    const index = tag & 0xffff;
    const transfer = this.#transfers[index];
    if (transfer !== undefined && transfer.tag === tag) return transfer.state === "moving" ? transfer : undefined;
    if (this.#stale[index] === tag) return undefined;
    throw new ProtocolError(
      "tag",
      `${what} for the task tag 0x${tag.toString(16).padStart(8, "0")}, which no task has (RFC 7143, 11.2.1.8)`,
    );
  }

  /** The transfer is over; its slot is free for another task. */
  close(transfer: Transfer): void {
    const index = transfer.tag & 0xffff;
    if (transfer.state === "releasing") this.#stale[index] = transfer.tag;
    this.#transfers[index] = undefined;
    this.#size -= 1;
    this.#spare.push(transfer);
  }

  /** Every transfer that is open. */
  all(): Transfer[] {
    return this.#transfers.filter((transfer) => transfer !== undefined);
  }
}

import { serialIncrement } from "#iscsi";

/** What is handed on when its turn in CmdSN order has come. */
export interface Deliverable {
  deliver(): void;
}

/** A number that was used up by something nobody needs any more. */
const nothing: Deliverable = { deliver: () => undefined };

/**
 * Hands commands on in CmdSN order (RFC 7143, 4.2.2.1), although one may still wait for its unsolicited data, or for one that is missing.
 * Bounded by the command window, which admits the numbers.
 */
export class DeliveryOrder {
  #turn: number;
  #paused = false;
  #delivering = false;
  readonly #waiting = new Map<number, Deliverable>();

  constructor(cmdSn: number) {
    this.#turn = cmdSn >>> 0;
  }

  /** Whether `submit` would deliver at once. */
  isTurnOf(cmdSn: number): boolean {
    return cmdSn === this.#turn && !this.#paused && !this.#delivering;
  }

  /** The command is complete: delivers it, and what waited for it, when its turn has come. */
  submit(cmdSn: number, item: Deliverable): void {
    if (this.isTurnOf(cmdSn) && this.#waiting.size === 0) {
      this.#turn = serialIncrement(cmdSn);
      item.deliver();
      return;
    }
    this.#waiting.set(cmdSn, item);
    this.#deliverWaiting();
  }

  /** The number will bring nothing: its command was aborted before its turn. */
  skip(cmdSn: number): void {
    this.submit(cmdSn, nothing);
  }

  /** Nothing is delivered until `resume`. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#deliverWaiting();
  }

  /** What has not been delivered never will be. */
  clear(): void {
    this.#waiting.clear();
  }

  #deliverWaiting(): void {
    if (this.#delivering) return;
    this.#delivering = true;
    for (let item = this.#next(); item !== undefined; item = this.#next()) item.deliver();
    this.#delivering = false;
  }

  #next(): Deliverable | undefined {
    if (this.#paused) return undefined;
    const item = this.#waiting.get(this.#turn);
    if (item === undefined) return undefined;
    this.#waiting.delete(this.#turn);
    this.#turn = serialIncrement(this.#turn);
    return item;
  }
}

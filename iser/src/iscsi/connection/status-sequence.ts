import { serialDistance, serialIncrement } from "../pdu/serial-number.ts";

/** The numbers of the statuses that a connection has received (StatSN; RFC 7143, 4.2.2.2), some of which may have overtaken others. */
export class StatusSequence {
  #due = 0;
  readonly #early = new Set<number>();
  readonly #reach: number;

  /** `reach`: how far ahead of the one that is due a status may be. */
  constructor(reach: number) {
    this.#reach = reach;
  }

  /** ExpStatSN: all before it are here. */
  get due(): number {
    return this.#due;
  }

  /** `statSn` is the last that is here, whatever was before. */
  start(statSn: number): void {
    this.#due = serialIncrement(statSn);
    this.#early.clear();
  }

  /** Returns false for a number that cannot be: it was here, or is too far ahead. */
  take(statSn: number): boolean {
    if (statSn === this.#due) {
      do this.#due = serialIncrement(this.#due);
      while (this.#early.size > 0 && this.#early.delete(this.#due));
      return true;
    }
    const ahead = serialDistance(this.#due, statSn);
    if (ahead <= 0 || ahead > this.#reach || this.#early.has(statSn)) return false;
    this.#early.add(statSn);
    return true;
  }
}

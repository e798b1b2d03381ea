import { serialAdd, serialDistance, serialIncrement } from "#iscsi";

/**
 * The command window from the target's side (RFC 7143, 4.2.2.1): which CmdSN is expected next, and up to which one the initiator may send. Numbers wrap (RFC 1982).
 *
 * MaxCmdSN never goes back, because an initiator ignores one that does: the window becomes smaller by ExpCmdSN catching up with it.
 */
export class CommandWindow {
  #expCmdSn: number;
  #maxCmdSn: number;
  /** Numbers that arrived although one before them is missing. Bounded by the window; empty with every sane initiator. */
  readonly #ahead = new Set<number>();

  /** `cmdSn` is the number of the next command; `credits`, how many may be sent from there on. */
  constructor(cmdSn: number, credits: number) {
    this.#expCmdSn = cmdSn >>> 0;
    this.#maxCmdSn = serialAdd(cmdSn, credits - 1);
  }

  get expCmdSn(): number {
    return this.#expCmdSn;
  }

  get maxCmdSn(): number {
    return this.#maxCmdSn;
  }

  /** Whether a command with this number may still come. */
  expects(cmdSn: number): boolean {
    return cmdSn === this.#expCmdSn ? this.#isOpen : this.#isAhead(cmdSn) && !this.#ahead.has(cmdSn);
  }

  /** The number arrived: true when it was expected, false when it is to be ignored (outside the window, or seen before). */
  arrive(cmdSn: number): boolean {
    if (!this.expects(cmdSn)) return false;
    if (cmdSn !== this.#expCmdSn) {
      this.#ahead.add(cmdSn);
      return true;
    }
    this.#expCmdSn = serialIncrement(cmdSn);
    while (this.#ahead.size > 0 && this.#ahead.delete(this.#expCmdSn)) this.#expCmdSn = serialIncrement(this.#expCmdSn);
    return true;
  }

  /** Lets the initiator send `credits` commands from ExpCmdSN on, or as many as it was promised before if that is more. */
  grant(credits: number): void {
    const wanted = serialAdd(this.#expCmdSn, credits - 1);
    if (serialDistance(this.#maxCmdSn, wanted) > 0) this.#maxCmdSn = wanted;
  }

  get #isOpen(): boolean {
    return serialDistance(this.#expCmdSn, this.#maxCmdSn) >= 0;
  }

  #isAhead(cmdSn: number): boolean {
    return serialDistance(this.#expCmdSn, cmdSn) > 0 && serialDistance(cmdSn, this.#maxCmdSn) >= 0;
  }
}

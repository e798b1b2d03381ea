/**
 * The command window: which CmdSN the next command gets, and whether the target would take it (RFC 7143, 4.2.2.1). Numbers are 32 bits
 * and wrap (RFC 1982); a difference, read as signed, orders them.
 */
export class CommandWindow {
  #cmdSn = 0;
  #expCmdSn = 0;
  #maxCmdSn = 0;

  /** Starts over on a new connection of a new session: `cmdSn` is the number of the first command. */
  restart(cmdSn: number, expCmdSn: number, maxCmdSn: number): void {
    this.#cmdSn = cmdSn >>> 0;
    this.#expCmdSn = expCmdSn >>> 0;
    this.#maxCmdSn = maxCmdSn >>> 0;
  }

  /** The number the next non-immediate command will carry; immediate ones carry it too without using it up. */
  get cmdSn(): number {
    return this.#cmdSn;
  }

  get expCmdSn(): number {
    return this.#expCmdSn;
  }

  get maxCmdSn(): number {
    return this.#maxCmdSn;
  }

  get isOpen(): boolean {
    return ((this.#cmdSn - this.#maxCmdSn) | 0) <= 0;
  }

  /** Uses a number up. Only while `isOpen`. */
  take(): number {
    const taken = this.#cmdSn;
    this.#cmdSn = (taken + 1) >>> 0;
    return taken;
  }

  /** What the target said in a PDU. Stale and contradictory values are ignored, as the RFC asks. */
  update(expCmdSn: number, maxCmdSn: number): void {
    if (((maxCmdSn - expCmdSn + 1) | 0) < 0) return;
    if (((maxCmdSn - this.#maxCmdSn) | 0) > 0) this.#maxCmdSn = maxCmdSn;
    if (((expCmdSn - this.#expCmdSn) | 0) > 0) this.#expCmdSn = expCmdSn;
  }
}

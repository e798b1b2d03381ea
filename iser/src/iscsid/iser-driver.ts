import type { Logger } from "kit/log";

/** What the iSER transport says, by how much it matters; a record is written when `kern.iser.debug` is at least as high. */
export const IserSeverity = { error: 0, warning: 1, info: 2, debug: 3 } as const;
export type IserSeverity = (typeof IserSeverity)[keyof typeof IserSeverity];

/** The iSER transport of this daemon: whether it is loaded, and how much it says. */
export class IserDriver {
  isLoaded = false;
  /** `kern.iser.debug`: 0 errors only, 1 warnings, 2 info, 3 debug. */
  debug: number = IserSeverity.error;
  readonly #log: Logger;
  /** Why the last attempt to reach a peer failed. */
  readonly #reasons = new Map<string, string>();

  /** `log` lets every level through: the driver decides by itself what is said. */
  constructor(log: Logger) {
    this.#log = log;
  }

  /** For messages that cost something to make. */
  says(severity: IserSeverity): boolean {
    return severity <= this.debug;
  }

  error(where: string, message: string): void {
    this.#log.error(`ERROR: ${where}: ${message}`);
  }

  /**
   * A connection that did not come about. It is tried again and again, mostly with the same end: what is wrong is said once, until it is something else or the peer
   * was reached; repetitions are warnings.
   */
  unreachable(where: string, peer: string, reason: string): void {
    const isKnown = this.#reasons.get(peer) === reason;
    this.#reasons.set(peer, reason);
    if (isKnown) this.warn(where, reason);
    else this.error(where, reason);
  }

  /** `peer` answers: when it stops to, that is news. */
  reached(peer: string): void {
    this.#reasons.delete(peer);
  }

  warn(where: string, message: string): void {
    if (this.says(IserSeverity.warning)) this.#log.warn(`WARNING: ${where}: ${message}`);
  }

  info(where: string, message: string): void {
    if (this.says(IserSeverity.info)) this.#log.info(`INFO: ${where}: ${message}`);
  }

  debugging(where: string, message: string): void {
    if (this.says(IserSeverity.debug)) this.#log.debug(`DEBUG: ${where}: ${message}`);
  }
}

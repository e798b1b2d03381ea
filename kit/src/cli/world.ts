/** A stream that a program writes to. */
export interface Output {
  /** Writes in order; what the reader does not take yet is kept in memory (see `flushed`). */
  write(text: string | Uint8Array): void;
  /** Somebody is watching: colour and progress may be shown. */
  readonly isTerminal: boolean;
  /** Width in characters of the terminal, if it is one. */
  readonly columns?: number | undefined;
  /** All that was written has left the process. Who writes much waits for it now and then. */
  flushed(): Promise<void>;
}

/** Everything a program may touch of its surroundings without asking for more. Tests hand in their own. */
export interface World {
  /** The arguments behind the program's name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Partial<Record<string, string>>>;
  /** The user's home directory. */
  readonly home: string;
  /** Effective user id, or undefined where the system has none. */
  readonly uid: number | undefined;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: Output;
  readonly stderr: Output;
  /**
   * Aborts at the first SIGINT or SIGTERM, or what else stops the program. Who reads this takes over from the signal: it must end what it started and return. A second
   * signal ends the process at once.
   */
  readonly stopped: AbortSignal;
}

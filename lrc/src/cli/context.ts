import type { CommandContext } from "@stricli/core";
import type { Output } from "kit/cli";
import type { Clock, Random } from "kit/clock";
import type { ProgramLocation } from "#hooks";

/** What a part of `lrc` may touch of the world. Handed in by main.ts; tests hand in their own. */
export interface Surroundings {
  readonly stdin: AsyncIterable<Uint8Array>;
  /** For data. */
  readonly stdout: Output;
  /** For everything that is said to a person. */
  readonly stderr: Output;
  readonly env: Readonly<Partial<Record<string, string>>>;
  readonly home: string;
  /** The folder the program was started in. */
  readonly directory: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Milliseconds since 1970. */
  readonly wallTime: () => number;
  /** Aborts at the first SIGINT or SIGTERM. */
  readonly stopped: AbortSignal;
  /** Where this program is, for hooks to find it again. */
  readonly program: ProgramLocation;
  /** Opens the terminal to ask somebody; undefined where nobody is there. */
  readonly openTerminal: () => Terminal | undefined;
}

/** A person's keyboard and screen, for as long as a question takes. */
export interface Terminal {
  write(text: string): void;
  /** Width in characters, if it is known. */
  readonly columns: number | undefined;
  /**
   * The next key as the terminal sends it, or undefined when it was closed or nothing came in time. `known` are the letters that answer something: by them text
   * that was meant for somebody else is told from keys.
   */
  key(known: string): Promise<string | undefined>;
  close(): void;
}

export type LrcContext = CommandContext & Surroundings;

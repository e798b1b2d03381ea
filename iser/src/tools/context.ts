import type { CommandContext } from "@stricli/core";
import type { Clock, Random } from "kit/clock";

/** What a command of `iser` may touch of the world. Handed in by main.ts; tests hand in their own. */
export interface ToolContext extends CommandContext {
  readonly stdout: ToolOutput;
  readonly stderr: ToolOutput;
  readonly clock: Clock;
  readonly random: Random;
  /** Aborts at the first SIGINT or SIGTERM: the command ends what it started and returns. */
  readonly stopped: AbortSignal;
}

export interface ToolOutput {
  write(text: string | Uint8Array): void;
  /** Somebody is watching: progress may be shown. */
  readonly isTerminal: boolean;
}

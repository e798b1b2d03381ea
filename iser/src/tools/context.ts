import type { CommandContext } from "@stricli/core";
import type { Output, World } from "kit/cli";
import type { Clock, Random } from "kit/clock";
import type { TraceFile } from "#trace";

/** What a command of `iser` may touch of the world. Handed in by main.ts; tests hand in their own. */
export interface ToolContext extends CommandContext {
  readonly stdout: ToolOutput;
  readonly stderr: ToolOutput;
  /** The environment; nothing in it unless handed in. */
  readonly env?: Readonly<Partial<Record<string, string>>>;
  readonly clock: Clock;
  readonly random: Random;
  /** Aborts at the first SIGINT or SIGTERM: the command ends what it started and returns. */
  readonly stopped: AbortSignal;
  /** Milliseconds since 1970, for captures; without one their times begin with the program. */
  readonly wallClock?: () => number;
  /** Where sessions are written down, if they are. */
  readonly trace?: TraceFile | undefined;
}

export interface ToolOutput {
  write(text: string | Uint8Array): void;
  /** Somebody is watching: progress may be shown. */
  readonly isTerminal: boolean;
}

/** What main.ts really hands in: for commands that move data through the program, or measure it. */
export interface ProgramContext extends ToolContext {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Processor time that this process has used so far, in microseconds. */
  cpuTime(): CpuTime;
}

/** What the program itself reads and writes, before a command has a context. */
export type CommandWorld = Pick<World, "argv" | "env" | "stdout" | "stderr">;

export interface CpuTime {
  readonly userUs: number;
  readonly systemUs: number;
}

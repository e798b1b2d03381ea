import type { CommandContext } from "@stricli/core";
import { runSubcommands } from "kit/cli";
import { loadCommands } from "./commands.ts";
import type { CommandWorld, ProgramContext } from "./context.ts";
import { runTraced } from "./trace/run-traced.ts";
import { version } from "./version.ts";

/** Runs the command that `world.argv` names, traced if it says so, and resolves to the exit code. `context` makes what the command may touch. */
export function runIser(world: CommandWorld, context: (base: CommandContext) => ProgramContext): Promise<number> {
  return runTraced(world, context, runCommand);
}

async function runCommand(world: CommandWorld, context: (base: CommandContext) => ProgramContext): Promise<number> {
  const root = await loadCommands(world.argv[0]);
  return runSubcommands({ name: "iser", version, root, context }, world);
}

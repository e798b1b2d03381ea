import type { CommandContext } from "@stricli/core";
import { ExitCode, runSubcommands } from "kit/cli";
import { version } from "#manual";
import { loadCommands } from "./commands.ts";
import type { CommandWorld, ProgramContext } from "./context.ts";
import { runTraced } from "./trace/run-traced.ts";

/** Runs the command that `world.argv` names, traced if it says so, and resolves to the exit code. `context` makes what the command may touch. */
export function runIser(world: CommandWorld, context: (base: CommandContext) => ProgramContext): Promise<number> {
  return runTraced(world, context, runCommand);
}

async function runCommand(world: CommandWorld, context: (base: CommandContext) => ProgramContext): Promise<number> {
  if (world.argv[0] === "--completion") return printCompletion(world);
  const root = await loadCommands(world.argv[0]);
  return runSubcommands({ name: "iser", version, root, context }, world);
}

async function printCompletion({ argv, stdout }: CommandWorld): Promise<number> {
  const { iserCompletion } = await import("./completion.ts");
  stdout.write(await iserCompletion(argv[1]));
  return ExitCode.ok;
}

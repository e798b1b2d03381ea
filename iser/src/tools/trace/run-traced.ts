import type { CommandContext } from "@stricli/core";
import { ExitCode, UsageError } from "kit/cli";
import { commandTable, isCommand } from "../commands.ts";
import type { CommandWorld, ProgramContext } from "../context.ts";
import { CommandTrace } from "./command-trace.ts";

type MakeContext = (base: CommandContext) => ProgramContext;

/**
 * `trace FILE COMMAND …`: runs the command as if `trace FILE` were not there, with the file in its context. Whatever does not begin so runs as it is, `trace`
 * without a command included: it says itself what is missing. Flags behind the command are the command's, so no parser may see them before it.
 */
export async function runTraced(
  world: CommandWorld,
  context: MakeContext,
  run: (world: CommandWorld, context: MakeContext) => Promise<number>,
): Promise<number> {
  const [verb, path, command, ...rest] = world.argv;
  if (verb !== "trace" || path === undefined || path.startsWith("-") || command === undefined) return run(world, context);
  demandTraceable(command);
  const { env, stdout, stderr } = world;
  let trace: CommandTrace | undefined;
  let isRefused = false;
  try {
    const exitCode = await run({ argv: [command, ...rest], env, stdout, stderr }, (base) => {
      const made = context(base);
      isRefused = true;
      // Not before the arguments were understood: a slip of the keyboard costs nobody a capture that was there.
      trace = new CommandTrace(path, made);
      isRefused = false;
      return { ...made, trace: trace.file };
    });
    if (isRefused) return ExitCode.failure;
    if (trace?.file.connections === 0 && exitCode === ExitCode.ok) stderr.write(`iser: no connection was made: ${path} holds none\n`);
    trace?.file.close();
    return exitCode === ExitCode.ok && trace?.isWhole === false ? ExitCode.failure : exitCode;
  } finally {
    trace?.file.close();
  }
}

function demandTraceable(command: string): void {
  if (!isCommand(command)) {
    throw new UsageError(`there is no command "${command}" to trace`, { nextStep: `there are ${Object.keys(commandTable).join(", ")}` });
  }
  if (command === "trace" || command === "decode") throw new UsageError(`iser ${command} opens no session that could be traced`);
}

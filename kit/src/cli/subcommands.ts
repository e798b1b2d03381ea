import {
  type ApplicationContext,
  type ApplicationText,
  ArgumentScannerError,
  buildApplication,
  type CommandContext,
  formatMessageForArgumentScannerError,
  help,
  type RouteMap,
  run,
  text_en,
  version,
} from "@stricli/core";
import { coloursFor } from "./colours.ts";
import { formatError } from "./describe-error.ts";
import { ExitCode, UsageError, UserError } from "./user-error.ts";
import type { World } from "./world.ts";

/** A program of subcommands (`program command --flag argument`). */
export interface SubcommandProgram<Context extends CommandContext> {
  readonly name: string;
  readonly version: string;
  readonly root: RouteMap<Context>;
  /** How it ends when something fails that no error of ours has an exit code for. */
  readonly failure?: number;
  /** Makes what a command may touch; called once, for the command that runs. */
  readonly context: (base: CommandContext) => Context;
}

/** Parses `world.argv`, runs the command it names and resolves to the exit code. `--help` and `-h` work everywhere, `--version` on the program. */
export async function runSubcommands<Context extends CommandContext>(
  program: SubcommandProgram<Context>,
  world: Pick<World, "argv" | "env" | "stdout" | "stderr">,
): Promise<number> {
  const caseStyle = "convert-camel-to-kebab";
  const application = buildApplication<Context>(
    program.root,
    {
      name: program.name,
      determineExitCode: (error) => (error instanceof UserError ? error.exitCode : (program.failure ?? ExitCode.failure)),
      scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
      localization: { text: textOf(program.name, world.argv) },
    },
    {
      help: help({
        brief: "Say what this does, with examples",
        formatting: { caseStyle, useAliasInUsageLine: false, onlyRequiredInUsageLine: true },
        defaultForRouteMap: true,
      }),
      version: version({ brief: "Print the version", alias: false, info: { currentVersion: program.version } }),
    },
  );
  const colour = (output: World["stdout"]): { getColorDepth: () => number } => ({
    getColorDepth: () => (coloursFor(output, world.env).isColorSupported ? 8 : 1),
  });
  const process: ApplicationContext["process"] = {
    stdout: { write: (text: string) => world.stdout.write(text), ...colour(world.stdout) },
    stderr: { write: (text: string) => world.stderr.write(text), ...colour(world.stderr) },
    env: world.env,
  };
  await run(application, world.argv, { process, forCommand: () => program.context({ process }) });
  const exitCode = Number(process.exitCode ?? ExitCode.ok);
  return exitCode < 0 ? ExitCode.usage : exitCode; // the library's own codes are negative: it could not make sense of the arguments
}

/** Our own sentences in place of the library's: the same shape as every other error of the program. */
function textOf(program: string, argv: readonly string[]): ApplicationText {
  const say = (error: unknown): string => formatError(program, error).text.trimEnd();
  const nextStep = "add --help to see what is accepted";
  return {
    ...text_en,
    briefs: { ...text_en.briefs, argumentEscapeSequence: "Everything behind this is an argument, whatever it looks like" },
    exceptionWhileParsingArguments: (error) =>
      say(error instanceof ArgumentScannerError ? usageErrorOf(error, nextStep, program, argv) : error),
    exceptionWhileLoadingCommandFunction: say,
    exceptionWhileLoadingCommandContext: say,
    exceptionWhileRunningCommand: say,
    commandErrorResult: say,
    noCommandRegisteredForInput: ({ input, corrections }) =>
      say(new UsageError(`there is no command "${input}"`, { nextStep: suggestion(corrections) ?? nextStep })),
  };
}

function usageErrorOf(error: ArgumentScannerError, nextStep: string, program: string, argv: readonly string[]): UsageError {
  let step = nextStep;
  const message = formatMessageForArgumentScannerError(error, {
    FlagNotFoundError: ({ input, corrections }) => {
      step = suggestion(corrections.map((name) => `--${asWritten(name.replace(/^-+/, ""))}`)) ?? step;
      return `unknown flag --${input.replace(/^-+/, "")}`;
    },
    AliasNotFoundError: ({ input }) => `unknown flag -${input}`,
    // The input is not repeated: it may hold a secret, and what the parser says quotes what may be quoted.
    ArgumentParseError: ({ externalFlagNameOrPlaceholder, exception }) => {
      if (exception instanceof UserError) step = exception.nextStep ?? step;
      return `${externalFlagNameOrPlaceholder}: ${exception instanceof Error ? exception.message : String(exception)}`;
    },
    EnumValidationError: ({ externalFlagName, input, values }) => {
      step = `it takes one of ${values.join(", ")}`;
      return `--${externalFlagName}: "${input}" is not accepted`;
    },
    UnsatisfiedFlagError: ({ externalFlagName }) => {
      if (argv.includes(`--${externalFlagName}`) || /^-\w$/.test(argv.at(-1) ?? "")) return `--${externalFlagName} needs a value`;
      step = `${program} ${argv[0]} --help says what it is, with examples`;
      return `--${externalFlagName} is missing`;
    },
    UnexpectedFlagError: ({ externalFlagName, previousInput, input }) =>
      `--${externalFlagName} is given twice ("${previousInput}" and "${input}")`,
    UnexpectedPositionalError: ({ expectedCount, input }) => `unexpected argument "${input}" (at most ${expectedCount} taken)`,
    UnsatisfiedPositionalError: ({ placeholder }) => `${placeholder} is missing`,
    InvalidNegatedFlagSyntaxError: ({ externalFlagName }) => `--${externalFlagName} takes no value`,
  });
  return new UsageError(message, { nextStep: step });
}

/** The library names a flag as the program's source does; people write `--keep-going`. */
function asWritten(flag: string): string {
  return flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function suggestion(corrections: readonly string[]): string | undefined {
  return corrections.length === 0 ? undefined : `did you mean ${corrections.map((name) => name.replaceAll("`", "")).join(" or ")}?`;
}

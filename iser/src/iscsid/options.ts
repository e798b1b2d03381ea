import { getopt, UsageError, UserError } from "kit/cli";
import type { LogLevel } from "kit/log";

/** What a command line of iscsid(8) asks for. Paths that are undefined have their default. */
export interface Options {
  readonly help: boolean;
  readonly socket: string | undefined;
  readonly runDirectory: string | undefined;
  readonly pidFile: string | undefined;
  readonly loaderFile: string | undefined;
  readonly loadIser: boolean;
  readonly logLevel: LogLevel;
  /** 0: as long as it likes. */
  readonly loginTimeoutMs: number;
}

const exitCode = 1;

/** Reads the command line. Throws a UserError, which ends the program with 1. */
export function parseOptions(argv: readonly string[]): Options {
  const { flags, values, operands } = getopt(argv, {
    letters: "dhl:m:P:t:",
    long: { socket: "value", "run-dir": "value", loader: "value", load: "value", help: "flag" },
    exitCode,
  });
  const help = flags.has("help") || flags.has("h");
  const operand = operands[0];
  if (operand !== undefined)
    throw new UsageError(`unexpected argument "${operand}"`, { nextStep: "--help shows what is accepted", exitCode });
  if (values.has("m")) {
    throw new UserError("a limit of logins at a time (-m) is not possible yet", { nextStep: "leave -m out", exitCode });
  }
  if (!help && !flags.has("d")) {
    throw new UserError("running in the background is not possible yet", {
      nextStep: 'stay in the foreground with "iscsid -d", under a service manager or with & behind it',
      exitCode,
    });
  }
  return {
    help,
    socket: path("--socket", values.get("socket")),
    runDirectory: path("--run-dir", values.get("run-dir")),
    pidFile: path("-P", values.get("P")),
    loaderFile: path("--loader", values.get("loader")),
    loadIser: loadsIser(values.get("load")),
    logLevel: wholeNumber("-l", values.get("l") ?? "0") > 0 ? "debug" : "info",
    loginTimeoutMs: wholeNumber("-t", values.get("t") ?? "60") * 1000,
  };
}

function path(option: string, text: string | undefined): string | undefined {
  if (text === "") throw new UsageError(`${option} needs a path`, { exitCode });
  return text;
}

/** iSER is the one transport that is not always there. */
function loadsIser(transport: string | undefined): boolean {
  if (transport === undefined || transport === "iser") return transport === "iser";
  throw new UsageError(`there is no transport "${transport}" to load`, { nextStep: "--load takes iser", exitCode });
}

function wholeNumber(option: string, text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= 1_000_000)) throw new UsageError(`${option} "${text}" is not a number from 0 to 1000000`, { exitCode });
  return value;
}

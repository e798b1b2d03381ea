import { getopt, UsageError } from "kit/cli";
import { type Shell, shells } from "#manual";
import { type MetricsAddress, parseMetricsAddress } from "./metrics/metrics-address.ts";

/** What a command line of iscsid(8) asks for. Paths that are undefined have their default. */
export interface Options {
  readonly help: boolean;
  readonly version: boolean;
  /** The shell that a script is to be printed for. */
  readonly completion: Shell | undefined;
  /** Stay where we are rather than go on in the background. */
  readonly foreground: boolean;
  readonly socket: string | undefined;
  readonly runDirectory: string | undefined;
  readonly pidFile: string | undefined;
  readonly loaderFile: string | undefined;
  readonly configFile: string | undefined;
  readonly loadIser: boolean;
  readonly logFile: string | undefined;
  readonly logFormat: "text" | "json" | undefined;
  /** `-l`; undefined: what `kern.iscsi.debug` is anyway. */
  readonly debug: number | undefined;
  /** Logins at a time; 0: as many as there are. */
  readonly loginsAtOnce: number;
  /** Seconds; 0: as long as it likes; undefined: what `kern.iscsi.login_timeout` is anyway. */
  readonly loginTimeoutS: number | undefined;
  readonly metrics: MetricsAddress | undefined;
  /** Where what sessions say and hear is written down; undefined: nowhere. */
  readonly traceFile: string | undefined;
  /** The most bytes of such a file. */
  readonly traceFileBytes: number;
}

const exitCode = 1;

/** FreeBSD's default of `-m`. */
const defaultLoginsAtOnce = 30;

/** Reads the command line. Throws a UserError, which ends the program with 1. */
export function parseOptions(argv: readonly string[]): Options {
  const { flags, values, operands } = getopt(argv, {
    letters: "dhl:m:P:t:",
    long: {
      foreground: "flag",
      socket: "value",
      "run-dir": "value",
      config: "value",
      loader: "value",
      load: "value",
      "log-file": "value",
      "log-format": "value",
      metrics: "value",
      trace: "value",
      "trace-size": "value",
      help: "flag",
      version: "flag",
      completion: "value",
    },
    exitCode,
  });
  const operand = operands[0];
  if (operand !== undefined)
    throw new UsageError(`unexpected argument "${operand}"`, { nextStep: "--help shows what is accepted", exitCode });
  const metrics = values.get("metrics");
  return {
    help: flags.has("help") || flags.has("h"),
    version: flags.has("version"),
    completion: shell(values.get("completion")),
    foreground: flags.has("d") || flags.has("foreground"),
    socket: path("--socket", values.get("socket")),
    runDirectory: path("--run-dir", values.get("run-dir")),
    pidFile: path("-P", values.get("P")),
    loaderFile: path("--loader", values.get("loader")),
    configFile: path("--config", values.get("config")),
    loadIser: loadsIser(values.get("load")),
    logFile: path("--log-file", values.get("log-file")),
    logFormat: logFormat(values.get("log-format")),
    debug: optionalNumber("-l", values.get("l")),
    loginsAtOnce: optionalNumber("-m", values.get("m")) ?? defaultLoginsAtOnce,
    loginTimeoutS: optionalNumber("-t", values.get("t")),
    metrics: metrics === undefined ? undefined : parseMetricsAddress(metrics),
    traceFile: path("--trace", values.get("trace")),
    traceFileBytes: traceFileMebibytes(values.get("trace-size"), values.has("trace")) * 2 ** 20,
  };
}

/** Of `--trace-size`. */
const defaultTraceFileMebibytes = 64;

function traceFileMebibytes(text: string | undefined, isTraced: boolean): number {
  if (text !== undefined && !isTraced)
    throw new UsageError("--trace-size is the size of a trace", { nextStep: "give --trace too", exitCode });
  const size = optionalNumber("--trace-size", text) ?? defaultTraceFileMebibytes;
  // What is written at a time, and may not be split between two files, is a mebibyte or two.
  if (size < 4) throw new UsageError(`--trace-size ${size}: a trace takes at least 4 MiB`, { exitCode });
  return size;
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

function shell(name: string | undefined): Shell | undefined {
  const known = shells.find((one) => one === name);
  if (name !== undefined && known === undefined)
    throw new UsageError(`--completion ${name} is not possible`, { nextStep: `it takes ${shells.join(", ")}`, exitCode });
  return known;
}

function logFormat(text: string | undefined): Options["logFormat"] {
  if (text === undefined || text === "text" || text === "json") return text;
  throw new UsageError(`--log-format ${text} is not possible`, { nextStep: "it takes text or json", exitCode });
}

function optionalNumber(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= 1_000_000)) throw new UsageError(`${option} "${text}" is not a number from 0 to 1000000`, { exitCode });
  return value;
}

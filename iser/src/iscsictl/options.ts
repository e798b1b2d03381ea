import { type GetoptResult, getopt, UsageError, UserError } from "kit/cli";
import { Secret } from "kit/log";
import type { SessionConfig, SessionFilter } from "#control";
import { defaultSessionConfig } from "../config/index.ts";
import { checkTargetName } from "./target-name.ts";

/** What a command line of iscsictl(8) asks for. */
export type Action =
  | { readonly verb: "help" }
  | {
      readonly verb: "add";
      readonly session: SessionConfig;
      readonly waitSeconds: number | undefined;
      readonly warning: string | undefined;
    }
  | { readonly verb: "remove"; readonly filter: SessionFilter }
  | { readonly verb: "sysctl"; readonly name: string | undefined; readonly value: string | undefined }
  | { readonly verb: "list"; readonly verbose: boolean; readonly format: ListFormat; readonly waitSeconds: number | undefined };

export type ListFormat = { readonly kind: "text" } | { readonly kind: "json"; readonly pretty: boolean };

export interface Options {
  readonly action: Action;
  /** Control socket; the default one when absent. */
  readonly socket: string | undefined;
}

/** FreeBSD's program ends with 1 for a wrong command line too. */
const exitCode = 1;

/** What a timer of the platform can count in milliseconds: 24 days. */
const longestWaitSeconds = 2_147_483;

const modes = ["A", "M", "R", "L"] as const;
type Mode = (typeof modes)[number];

/** What may not be given in a mode at all. -c is tolerated everywhere. */
const forbidden: Readonly<Record<Mode, string>> = { A: "iv", M: "adrvw", R: "deirusvw", L: "adeinprstu" };

/** Ways to name what is meant, each with what it excludes. */
const exclusive: Readonly<Record<Mode, Readonly<Record<string, string>>>> = {
  A: { a: "eptusndr", n: "eptusdr", d: "pt" },
  M: { n: "eptus" },
  R: { a: "ptn", n: "pt" },
  L: {},
};

/** Reads the command line. Throws a UsageError, which ends the program with 1 as FreeBSD's does. */
export function parseOptions(argv: readonly string[]): Options {
  const given = getopt(argv.at(-1) === "--sysctl" ? [...argv, "-a"] : argv, {
    letters: "AMRLac:d:e:hi:n:p:rt:u:s:vw:",
    long: { socket: "value", sysctl: "value", libxo: "value", help: "flag" },
    exitCode,
  });
  const socket = given.values.get("socket");
  if (socket === "") throw wrong("--socket needs a path");
  if (has(given, "help") || has(given, "h")) return { action: { verb: "help" }, socket };
  const variable = given.values.get("sysctl");
  if (variable !== undefined) return { action: sysctlAction(variable, given), socket };
  const mode = modeOf(given);
  checkCombination(mode, given);
  switch (mode) {
    case "A":
      return { action: addAction(given), socket };
    case "R":
      return { action: { verb: "remove", filter: filterOf(given) }, socket };
    case "L":
      return { action: listAction(given), socket };
    case "M":
      throw notYet("changing a session (-M) is not possible yet", "remove it with -R and add it again with -A");
  }
}

function has(given: GetoptResult, option: string): boolean {
  return given.flags.has(option) || given.values.has(option);
}

function modeOf(given: GetoptResult): Mode {
  const asked = modes.filter((mode) => given.flags.has(mode));
  if (asked.length > 1) throw wrong("at most one of -A, -M, -R, or -L may be specified");
  const operand = given.operands[0];
  if (operand !== undefined) throw wrong(`unexpected argument "${operand}"`);
  return asked[0] ?? "L";
}

function checkCombination(mode: Mode, given: GetoptResult): void {
  for (const option of forbidden[mode]) if (has(given, option)) throw wrong(`-${option} cannot be used with -${mode}`);
  for (const [way, excluded] of Object.entries(exclusive[mode])) {
    if (!has(given, way)) continue;
    for (const option of excluded) if (has(given, option)) throw wrong(`-${way} and -${option} are mutually exclusive`);
  }
  if (mode === "A") checkAdd(given);
  if (mode === "M" && !has(given, "i")) throw wrong("-M requires -i");
  if (mode === "R" && !["a", "n", "t", "p"].some((way) => has(given, way))) throw wrong("must specify either -a, -n, -t, or -p");
  if (has(given, "i")) wholeNumber("-i", given.values.get("i") ?? "", 0xffffffff);
}

function checkAdd(given: GetoptResult): void {
  if (!["a", "n", "d"].some((way) => has(given, way))) {
    if (!has(given, "t") && !has(given, "p")) throw wrong("must specify -a, -n, -d, or -p and -t");
    if (!has(given, "p")) throw wrong("-t must always be used with -p");
    if (!has(given, "t")) throw wrong("-p must always be used with -t");
  }
  if (has(given, "u") && !has(given, "s")) throw wrong("-u must always be used with -s");
  if (has(given, "s") && !has(given, "u")) throw wrong("-s must always be used with -u");
}

function addAction(given: GetoptResult): Action {
  if (has(given, "a") || has(given, "n")) {
    throw notYet("iscsi.conf is not read yet", "add sessions one by one: iscsictl -A -p portal -t target");
  }
  const host = given.values.get("d");
  const targetName = given.values.get("t");
  const secret = given.values.get("s");
  return {
    verb: "add",
    session: {
      ...defaultSessionConfig,
      sessionType: host === undefined ? "Normal" : "Discovery",
      targetAddress: host ?? given.values.get("p") ?? "",
      targetName,
      authMethod: secret === undefined ? "None" : "CHAP",
      user: given.values.get("u"),
      secret: secret === undefined ? undefined : new Secret(secret),
      protocol: has(given, "r") ? "iSER" : "iSCSI",
      enable: enableOf(given),
    },
    waitSeconds: waitSecondsOf(given),
    warning: targetName === undefined ? undefined : checkTargetName(targetName, exitCode),
  };
}

function filterOf(given: GetoptResult): SessionFilter {
  if (has(given, "n")) throw notYet("iscsi.conf is not read yet", "remove sessions by -t target or -p portal");
  return { all: has(given, "a"), targetName: given.values.get("t"), targetAddress: given.values.get("p") };
}

function listAction(given: GetoptResult): Action {
  return { verb: "list", verbose: has(given, "v"), format: formatOf(given.values.get("libxo")), waitSeconds: waitSecondsOf(given) };
}

/** `name` or `name=value`, as sysctl(8) takes it; `-a` for all there are. */
function sysctlAction(text: string, given: GetoptResult): Action {
  const other = [...given.flags, ...given.values.keys(), ...given.operands].find((one) => one !== "sysctl" && one !== "socket");
  if (other !== undefined)
    throw wrong("--sysctl cannot be used with anything but --socket", "give it alone, as in --sysctl kern.iser.debug=2");
  if (text === "-a") return { verb: "sysctl", name: undefined, value: undefined };
  const [name = "", value, ...more] = text.split("=");
  if (name === "" || more.length > 0) throw wrong(`--sysctl "${text}" is not possible`, "write NAME or NAME=NUMBER");
  return { verb: "sysctl", name, value: value === undefined ? undefined : String(wholeNumber(name, value, 0xffffffff)) };
}

function enableOf(given: GetoptResult): boolean {
  const text = given.values.get("e");
  switch (text?.toLowerCase()) {
    case undefined:
    case "on":
    case "yes":
      return true;
    case "off":
    case "no":
      return false;
    default:
      throw wrong(`-e ${text} is not possible`, "it takes on or off");
  }
}

function waitSecondsOf(given: GetoptResult): number | undefined {
  const text = given.values.get("w");
  return text === undefined ? undefined : wholeNumber("-w", text, longestWaitSeconds);
}

function wholeNumber(option: string, text: string, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= most)) throw wrong(`${option} "${text}" is not a number from 0 to ${most}`);
  return value;
}

/** The part of libxo's options that means something here: `json`, `json,pretty`, `text`. */
function formatOf(options: string | undefined): ListFormat {
  let kind: ListFormat["kind"] = "text";
  let pretty = false;
  for (const option of options?.split(",") ?? []) {
    if (option === "json" || option === "text") kind = option;
    else if (option === "pretty") pretty = true;
    else throw wrong(`--libxo ${option} is not possible`, "it takes text, json, or json,pretty");
  }
  return kind === "json" ? { kind, pretty } : { kind };
}

function wrong(message: string, nextStep = "iscsictl --help shows what goes together"): UsageError {
  return new UsageError(message, { nextStep, exitCode });
}

function notYet(message: string, nextStep: string): UserError {
  return new UserError(message, { nextStep, exitCode });
}

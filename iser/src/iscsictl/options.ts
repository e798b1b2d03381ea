import { type GetoptResult, getopt } from "kit/cli";
import { Secret } from "kit/log";
import { defaultSessionConfig, type SessionConfig } from "#config";
import { type Shell, shells } from "#manual";
import type { Action, Configured } from "./action.ts";
import { checkCombination, has, modeOf } from "./combinations.ts";
import { listFormat, spelledOut } from "./libxo-options.ts";
import { checkTargetName } from "./target-name.ts";
import { usageExitCode, wrong } from "./wrong.ts";

export interface Options {
  readonly action: Action;
  /** Control socket; the default one when absent. */
  readonly socket: string | undefined;
}

/** What a timer of the platform can count in milliseconds: 24 days. */
const longestWaitSeconds = 2_147_483;

/** Reads the command line. Throws a UsageError, which ends the program with 1 as FreeBSD's does. */
export function parseOptions(argv: readonly string[]): Options {
  const words = spelledOut(argv);
  const given = getopt(words.at(-1) === "--sysctl" ? [...words, "-a"] : words, {
    letters: "AMRLac:d:e:hi:n:p:rt:u:s:vw:",
    long: {
      socket: "value",
      sysctl: "value",
      libxo: "value",
      completion: "value",
      "show-secrets": "flag",
      check: "flag",
      format: "flag",
      "in-place": "flag",
      force: "flag",
      help: "flag",
      version: "flag",
    },
    exitCode: usageExitCode,
  });
  for (const option of ["socket", "c", "n", "p", "t", "d"]) {
    if (given.values.get(option) === "") throw wrong(`${option.length > 1 ? "--" : "-"}${option} is empty`);
  }
  return { action: actionOf(given), socket: given.values.get("socket") };
}

function actionOf(given: GetoptResult): Action {
  if (has(given, "help") || has(given, "h")) return { verb: "help" };
  if (has(given, "version")) return { verb: "version" };
  const variable = given.values.get("sysctl");
  if (variable !== undefined) return sysctlAction(variable, given);
  if (has(given, "completion") || has(given, "check") || has(given, "format")) return actionWithoutDaemon(given);
  if (has(given, "in-place")) throw wrong("--in-place is only for --format");
  const mode = modeOf(given);
  checkCombination(mode, given);
  switch (mode) {
    case "A":
      return addAction(given);
    case "M":
      return modifyAction(given);
    case "R":
      return removeAction(given);
    case "L":
      return {
        verb: "list",
        verbose: has(given, "v"),
        showSecrets: has(given, "show-secrets"),
        format: listFormat(given.values.get("libxo")),
        waitSeconds: waitSecondsOf(given),
      };
  }
}

// ------------------------------------------------------------------------------------------------------------ without the daemon

function actionWithoutDaemon(given: GetoptResult): Action {
  const file = given.values.get("c");
  if (has(given, "completion")) {
    alone("--completion", given, []);
    return { verb: "completion", shell: shellOf(given.values.get("completion")) };
  }
  if (has(given, "check")) {
    alone("--check", given, ["c"]);
    return { verb: "check", file };
  }
  alone("--format", given, ["c", "in-place"]);
  return { verb: "format", file, inPlace: has(given, "in-place") };
}

/** A socket is of no use to it, and does no harm. */
function alone(option: string, given: GetoptResult, allowed: readonly string[]): void {
  const others = [...given.flags, ...given.values.keys()].filter((name) => !["socket", option.slice(2), ...allowed].includes(name));
  const other = others.map((name) => (name.length > 1 ? `--${name}` : `-${name}`)).concat(given.operands)[0];
  if (other !== undefined) throw wrong(`${other} cannot be used with ${option}`);
}

function shellOf(name: string | undefined): Shell {
  const shell = shells.find((known) => known === name);
  if (shell === undefined) throw wrong(`--completion ${name} is not possible`, `it takes ${shells.join(", ")}`);
  return shell;
}

/** `name` or `name=value`, as sysctl(8) takes it; `-a` for all there are. */
function sysctlAction(text: string, given: GetoptResult): Action {
  const other = [...given.flags, ...given.values.keys(), ...given.operands].find((one) => one !== "sysctl" && one !== "socket");
  if (other !== undefined)
    throw wrong("--sysctl cannot be used with anything but --socket", "give it alone, as in --sysctl kern.iser.debug=2");
  if (text === "-a") return { verb: "sysctl", name: undefined, value: undefined };
  const [name = "", value, ...more] = text.split("=");
  if (name === "" || more.length > 0) throw wrong(`--sysctl "${text}" is not possible`, "write NAME or NAME=NUMBER");
  // What a variable can be, iscsid knows.
  return { verb: "sysctl", name, value };
}

// ------------------------------------------------------------------------------------------------------------------ A, M and R

function addAction(given: GetoptResult): Action {
  const waitSeconds = waitSecondsOf(given);
  if (has(given, "a") || has(given, "n")) return { verb: "add-configured", which: configuredOf(given), waitSeconds };
  const host = given.values.get("d");
  const { targetName, warning } = targetNameOf(given);
  const secret = given.values.get("s");
  const session: SessionConfig = {
    ...defaultSessionConfig,
    sessionType: host === undefined ? "Normal" : "Discovery",
    targetAddress: host ?? given.values.get("p") ?? "",
    targetName,
    authMethod: secret === undefined ? "None" : "CHAP",
    user: given.values.get("u"),
    secret: secret === undefined ? undefined : new Secret(secret),
    protocol: has(given, "r") ? "iSER" : "iSCSI",
    enable: enableOf(given) ?? true,
  };
  return { verb: "add", session, waitSeconds, warning };
}

function modifyAction(given: GetoptResult): Action {
  const sessionId = wholeNumber("-i", given.values.get("i") ?? "", 0xffffffff);
  const nickname = given.values.get("n");
  if (nickname !== undefined) {
    return { verb: "modify-configured", sessionId, which: { ...configuredOf(given), nickname }, ...forceOf(given) };
  }
  const { targetName, warning } = targetNameOf(given);
  const secret = given.values.get("s");
  const changes = {
    targetAddress: given.values.get("p"),
    targetName,
    user: given.values.get("u"),
    secret: secret === undefined ? undefined : new Secret(secret),
    enable: enableOf(given),
  };
  return { verb: "modify", sessionId, changes, warning, ...forceOf(given) };
}

function removeAction(given: GetoptResult): Action {
  const force = forceOf(given);
  const nickname = given.values.get("n");
  if (nickname !== undefined) return { verb: "remove-configured", which: { ...configuredOf(given), nickname }, ...force };
  const [targetName, targetAddress] = [given.values.get("t"), given.values.get("p")];
  return { verb: "remove", filter: { all: has(given, "a"), targetName, targetAddress, ...force } };
}

// ---------------------------------------------------------------------------------------------------------------------- values

function forceOf(given: GetoptResult): { readonly force?: true } {
  return has(given, "force") ? { force: true } : {};
}

function configuredOf(given: GetoptResult): Configured {
  return { file: given.values.get("c"), nickname: given.values.get("n") };
}

function targetNameOf(given: GetoptResult): { readonly targetName: string | undefined; readonly warning: string | undefined } {
  const targetName = given.values.get("t");
  return { targetName, warning: targetName === undefined ? undefined : checkTargetName(targetName) };
}

function enableOf(given: GetoptResult): boolean | undefined {
  const text = given.values.get("e");
  switch (text?.toLowerCase()) {
    case undefined:
      return undefined;
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

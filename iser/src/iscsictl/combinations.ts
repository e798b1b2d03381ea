import type { GetoptResult } from "kit/cli";
import { wrong } from "./wrong.ts";

/** What iscsictl does: add, modify, remove, list. */
export const modes = ["A", "M", "R", "L"] as const;
export type Mode = (typeof modes)[number];

/** What may not be given in a mode at all. -c is tolerated everywhere. */
const forbidden: Readonly<Record<Mode, string>> = { A: "iv", M: "adrvw", R: "deirusvw", L: "adeinprstu" };

/** Ways to name what is meant, each with what it excludes. */
const exclusive: Readonly<Record<Mode, Readonly<Record<string, string>>>> = {
  A: { a: "eptusndr", n: "eptusdr", d: "pt" },
  M: { n: "eptus" },
  R: { a: "ptn", n: "pt" },
  L: {},
};

/** Whether an option was given, with a value or without. */
export function has(given: GetoptResult, option: string): boolean {
  return given.flags.has(option) || given.values.has(option);
}

/** The mode that was asked for; listing when none was. Throws a UsageError for several, and for operands. */
export function modeOf(given: GetoptResult): Mode {
  const asked = modes.filter((mode) => given.flags.has(mode));
  if (asked.length > 1) throw wrong("at most one of -A, -M, -R, or -L may be specified");
  const operand = given.operands[0];
  if (operand !== undefined) throw wrong(`unexpected argument "${operand}"`);
  return asked[0] ?? "L";
}

/** Throws a UsageError when options do not go together. */
export function checkCombination(mode: Mode, given: GetoptResult): void {
  for (const option of forbidden[mode]) if (has(given, option)) throw wrong(`-${option} cannot be used with -${mode}`);
  for (const [way, excluded] of Object.entries(exclusive[mode])) {
    if (!has(given, way)) continue;
    for (const option of excluded) if (has(given, option)) throw wrong(`-${way} and -${option} are mutually exclusive`);
  }
  if (mode === "A") checkAdd(given);
  if (mode === "M" && !has(given, "i")) throw wrong("-M requires -i");
  if (mode === "R" && !["a", "n", "t", "p"].some((way) => has(given, way))) throw wrong("must specify either -a, -n, -t, or -p");
  if (has(given, "force") && mode !== "R" && mode !== "M") throw wrong("--force is only for -R and -M");
  if (has(given, "show-secrets") && (mode !== "L" || !has(given, "v"))) throw wrong("--show-secrets is only for -L -v");
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

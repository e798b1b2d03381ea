import { ExitCode, type World } from "kit/cli";
import { formatIscsiConfiguration, parseIscsiConfiguration } from "#config";
import { configurationPath, permissionWarning, printDiagnostics, readConfigurationFile, replaceFile } from "./configuration-file.ts";

/** `iscsictl --check`: says what is wrong with a file, or that nothing is. */
export function checkFile(file: string | undefined, world: World): number {
  const path = configurationPath(file, world.env);
  const { sessions, diagnostics, isWrong } = parseIscsiConfiguration(readConfigurationFile(path));
  const loose = permissionWarning(path);
  if (loose !== undefined) world.stderr.write(`${loose}\n`);
  printDiagnostics(path, diagnostics, world);
  if (isWrong) return ExitCode.failure;
  const warnings = diagnostics.length + (loose === undefined ? 0 : 1);
  world.stdout.write(
    `${path}: ${counted(sessions.length, "session")}, no errors${warnings === 0 ? "" : `, ${counted(warnings, "warning")}`}\n`,
  );
  return ExitCode.ok;
}

/** `iscsictl --format`: prints a file in its usual layout, or rewrites it. */
export function formatFile(file: string | undefined, inPlace: boolean, world: World): number {
  const path = configurationPath(file, world.env);
  const content = readConfigurationFile(path);
  const outcome = formatIscsiConfiguration(content);
  if ("errors" in outcome) {
    printDiagnostics(path, outcome.errors, world);
    return ExitCode.failure;
  }
  if (!inPlace) world.stdout.write(outcome.formatted);
  else if (outcome.formatted !== content) replaceFile(path, outcome.formatted);
  return ExitCode.ok;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

import { UsageError } from "kit/cli";

/** FreeBSD's program ends with 1 for a wrong command line too. */
export const usageExitCode = 1;

/** A command line that cannot be meant. */
export function wrong(message: string, nextStep = "iscsictl --help shows what goes together"): UsageError {
  return new UsageError(message, { nextStep, exitCode: usageExitCode });
}

import { AdditionalSense } from "../additional-sense.ts";
import type { ScsiCommand } from "../initiator-port.ts";
import { parseSense, type SenseData, SenseKey } from "../sense.ts";
import { ScsiStatus } from "../status.ts";

/**
 * What to do about a command that came back:
 * - `done`: it did what it was asked.
 * - `retry`: it was not executed, and nothing is in the way any more (a unit attention, another command's deferred error, a reset).
 * - `retry-later`: it was not executed, and what was in the way passes.
 * - `refused`: the target does not know the command, or not in this form.
 * - `failed`: another try would end the same.
 */
export type Verdict = "done" | "retry" | "retry-later" | "refused" | "failed";

export interface Judgement {
  readonly verdict: Verdict;
  readonly sense: SenseData | undefined;
}

/** Judges an outcome by its failure, status and sense (SAM-5, 5.3; SPC-4, 4.5.6). Residuals are the asker's: some answers may be short. */
export function judge(command: ScsiCommand): Judgement {
  if (command.failure !== undefined) {
    return { verdict: command.failure.reason === "reset" ? "retry" : "failed", sense: undefined };
  }
  switch (command.status) {
    case ScsiStatus.good:
    case ScsiStatus.conditionMet:
      return { verdict: "done", sense: undefined };
    case ScsiStatus.checkCondition: {
      const sense = parseSense(command.sense);
      // Without sense nobody knows what happened; reads and writes of blocks bear repetition.
      return { verdict: sense === undefined ? "retry-later" : judgeSense(sense), sense };
    }
    case ScsiStatus.busy:
    case ScsiStatus.taskSetFull:
    case ScsiStatus.acaActive:
    case ScsiStatus.taskAborted:
      return { verdict: "retry-later", sense: undefined };
    default:
      return { verdict: "failed", sense: undefined };
  }
}

function judgeSense(sense: SenseData): Verdict {
  // A deferred error is about an earlier command; this one was not executed (SPC-4, 4.5.7).
  if (sense.deferred) return "retry";
  switch (sense.key) {
    case SenseKey.noSense:
    case SenseKey.recoveredError:
    case SenseKey.completed:
      return "done";
    case SenseKey.unitAttention:
      return "retry";
    case SenseKey.abortedCommand:
      return "retry-later";
    case SenseKey.notReady:
      return passingUnreadiness.has(sense.code) ? "retry-later" : "failed";
    case SenseKey.illegalRequest:
      return refusals.has(sense.code >> 8) ? "refused" : "failed";
    default:
      return "failed";
  }
}

/** NOT READY conditions that end by themselves: becoming ready, asymmetric access state transition, space allocation in progress. */
const passingUnreadiness: ReadonlySet<number> = new Set([AdditionalSense.becomingReady, 0x040a, 0x0414]);

/** Additional sense codes of a command that is not known, or not in this form: opcode, field in CDB, field in parameter list. */
const refusals: ReadonlySet<number> = new Set(
  [AdditionalSense.invalidCommandOperationCode, AdditionalSense.invalidFieldInCdb, AdditionalSense.invalidFieldInParameterList].map(
    (code) => code >> 8,
  ),
);

/** How often a command is sent before it has failed for good. */
export const maxAttempts = 12;

/** Milliseconds to wait before attempt number `attempt` (the first retry is 1): 10, 20, 40 … 2000; with all attempts, nine seconds. */
export function retryDelayMs(attempt: number): number {
  return Math.min(2000, 10 * 2 ** (attempt - 1));
}

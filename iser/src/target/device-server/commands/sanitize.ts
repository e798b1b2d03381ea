import { AdditionalSense, Opcode, SenseKey } from "#scsi";
import type { StepEnd } from "../command.ts";
import type { Execution } from "../execution.ts";
import type { SanitizeMethod } from "../sanitize-operation.ts";
import { type CommandFacts, command } from "./command.ts";

/** Byte 1: IMMED, and AUSE (a failed operation may be left by EXIT FAILURE MODE). */
const Flag = { immediate: 0x80, allowUnrestrictedExit: 0x20 } as const;

const common = {
  opcode: Opcode.sanitize,
  usage: "a0 0000000000 ffff 00",
  medium: "none",
  exclusion: "unit",
  reservation: "writer",
  timeoutSeconds: 3600,
  dataOutLength: ({ cdb }) => parameterListLength(cdb),
} as const satisfies Partial<CommandFacts>;

export const sanitizeOverwrite = command({ ...common, serviceAction: 0x01, name: "SANITIZE, OVERWRITE", run: overwrite });
export const sanitizeBlockErase = command({
  ...common,
  serviceAction: 0x02,
  name: "SANITIZE, BLOCK ERASE",
  supported: ({ unit }) => unit.canBlockErase,
  run: blockErase,
});
export const sanitizeExitFailureMode = command({
  ...common,
  serviceAction: 0x1f,
  name: "SANITIZE, EXIT FAILURE MODE",
  timeoutSeconds: 30,
  run: exitFailureMode,
});

const overwriteHeaderLength = 4;

function parameterListLength(cdb: Uint8Array): number {
  return (cdb[7]! << 8) | cdb[8]!;
}

/** Ends the command when the medium must not be sanitized now. A failed sanitize operation is no obstacle: this is the way out of it. */
function refuseSanitize(execution: Execution): StepEnd | undefined {
  const { unit } = execution;
  if (unit.sanitizing !== undefined) return execution.checkWith(unit.sanitizing.sense);
  if (!unit.loaded) return execution.check(SenseKey.notReady, AdditionalSense.mediumNotPresent);
  return unit.writeProtection === undefined ? undefined : execution.check(SenseKey.dataProtect, unit.writeProtection);
}

function overwrite(execution: Execution): StepEnd {
  const refused = refuseSanitize(execution);
  if (refused !== undefined) return refused;
  const length = parameterListLength(execution.cdb);
  if (length <= overwriteHeaderLength || length > overwriteHeaderLength + execution.unit.blockSize) return execution.invalidField(7);
  if (execution.task.expectedDataOut < length) return execution.illegalRequest(AdditionalSense.parameterListLengthError);
  return execution.fetch(overwriteWith);
}

function overwriteWith(execution: Execution): StepEnd {
  const list = execution.dataOut!;
  const invert = (list[0]! & 0x80) !== 0;
  const passes = list[0]! & 0x1f;
  const patternLength = (list[2]! << 8) | list[3]!;
  if (passes === 0) return execution.invalidParameter(0, 4);
  if (patternLength !== list.length - overwriteHeaderLength) return execution.invalidParameter(2);
  return begin(execution, { kind: "overwrite", pattern: list.slice(overwriteHeaderLength), passes, invert });
}

function blockErase(execution: Execution): StepEnd {
  const refused = refuseSanitize(execution);
  if (refused !== undefined) return refused;
  if (parameterListLength(execution.cdb) !== 0) return execution.invalidField(7);
  return begin(execution, { kind: "block-erase" });
}

/** Without IMMED the status waits for the operation; the operation does not wait for the command, which may be aborted. */
function begin(execution: Execution, method: SanitizeMethod): StepEnd {
  const { unit, cdb, use } = execution;
  const immediate = (cdb[1]! & Flag.immediate) !== 0;
  unit.sanitizeFailureMayExit = (cdb[1]! & Flag.allowUnrestrictedExit) !== 0;
  unit.sanitize(method, (failed) => {
    if (!immediate) execution.resume(use, failed ? endFailed : endGood);
  });
  return immediate ? execution.good() : execution.wait();
}

function endGood(execution: Execution): StepEnd {
  return execution.good();
}

function endFailed(execution: Execution): StepEnd {
  return execution.check(SenseKey.mediumError, AdditionalSense.sanitizeCommandFailed);
}

function exitFailureMode(execution: Execution): StepEnd {
  const { unit, cdb } = execution;
  if (parameterListLength(cdb) !== 0) return execution.invalidField(7);
  if (unit.sanitizing !== undefined) return execution.checkWith(unit.sanitizing.sense);
  if (unit.sanitizeFailed && !unit.sanitizeFailureMayExit) return execution.invalidField(1, 4);
  unit.sanitizeFailed = false;
  return execution.good();
}

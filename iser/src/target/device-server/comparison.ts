import { AdditionalSense, plainSense, SenseKey } from "#scsi";
import type { StepEnd } from "./command.ts";
import type { Execution } from "./execution.ts";

/** Where two runs of bytes of one length first differ, or -1. */
export function firstDifference(a: Uint8Array, b: Uint8Array): number {
  if (Buffer.compare(a, b) === 0) return -1;
  let at = 0;
  while (a[at] === b[at]) at++;
  return at;
}

/** Ends the command: byte `offset` of its write data is not what is on the medium. */
export function miscompare(execution: Execution, offset: number): StepEnd {
  return execution.checkWith({ ...plainSense(SenseKey.miscompare, AdditionalSense.miscompareDuringVerify), information: offset });
}

import type { ScsiCommand } from "./initiator-port.ts";
import { operationName } from "./opcode.ts";
import { describeSense, parseSense, type SenseData } from "./sense.ts";
import { ScsiStatus, scsiStatusName } from "./status.ts";

/** A target ended a command with a status that is no success: the evidence under a BlockError. */
export class ScsiStatusError extends Error {
  override readonly name = "ScsiStatusError";
  /** SCSI status byte. */
  readonly status: number;
  /** `undefined` when there was none, or none that can be read. */
  readonly sense: SenseData | undefined;

  constructor(command: ScsiCommand) {
    const sense = command.status === ScsiStatus.checkCondition ? parseSense(command.sense) : undefined;
    const what = sense === undefined ? scsiStatusName(command.status) : describeSense(sense);
    super(`${operationName(command.cdb)} ended with ${what}`);
    this.status = command.status;
    this.sense = sense;
  }
}

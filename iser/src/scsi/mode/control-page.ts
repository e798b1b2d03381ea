import { readUint16, writeUint16 } from "../big-endian.ts";

/** The control mode page, 0Ah (SPC-4). */
export interface ControlPage {
  /** TST: 0 one task set for all initiators, 1 one for each. */
  readonly taskSetType: number;
  /** D_SENSE: sense comes in descriptor format. */
  readonly descriptorSense: boolean;
  /** GLTSD: log pages are not saved by themselves. */
  readonly globalLoggingSaveDisabled: boolean;
  /** QUEUE ALGORITHM MODIFIER: 0 restricted reordering, 1 unrestricted. */
  readonly queueAlgorithmModifier: number;
  /** QERR: what one command's failure does to the others; 0 nothing. */
  readonly queueErrorManagement: number;
  /** UA_INTLCK_CTRL. */
  readonly unitAttentionInterlock: number;
  /** SWP: software write protect. */
  readonly softwareWriteProtect: boolean;
  /** TAS: commands aborted by another initiator end with TASK ABORTED. */
  readonly taskAbortedStatus: boolean;
  /** BUSY TIMEOUT PERIOD in 100 ms; 0 undefined, ffffh unlimited. */
  readonly busyTimeoutPeriod: number;
}

/** The page's parameters, 10 bytes. */
export function buildControlPage(page: ControlPage): Uint8Array {
  const parameters = new Uint8Array(0x0a);
  parameters[0] = ((page.taskSetType & 7) << 5) | (page.descriptorSense ? 4 : 0) | (page.globalLoggingSaveDisabled ? 2 : 0);
  parameters[1] = ((page.queueAlgorithmModifier & 15) << 4) | ((page.queueErrorManagement & 3) << 1);
  parameters[2] = ((page.unitAttentionInterlock & 3) << 4) | (page.softwareWriteProtect ? 8 : 0);
  parameters[3] = page.taskAbortedStatus ? 0x40 : 0;
  writeUint16(parameters, 6, page.busyTimeoutPeriod);
  return parameters;
}

/** Parameters that did not arrive read as zero. */
export function parseControlPage(parameters: Uint8Array): ControlPage {
  const bits = [parameters[0] ?? 0, parameters[1] ?? 0, parameters[2] ?? 0, parameters[3] ?? 0] as const;
  return {
    taskSetType: bits[0] >> 5,
    descriptorSense: (bits[0] & 4) !== 0,
    globalLoggingSaveDisabled: (bits[0] & 2) !== 0,
    queueAlgorithmModifier: bits[1] >> 4,
    queueErrorManagement: (bits[1] >> 1) & 3,
    unitAttentionInterlock: (bits[2] >> 4) & 3,
    softwareWriteProtect: (bits[2] & 8) !== 0,
    taskAbortedStatus: (bits[3] & 0x40) !== 0,
    busyTimeoutPeriod: parameters.length < 8 ? 0 : readUint16(parameters, 6),
  };
}

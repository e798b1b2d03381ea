import type { TaskManagementOutcome } from "#scsi";
import {
  BhsField,
  beginHeader,
  finalBit,
  putResponseNumbers,
  type ResponseNumbers,
  readUint32,
  writeUint32,
} from "./basic-header-segment.ts";
import { expectOpcode, TargetOpcode } from "./opcode.ts";

/** Response codes (RFC 7143, 11.6.1) by what they mean for the caller; "transport-failed" has none, it never comes from a target. */
export const TaskManagementResponseCode = {
  complete: 0,
  "no-such-task": 1,
  "no-such-lun": 2,
  "task-still-allegiant": 3,
  "no-reassignment": 4,
  "not-supported": 5,
  "not-authorized": 6,
  rejected: 255,
} as const satisfies Record<Exclude<TaskManagementOutcome, "transport-failed">, number>;

const outcomes = new Map<number, TaskManagementOutcome>(
  Object.entries(TaskManagementResponseCode).map(([name, code]) => [code, name as TaskManagementOutcome]),
);

/** What a response code means; one that is not assigned is a refusal. */
export function taskManagementOutcome(response: number): TaskManagementOutcome {
  return outcomes.get(response) ?? "rejected";
}

export interface TaskManagementResponsePdu extends ResponseNumbers {
  readonly initiatorTaskTag: number;
  /** See `TaskManagementResponseCode`. */
  readonly response: number;
}

export function readTaskManagementResponse(bhs: Uint8Array): TaskManagementResponsePdu {
  expectOpcode(bhs, TargetOpcode.taskManagementResponse);
  return {
    response: bhs[2]!,
    initiatorTaskTag: readUint32(bhs, BhsField.initiatorTaskTag),
    statSn: readUint32(bhs, BhsField.statSn),
    expCmdSn: readUint32(bhs, BhsField.expCmdSn),
    maxCmdSn: readUint32(bhs, BhsField.maxCmdSn),
  };
}

export function writeTaskManagementResponse(pdu: TaskManagementResponsePdu, bhs: Uint8Array): void {
  beginHeader(bhs, TargetOpcode.taskManagementResponse, finalBit);
  bhs[2] = pdu.response;
  writeUint32(bhs, BhsField.initiatorTaskTag, pdu.initiatorTaskTag);
  putResponseNumbers(bhs, pdu);
}

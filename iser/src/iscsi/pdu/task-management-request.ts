import type { TaskManagementFunction } from "#scsi";
import { ProtocolError } from "../protocol-error.ts";
import {
  BhsField,
  beginHeader,
  finalBit,
  getLun,
  putLun,
  putRequestNumbers,
  type RequestNumbers,
  readUint32,
  writeUint32,
} from "./basic-header-segment.ts";
import { expectOpcode, InitiatorOpcode, immediateBit, isImmediate } from "./opcode.ts";

/** Function codes (RFC 7143, 11.5.1). Task reassignment has a code of its own and no name in `TaskManagementFunction`: it needs ErrorRecoveryLevel 2. */
export const TaskManagementFunctionCode = {
  "abort-task": 1,
  "abort-task-set": 2,
  "clear-aca": 3,
  "clear-task-set": 4,
  "lun-reset": 5,
  "target-warm-reset": 6,
  "target-cold-reset": 7,
} as const satisfies Record<TaskManagementFunction, number>;
export const taskReassignCode = 8;

const functions = new Map<number, TaskManagementFunction>(
  Object.entries(TaskManagementFunctionCode).map(([name, code]) => [code, name as TaskManagementFunction]),
);

/** The function with this code; undefined for task reassignment and for codes that are not assigned. */
export function taskManagementFunction(code: number): TaskManagementFunction | undefined {
  return functions.get(code);
}

const field = { referencedTaskTag: 20, refCmdSn: 32, expDataSn: 36 } as const;

export interface TaskManagementRequestPdu extends RequestNumbers {
  readonly immediate: boolean;
  /** See `TaskManagementFunctionCode`; a target answers one it does not know with "not supported". */
  readonly functionCode: number;
  readonly lun: Uint8Array;
  readonly initiatorTaskTag: number;
  /** The task to abort; `reservedTag` for functions that name none. */
  readonly referencedTaskTag: number;
  /** The CmdSN of the task to abort. */
  readonly refCmdSn: number;
  /** For task reassignment only. */
  readonly expDataSn: number;
}

export function readTaskManagementRequest(bhs: Uint8Array): TaskManagementRequestPdu {
  expectOpcode(bhs, InitiatorOpcode.taskManagementRequest);
  if ((bhs[BhsField.flags]! & finalBit) === 0) {
    throw new ProtocolError("field", "Task Management Function Request without its leading 1 bit (RFC 7143, 11.5)");
  }
  return {
    immediate: isImmediate(bhs),
    functionCode: bhs[BhsField.flags]! & 0x7f,
    lun: getLun(bhs),
    initiatorTaskTag: readUint32(bhs, BhsField.initiatorTaskTag),
    referencedTaskTag: readUint32(bhs, field.referencedTaskTag),
    cmdSn: readUint32(bhs, BhsField.cmdSn),
    expStatSn: readUint32(bhs, BhsField.expStatSn),
    refCmdSn: readUint32(bhs, field.refCmdSn),
    expDataSn: readUint32(bhs, field.expDataSn),
  };
}

export function writeTaskManagementRequest(pdu: TaskManagementRequestPdu, bhs: Uint8Array): void {
  beginHeader(bhs, InitiatorOpcode.taskManagementRequest | (pdu.immediate ? immediateBit : 0), finalBit | pdu.functionCode);
  putLun(bhs, pdu.lun);
  writeUint32(bhs, BhsField.initiatorTaskTag, pdu.initiatorTaskTag);
  writeUint32(bhs, field.referencedTaskTag, pdu.referencedTaskTag);
  putRequestNumbers(bhs, pdu);
  writeUint32(bhs, field.refCmdSn, pdu.refCmdSn);
  writeUint32(bhs, field.expDataSn, pdu.expDataSn);
}

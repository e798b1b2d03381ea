import { Opcode } from "./opcode.ts";

/**
 * Whether a command of a direct access block device may be sent once more when nobody knows whether it was executed: twice comes to the same as once. All others end in an error
 * then, because only their sender knows what a second time would do: COMPARE AND WRITE would miss, a reservation be taken from whoever got it meanwhile. The six-byte
 * READ and WRITE are among them, since on tapes they move.
 */
export function isRepeatable(cdb: Uint8Array): boolean {
  return repeatable.has(cdb[0] ?? 0);
}

const repeatable: ReadonlySet<number> = new Set([
  Opcode.testUnitReady,
  Opcode.requestSense,
  Opcode.inquiry,
  Opcode.modeSense6,
  Opcode.readCapacity10,
  Opcode.read10,
  Opcode.write10,
  Opcode.writeAndVerify10,
  Opcode.verify10,
  Opcode.preFetch10,
  Opcode.synchronizeCache10,
  Opcode.readDefectData10,
  Opcode.writeSame10,
  Opcode.unmap,
  Opcode.logSense,
  Opcode.modeSense10,
  Opcode.persistentReserveIn,
  Opcode.read16,
  Opcode.write16,
  Opcode.writeAndVerify16,
  Opcode.verify16,
  Opcode.preFetch16,
  Opcode.synchronizeCache16,
  Opcode.writeSame16,
  Opcode.writeAtomic16,
  Opcode.serviceActionIn16,
  Opcode.reportLuns,
  Opcode.maintenanceIn,
  Opcode.read12,
  Opcode.write12,
  Opcode.writeAndVerify12,
  Opcode.verify12,
  Opcode.readDefectData12,
]);

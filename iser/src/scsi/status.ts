/** SCSI status codes (SAM-5, 5.3.1). */
export const ScsiStatus = {
  good: 0x00,
  checkCondition: 0x02,
  conditionMet: 0x04,
  busy: 0x08,
  reservationConflict: 0x18,
  taskSetFull: 0x28,
  acaActive: 0x30,
  taskAborted: 0x40,
} as const;
export type ScsiStatus = (typeof ScsiStatus)[keyof typeof ScsiStatus];

const names: ReadonlyMap<number, string> = new Map([
  [ScsiStatus.good, "GOOD"],
  [ScsiStatus.checkCondition, "CHECK CONDITION"],
  [ScsiStatus.conditionMet, "CONDITION MET"],
  [ScsiStatus.busy, "BUSY"],
  [ScsiStatus.reservationConflict, "RESERVATION CONFLICT"],
  [ScsiStatus.taskSetFull, "TASK SET FULL"],
  [ScsiStatus.acaActive, "ACA ACTIVE"],
  [ScsiStatus.taskAborted, "TASK ABORTED"],
]);

/** The standard's name of a status byte, or "status 0x12" for one it does not define. */
export function scsiStatusName(status: number): string {
  return names.get(status) ?? `status 0x${status.toString(16).padStart(2, "0")}`;
}

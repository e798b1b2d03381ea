import { encodeReportLuns, parseLunList, SelectReport } from "./cdb/report-luns.ts";
import type { InitiatorPort } from "./initiator-port.ts";
import { LogicalUnit, type LogicalUnitOptions } from "./logical-unit.ts";
import type { Lun } from "./lun.ts";

/** Room for 255 numbers, which is all that most targets ever have. */
const firstAllocationLength = 2048;

/** Above this a list is believed to be nonsense: room for all 16384 numbers and as many others. */
const maxAllocationLength = 262144;

/**
 * The logical units of a target, ascending. A target that does not know REPORT LUNS has LUN 0. Rejects with a `BlockError`.
 */
export async function scanLuns(port: InitiatorPort, options: LogicalUnitOptions): Promise<readonly Lun[]> {
  const unit = new LogicalUnit(port, 0, options);
  for (let allocationLength = firstAllocationLength; ; ) {
    const length = allocationLength;
    const answer = await unit.ask(
      (cdb) => encodeReportLuns(cdb, { selectReport: SelectReport.addressable, allocationLength: length }),
      allocationLength,
    );
    if (answer.kind === "refused") return [0];
    const { totalLength, luns } = parseLunList(answer.data);
    if (totalLength <= allocationLength || allocationLength === maxAllocationLength) return [...new Set(luns)].sort((a, b) => a - b);
    // A list may be longer whenever it is asked for, but not for ever.
    allocationLength = Math.min(Math.max(totalLength, 2 * allocationLength), maxAllocationLength);
  }
}

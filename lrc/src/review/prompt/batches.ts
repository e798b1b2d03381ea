import { estimateTokens } from "#connectors";
import { lineTable, type Unit } from "./unit.ts";

/** Two neighbours see each other; what one correction costs later stays small. */
const unitsOfBatch = 2;
/** A large change makes larger requests rather than more of them. */
const mostBatches = 24;

/** Units in the groups that are sent together, the riskiest file first. `mostTokens`: what the lines of one group may come to. */
export function batchesOf(units: readonly Unit[], mostTokens: number): readonly (readonly Unit[])[] {
  const perBatch = Math.max(unitsOfBatch, Math.ceil(units.length / mostBatches));
  const batches: Unit[][] = [];
  let batch: Unit[] = [];
  let tokens = 0;
  for (const unit of units) {
    const size = tokensOf(unit);
    if (batch.length > 0 && (batch.length >= perBatch || tokens + size > mostTokens)) {
      batches.push(batch);
      batch = [];
      tokens = 0;
    }
    batch.push(unit);
    tokens += size;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

function tokensOf(unit: Unit): number {
  return estimateTokens(lineTable(unit.lines)) + estimateTokens(unit.context) + 30;
}

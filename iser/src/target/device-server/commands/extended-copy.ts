import { AdditionalSense, Opcode, plainSense, SenseKey } from "#scsi";
import type { StepEnd } from "../command.ts";
import type { CopyStatus } from "../copy-results.ts";
import type { Execution } from "../execution.ts";
import { type CopyList, type CopySegment, type CopyTarget, parseCopyList } from "../extended-copy-list.ts";
import type { LogicalUnit } from "../logical-unit.ts";
import { unitDesignators } from "../vital-product-data.ts";
import { command } from "./command.ts";

/**
 * EXTENDED COPY (LID1): copies runs of blocks between logical units of this target, through memory. On units other than the one that got the
 * command, it does not keep away from atomic commands.
 */
export const extendedCopy = command({
  opcode: Opcode.thirdPartyCopyOut,
  serviceAction: 0x00,
  name: "EXTENDED COPY (LID1)",
  usage: "00 0000000000000000 ffffffff 00 00",
  medium: "write",
  reservation: "writer",
  timeoutSeconds: 300,
  dataOutLength: ({ cdb }) => new DataView(cdb.buffer, cdb.byteOffset).getUint32(10),
  run,
});

/** A copy on its way. */
interface CopyPlan {
  readonly list: CopyList;
  /** The units behind the target descriptors, as far as they exist. */
  readonly units: readonly (LogicalUnit | undefined)[];
  readonly status: CopyStatus;
  segment: number;
}

/** A multiple of every block size. */
const chunkBytes = 256 * 1024;

function run(execution: Execution): StepEnd {
  if (execution.task.expectedDataOut < execution.wantedDataOut) return execution.illegalRequest(AdditionalSense.parameterListLengthError);
  if (execution.wantedDataOut === 0) return execution.good();
  return execution.fetch(plan);
}

function plan(execution: Execution): StepEnd {
  const { unit, nexus, target, use } = execution;
  const list = parseCopyList(execution.dataOut!);
  if (typeof list === "number") return execution.illegalRequest(list);
  const units = list.targets.map((wanted) => target.units.find(([, other]) => isNamed(other, wanted))?.[1]);
  const status: CopyStatus = { completed: false, isRunning: () => execution.use === use, segmentsProcessed: 0, bytes: 0 };
  if (list.keepsResults) unit.copyResults.begin(nexus, list.listId, status);
  execution.plan = { list, units, status, segment: 0 } satisfies CopyPlan;
  return execution.needBuffer(chunkBytes, beginSegment);
}

/** A designator may be longer than the 20 bytes that a target descriptor has for it. */
function isNamed(unit: LogicalUnit, { designatorType, designator }: CopyTarget): boolean {
  return unitDesignators(unit).some(
    ({ type, bytes }) => type === designatorType && Buffer.compare(bytes.subarray(0, 20), designator) === 0,
  );
}

function planOf(execution: Execution): CopyPlan {
  return execution.plan as CopyPlan;
}

function beginSegment(execution: Execution): StepEnd {
  const { list, units, segment, status } = planOf(execution);
  const next = list.segments[segment];
  if (next === undefined) {
    status.completed = true;
    return execution.good();
  }
  const source = units[next.source];
  const destination = units[next.destination];
  if (source === undefined || destination === undefined) return abortCopy(execution, AdditionalSense.unreachableCopyTarget);
  const problem = problemWith(execution, next, source, destination);
  if (problem !== undefined) return abortCopy(execution, problem);
  execution.progress = 0;
  return readChunk(execution);
}

/** The additional sense code for a segment that cannot be copied, or undefined. */
function problemWith(execution: Execution, segment: CopySegment, source: LogicalUnit, destination: LogicalUnit): number | undefined {
  const { nexus, cdb, command: self } = execution;
  const { list } = planOf(execution);
  const bytes = segmentBytes(segment, source, destination);
  const sizesFit = [segment.source, segment.destination].every((index) => {
    const said = list.targets[index]!.blockSize;
    return said === 0 || said === (index === segment.source ? source : destination).blockSize;
  });
  if (!sizesFit) return AdditionalSense.incorrectCopyTargetType;
  if (bytes % source.blockSize !== 0 || bytes % destination.blockSize !== 0) return AdditionalSense.unexpectedInexactSegment;
  if (segment.sourceLba * source.blockSize + bytes > source.device.geometry.size) return AdditionalSense.none;
  if (segment.destinationLba * destination.blockSize + bytes > destination.device.geometry.size) return AdditionalSense.none;
  for (const unit of [source, destination]) {
    if (!unit.loaded || unit.sanitizing !== undefined || unit.reservedAgainst(nexus, self!, cdb))
      return AdditionalSense.copyTargetNotReachable;
  }
  return destination.writeProtection === undefined ? undefined : AdditionalSense.copyTargetNotReachable;
}

function segmentBytes({ blocks, countsDestination }: CopySegment, source: LogicalUnit, destination: LogicalUnit): number {
  return blocks * (countsDestination ? destination : source).blockSize;
}

function readChunk(execution: Execution): StepEnd {
  const current = planOf(execution);
  const segment = current.list.segments[current.segment]!;
  const source = current.units[segment.source]!;
  const destination = current.units[segment.destination]!;
  const left = segmentBytes(segment, source, destination) - execution.progress;
  if (left === 0) {
    current.segment++;
    current.status.segmentsProcessed++;
    return beginSegment(execution);
  }
  const piece = execution.buffer!.subarray(0, Math.min(left, chunkBytes));
  return execution.readMedium(segment.sourceLba * source.blockSize + execution.progress, piece, writeChunk, source);
}

function writeChunk(execution: Execution): StepEnd {
  const current = planOf(execution);
  const segment = current.list.segments[current.segment]!;
  const source = current.units[segment.source]!;
  const destination = current.units[segment.destination]!;
  const left = segmentBytes(segment, source, destination) - execution.progress;
  const piece = execution.buffer!.subarray(0, Math.min(left, chunkBytes));
  const offset = segment.destinationLba * destination.blockSize + execution.progress;
  execution.progress += piece.length;
  current.status.bytes += piece.length;
  return execution.writeMedium(offset, piece, destination.mustForce(false), readChunk, destination);
}

/** COPY ABORTED; COMMAND-SPECIFIC INFORMATION says in which segment. */
function abortCopy(execution: Execution, code: number): StepEnd {
  return execution.checkWith({ ...plainSense(SenseKey.copyAborted, code), commandInformation: planOf(execution).segment });
}

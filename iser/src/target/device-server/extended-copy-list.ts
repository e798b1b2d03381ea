import { AdditionalSense } from "#scsi";

/** What EXTENDED COPY takes: told by RECEIVE COPY RESULTS, OPERATING PARAMETERS, and held to. */
export const copyLimits = { maxTargets: 16, maxSegments: 16, maxDescriptorBytes: 16 * 32 + 16 * 28 } as const;

/** Descriptor type codes: the only ones there are here. */
export const CopyDescriptorType = { blockToBlock: 0x02, identification: 0xe4 } as const;

/** An identification descriptor target descriptor: a logical unit by one of its names. */
export interface CopyTarget {
  readonly designatorType: number;
  readonly designator: Uint8Array;
  /** DISK BLOCK LENGTH, 0 when not said. */
  readonly blockSize: number;
}

/** A block device to block device segment descriptor. */
export interface CopySegment {
  readonly source: number;
  readonly destination: number;
  /** BLOCK DEVICE NUMBER OF BLOCKS: of the destination with DC, else of the source. */
  readonly blocks: number;
  readonly countsDestination: boolean;
  readonly sourceLba: number;
  readonly destinationLba: number;
}

/** The parameter list of EXTENDED COPY (LID1). */
export interface CopyList {
  readonly listId: number;
  /** LIST ID USAGE 00b: the outcome is kept for RECEIVE COPY RESULTS. */
  readonly keepsResults: boolean;
  readonly targets: readonly CopyTarget[];
  readonly segments: readonly CopySegment[];
}

const headerLength = 16;
const targetLength = 32;
const segmentLength = 28;

/** Reads a parameter list; an additional sense code says what is wrong with it (SPC-4, 6.4.3). `list` is copied where it is kept. */
export function parseCopyList(list: Uint8Array): CopyList | number {
  if (list.length < headerLength) return AdditionalSense.parameterListLengthError;
  const view = new DataView(list.buffer, list.byteOffset, list.byteLength);
  const targetsLength = view.getUint16(2);
  const segmentsLength = view.getUint32(8);
  const inlineLength = view.getUint32(12);
  const descriptorBytes = targetsLength + segmentsLength;
  if (inlineLength > 0) return AdditionalSense.inlineDataLengthExceeded;
  if (descriptorBytes > copyLimits.maxDescriptorBytes) return AdditionalSense.parameterListLengthError;
  if (list.length < headerLength + descriptorBytes || targetsLength % targetLength !== 0) return AdditionalSense.parameterListLengthError;
  if (targetsLength / targetLength > copyLimits.maxTargets) return AdditionalSense.tooManyTargetDescriptors;

  const targets: CopyTarget[] = [];
  for (let at = headerLength; at < headerLength + targetsLength; at += targetLength) {
    const target = parseTarget(view, at);
    if (target === undefined) return AdditionalSense.unsupportedTargetDescriptorType;
    targets.push(target);
  }
  const segments = parseSegments(view, headerLength + targetsLength, headerLength + descriptorBytes);
  if (typeof segments === "number") return segments;
  return { listId: list[0]!, keepsResults: (list[1]! & 0x18) === 0, targets, segments };
}

function parseTarget(view: DataView, at: number): CopyTarget | undefined {
  const directAccess = 0;
  if (view.getUint8(at) !== CopyDescriptorType.identification || (view.getUint8(at + 1) & 0x1f) !== directAccess) return undefined;
  const designatorLength = Math.min(view.getUint8(at + 7), 20);
  return {
    designatorType: view.getUint8(at + 5) & 0x0f,
    designator: new Uint8Array(view.buffer, view.byteOffset + at + 8, designatorLength).slice(),
    blockSize: view.getUint32(at + 28) & 0xffffff,
  };
}

function parseSegments(view: DataView, start: number, end: number): CopySegment[] | number {
  const segments: CopySegment[] = [];
  let at = start;
  while (at < end) {
    if (end - at < 4) return AdditionalSense.parameterListLengthError;
    if (view.getUint8(at) !== CopyDescriptorType.blockToBlock) return AdditionalSense.unsupportedSegmentDescriptorType;
    if (end - at < segmentLength || view.getUint16(at + 2) !== segmentLength - 4) return AdditionalSense.parameterListLengthError;
    if (segments.length === copyLimits.maxSegments) return AdditionalSense.tooManySegmentDescriptors;
    segments.push({
      source: view.getUint16(at + 4),
      destination: view.getUint16(at + 6),
      blocks: view.getUint16(at + 10),
      countsDestination: (view.getUint8(at + 1) & 2) !== 0,
      sourceLba: view.getUint32(at + 12) * 0x1_0000_0000 + view.getUint32(at + 16),
      destinationLba: view.getUint32(at + 20) * 0x1_0000_0000 + view.getUint32(at + 24),
    });
    at += segmentLength;
  }
  return segments;
}

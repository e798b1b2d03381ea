import type { BlockDevice } from "#block";
import type { BlockSizeConstraints } from "./pdu/export-information.ts";
import { TransmissionFlag } from "./pdu/transmission-flag.ts";

/** A block device under a name. */
export interface NbdExport {
  /** What a client asks for. Not empty. */
  readonly name: string;
  /** For people who list the exports. */
  readonly description?: string | undefined;
  readonly device: BlockDevice;
  /** Refuses writes, whatever the device would take. */
  readonly readOnly?: boolean | undefined;
}

/** What there is to export. Asked anew by every list and every choice, so that it may change while clients are connected. */
export interface ExportSource {
  list(): readonly NbdExport[];
}

/** The export of that name; the empty name means the first. */
export function findExport(source: ExportSource, name: string): NbdExport | undefined {
  const exports = source.list();
  return name === "" ? exports[0] : exports.find((candidate) => candidate.name === name);
}

/** The longest data of one read or write that is served, and the length that clients may rely on unless told otherwise. */
export const maximumPayloadBytes = 32 * 1024 * 1024;

export function isReadOnly({ device, readOnly }: NbdExport): boolean {
  return readOnly === true || device.features.readOnly;
}

/** What the server offers for an export, as `TransmissionFlag`s. */
export function transmissionFlags(exported: NbdExport, structuredReplies: boolean): number {
  const { device } = exported;
  let flags =
    TransmissionFlag.hasFlags |
    TransmissionFlag.sendFlush |
    TransmissionFlag.sendFua |
    // Right because all connections end at the same BlockDevice: a flush through one covers what was written through another.
    TransmissionFlag.canMultiConn;
  if (device.features.rotational) flags |= TransmissionFlag.rotational;
  if (structuredReplies) flags |= TransmissionFlag.sendDf;
  if (device.prefetch !== undefined) flags |= TransmissionFlag.sendCache;
  if (isReadOnly(exported)) return flags | TransmissionFlag.readOnly;
  if (device.features.unmap) flags |= TransmissionFlag.sendTrim;
  return flags | TransmissionFlag.sendWriteZeroes | TransmissionFlag.sendFastZero;
}

export function blockSizeConstraints({ device }: NbdExport): BlockSizeConstraints {
  const { blockSize, physicalBlockSize } = device.geometry;
  return { minimum: blockSize, preferred: Math.max(blockSize, physicalBlockSize, 4096), maximumPayload: maximumPayloadBytes };
}

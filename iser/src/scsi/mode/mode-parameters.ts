import { readUint16, writeUint16 } from "../big-endian.ts";

/** DEVICE-SPECIFIC PARAMETER of a direct access block device (SBC-4). */
export const DeviceSpecificParameter = {
  /** WP: the medium is write protected. */
  writeProtect: 0x80,
  /** DPOFUA: READ and WRITE know the DPO and FUA bits. */
  dpoFua: 0x10,
} as const;

/** Mode page codes. */
export const ModePage = { caching: 0x08, control: 0x0a, all: 0x3f } as const;

/** One mode page as it travels. */
export interface ModePageData {
  readonly page: number;
  readonly subpage: number;
  /** PS: the page can be saved (MODE SENSE); reserved in MODE SELECT. */
  readonly savable: boolean;
  /** The parameters after the page header. A view into the data that was parsed. */
  readonly parameters: Uint8Array;
  /** Where in the parsed data the page starts, for field pointers. */
  readonly offset: number;
}

/** The parameter list of MODE SENSE and MODE SELECT. */
export interface ModeParameters {
  readonly mediumType: number;
  /** Bits of {@link DeviceSpecificParameter}. */
  readonly deviceSpecific: number;
  /** LONGLBA: block descriptors are 16 bytes instead of 8 (10-byte commands only). */
  readonly longLba: boolean;
  /** Block descriptors as on the wire. A view into the data that was parsed. */
  readonly blockDescriptors: Uint8Array;
  readonly pages: readonly ModePageData[];
}

/** Which command the list belongs to: it decides the header, 4 bytes or 8. */
export type ModeCommandForm = 6 | 10;

/**
 * Reads a parameter list. The header's length field and the bytes at hand both bound it, whichever ends first; a page that is cut off keeps the
 * parameters that arrived. `undefined` when the header did not arrive.
 *
 * MODE SELECT sends the length field as zero (reserved): pass `ignoreLength`.
 */
export function parseModeParameters(data: Uint8Array, form: ModeCommandForm, ignoreLength = false): ModeParameters | undefined {
  const headerLength = form === 6 ? 4 : 8;
  if (data.length < headerLength) return undefined;
  const said = form === 6 ? 1 + data[0]! : 2 + readUint16(data, 0);
  const end = ignoreLength ? data.length : Math.min(data.length, said);
  const descriptorsEnd = headerLength + (form === 6 ? data[3]! : readUint16(data, 6));
  return {
    mediumType: data[form === 6 ? 1 : 2]!,
    deviceSpecific: data[form === 6 ? 2 : 3]!,
    longLba: form === 10 && (data[4]! & 1) !== 0,
    blockDescriptors: data.subarray(headerLength, Math.max(headerLength, Math.min(descriptorsEnd, end))),
    pages: parsePages(data, descriptorsEnd, end),
  };
}

function parsePages(data: Uint8Array, start: number, end: number): ModePageData[] {
  const pages: ModePageData[] = [];
  let at = start;
  while (at + 2 <= end) {
    const withSubpage = (data[at]! & 0x40) !== 0;
    const headerLength = withSubpage ? 4 : 2;
    if (at + headerLength > end) break;
    const next = at + headerLength + (withSubpage ? readUint16(data, at + 2) : data[at + 1]!);
    pages.push({
      page: data[at]! & 0x3f,
      subpage: withSubpage ? data[at + 1]! : 0,
      savable: (data[at]! & 0x80) !== 0,
      parameters: data.subarray(at + headerLength, Math.min(next, end)),
      offset: at,
    });
    at = next;
  }
  return pages;
}

/** A page to put into a parameter list. */
export type ModePageToBuild = Pick<ModePageData, "page" | "subpage" | "savable" | "parameters">;

/** Builds the whole list, its length field filled in as MODE SENSE has it. */
export function buildModeParameters(
  form: ModeCommandForm,
  list: Omit<ModeParameters, "pages"> & { readonly pages: readonly ModePageToBuild[] },
): Uint8Array {
  const headerLength = form === 6 ? 4 : 8;
  const pagesLength = list.pages.reduce((sum, page) => sum + (page.subpage === 0 ? 2 : 4) + page.parameters.length, 0);
  const data = new Uint8Array(headerLength + list.blockDescriptors.length + pagesLength);
  if (form === 6) {
    data[0] = Math.min(data.length - 1, 0xff);
    data[1] = list.mediumType;
    data[2] = list.deviceSpecific;
    data[3] = list.blockDescriptors.length;
  } else {
    writeUint16(data, 0, data.length - 2);
    data[2] = list.mediumType;
    data[3] = list.deviceSpecific;
    data[4] = list.longLba ? 1 : 0;
    writeUint16(data, 6, list.blockDescriptors.length);
  }
  data.set(list.blockDescriptors, headerLength);
  let at = headerLength + list.blockDescriptors.length;
  for (const page of list.pages) at = buildPage(data, at, page);
  return data;
}

function buildPage(data: Uint8Array, at: number, { page, subpage, savable, parameters }: ModePageToBuild): number {
  data[at] = (savable ? 0x80 : 0) | (subpage === 0 ? 0 : 0x40) | page;
  if (subpage === 0) data[at + 1] = parameters.length;
  else {
    data[at + 1] = subpage;
    writeUint16(data, at + 2, parameters.length);
  }
  const start = at + (subpage === 0 ? 2 : 4);
  data.set(parameters, start);
  return start + parameters.length;
}

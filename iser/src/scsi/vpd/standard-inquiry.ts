import { readUint16, writeUint16 } from "../big-endian.ts";
import { readAsciiField, writeAsciiField } from "./ascii-field.ts";

/** PERIPHERAL DEVICE TYPE. */
export const DeviceType = {
  disk: 0x00,
  tape: 0x01,
  processor: 0x03,
  cdDvd: 0x05,
  mediaChanger: 0x08,
  storageArray: 0x0c,
  enclosure: 0x0d,
} as const;

/** PERIPHERAL QUALIFIER: 0 a logical unit is here, 1 it could be but is not connected, 3 there is none at this number. */
export const PeripheralQualifier = { connected: 0, notConnected: 1, notSupported: 3 } as const;

/** Standard INQUIRY data (SPC-4, 6.6.2). */
export interface StandardInquiry {
  /** One of {@link PeripheralQualifier}. */
  readonly qualifier: number;
  /** One of {@link DeviceType}; 1fh with qualifier 3. */
  readonly deviceType: number;
  /** RMB. */
  readonly removable: boolean;
  /** VERSION: 5 SPC-3, 6 SPC-4, 7 SPC-5. */
  readonly version: number;
  /** NORMACA. */
  readonly normalAca: boolean;
  /** HISUP: LUNs have a hierarchy. */
  readonly hierarchical: boolean;
  /** TPGS: 0 no asymmetric access, 1 implicit, 2 explicit, 3 both. */
  readonly targetPortGroups: number;
  /** 3PC: third-party copy. */
  readonly thirdPartyCopy: boolean;
  /** PROTECT: protection information. */
  readonly protect: boolean;
  /** MULTIP: several target ports. */
  readonly multiPort: boolean;
  /** CMDQUE: the full task management model. */
  readonly commandQueuing: boolean;
  /** T10 VENDOR IDENTIFICATION, up to 8 characters. */
  readonly vendor: string;
  /** PRODUCT IDENTIFICATION, up to 16 characters. */
  readonly product: string;
  /** PRODUCT REVISION LEVEL, up to 4 characters. */
  readonly revision: string;
  /** VERSION DESCRIPTORs: up to 8 codes of standards. */
  readonly versionDescriptors: readonly number[];
}

/** Bytes of what {@link buildStandardInquiry} builds. */
export const standardInquiryLength = 96;

const responseDataFormat = 2;

export function buildStandardInquiry(inquiry: StandardInquiry): Uint8Array {
  const data = new Uint8Array(standardInquiryLength);
  data[0] = (inquiry.qualifier << 5) | (inquiry.deviceType & 0x1f);
  data[1] = inquiry.removable ? 0x80 : 0;
  data[2] = inquiry.version;
  data[3] = (inquiry.normalAca ? 0x20 : 0) | (inquiry.hierarchical ? 0x10 : 0) | responseDataFormat;
  data[4] = standardInquiryLength - 5;
  data[5] = ((inquiry.targetPortGroups & 3) << 4) | (inquiry.thirdPartyCopy ? 8 : 0) | (inquiry.protect ? 1 : 0);
  data[6] = inquiry.multiPort ? 0x10 : 0;
  data[7] = inquiry.commandQueuing ? 2 : 0;
  writeAsciiField(data, 8, 8, inquiry.vendor);
  writeAsciiField(data, 16, 16, inquiry.product);
  writeAsciiField(data, 32, 4, inquiry.revision);
  for (const [index, code] of inquiry.versionDescriptors.slice(0, 8).entries()) writeUint16(data, 58 + 2 * index, code);
  return data;
}

/** What did not arrive reads as zero or "". `undefined` without the first five bytes: nothing is known then. */
export function parseStandardInquiry(data: Uint8Array): StandardInquiry | undefined {
  if (data.length < 5) return undefined;
  const here = data.subarray(0, 5 + data[4]!);
  const versionDescriptors: number[] = [];
  for (let at = 58; at + 2 <= Math.min(here.length, 74); at += 2) {
    const code = readUint16(here, at);
    if (code !== 0) versionDescriptors.push(code);
  }
  return {
    qualifier: here[0]! >> 5,
    deviceType: here[0]! & 0x1f,
    removable: (here[1]! & 0x80) !== 0,
    version: here[2]!,
    normalAca: (here[3]! & 0x20) !== 0,
    hierarchical: (here[3]! & 0x10) !== 0,
    targetPortGroups: ((here[5] ?? 0) >> 4) & 3,
    thirdPartyCopy: ((here[5] ?? 0) & 8) !== 0,
    protect: ((here[5] ?? 0) & 1) !== 0,
    multiPort: ((here[6] ?? 0) & 0x10) !== 0,
    commandQueuing: ((here[7] ?? 0) & 2) !== 0,
    vendor: readAsciiField(here, 8, 8),
    product: readAsciiField(here, 16, 16),
    revision: readAsciiField(here, 32, 4),
    versionDescriptors,
  };
}

import { blankVpdPage, VpdPage, vpdHeaderLength, vpdPageBody } from "./vpd-page.ts";

/** DESIGNATOR TYPE (SPC-4, 7.8.6). */
export const DesignatorType = {
  vendorSpecific: 0x0,
  t10VendorId: 0x1,
  eui64: 0x2,
  naa: 0x3,
  relativeTargetPort: 0x4,
  targetPortGroup: 0x5,
  logicalUnitGroup: 0x6,
  md5LogicalUnit: 0x7,
  scsiNameString: 0x8,
  protocolSpecificPort: 0x9,
  uuid: 0xa,
} as const;

/** ASSOCIATION: what a designator names. */
export const Association = { logicalUnit: 0, targetPort: 1, targetDevice: 2 } as const;

/** CODE SET: how a designator is to be read. */
export const CodeSet = { binary: 1, ascii: 2, utf8: 3 } as const;

/** A name of a logical unit, a target port or a target device. */
export interface Designator {
  /** One of {@link DesignatorType}. */
  readonly type: number;
  /** One of {@link Association}. */
  readonly association: number;
  /** One of {@link CodeSet}. */
  readonly codeSet: number;
  /** PROTOCOL IDENTIFIER, where PIV says that it counts: 5 is iSCSI. */
  readonly protocol?: number;
  readonly bytes: Uint8Array;
}

const designatorHeaderLength = 4;

/** Device Identification, 83h (SPC-4). */
export function buildDeviceIdentification(designators: readonly Designator[], deviceType = 0): Uint8Array {
  const length = designators.reduce((sum, { bytes }) => sum + designatorHeaderLength + bytes.length, 0);
  const data = blankVpdPage(VpdPage.deviceIdentification, length, deviceType);
  let at = vpdHeaderLength;
  for (const { type, association, codeSet, protocol, bytes } of designators) {
    data[at] = ((protocol ?? 0) << 4) | codeSet;
    data[at + 1] = (protocol === undefined ? 0 : 0x80) | (association << 4) | type;
    data[at + 3] = bytes.length;
    data.set(bytes, at + designatorHeaderLength);
    at += designatorHeaderLength + bytes.length;
  }
  return data;
}

/** The designators that arrived whole, copied; `undefined` when `data` is another page. */
export function parseDeviceIdentification(data: Uint8Array): readonly Designator[] | undefined {
  const body = vpdPageBody(data, VpdPage.deviceIdentification);
  if (body === undefined) return undefined;
  const designators: Designator[] = [];
  let at = 0;
  while (at + designatorHeaderLength <= body.length) {
    const next = at + designatorHeaderLength + body[at + 3]!;
    if (next > body.length) break;
    const bits = body[at + 1]!;
    designators.push({
      type: bits & 15,
      association: (bits >> 4) & 3,
      codeSet: body[at]! & 15,
      ...(bits & 0x80 ? { protocol: body[at]! >> 4 } : {}),
      bytes: body.slice(at + designatorHeaderLength, next),
    });
    at = next;
  }
  return designators;
}

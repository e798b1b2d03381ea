import { readUint16, writeUint16 } from "../big-endian.ts";

/** Vital product data page codes (SPC-4, 7.8; SBC-4). */
export const VpdPage = {
  supportedPages: 0x00,
  unitSerialNumber: 0x80,
  deviceIdentification: 0x83,
  extendedInquiry: 0x86,
  thirdPartyCopy: 0x8f,
  blockLimits: 0xb0,
  blockDeviceCharacteristics: 0xb1,
  logicalBlockProvisioning: 0xb2,
} as const;

/** Bytes in front of a page's own: device type, page code, page length. */
export const vpdHeaderLength = 4;

/** A page of `length` bytes after the header, which is filled in. `deviceType` is byte 0 as in standard INQUIRY data: qualifier and type. */
export function blankVpdPage(page: number, length: number, deviceType = 0): Uint8Array {
  const data = new Uint8Array(vpdHeaderLength + length);
  data[0] = deviceType;
  data[1] = page;
  writeUint16(data, 2, length);
  return data;
}

/**
 * The page's own bytes, as many as arrived. `undefined` when it is another page: some targets answer with standard INQUIRY data, or page 00h,
 * for what they do not have.
 */
export function vpdPageBody(data: Uint8Array, page: number): Uint8Array | undefined {
  if (data.length < vpdHeaderLength || data[1] !== page) return undefined;
  return data.subarray(vpdHeaderLength, vpdHeaderLength + readUint16(data, 2));
}

/** The same bytes, lengthened with zeroes to `length`: a page of an older standard is shorter, and zero means "not reported" throughout. */
export function paddedBody(body: Uint8Array, length: number): Uint8Array {
  if (body.length >= length) return body;
  const padded = new Uint8Array(length);
  padded.set(body);
  return padded;
}

/** Bytes of the whole page, header included, by what the header says; 0 when it did not arrive. */
export function vpdPageLength(data: Uint8Array): number {
  return data.length < vpdHeaderLength ? 0 : vpdHeaderLength + readUint16(data, 2);
}

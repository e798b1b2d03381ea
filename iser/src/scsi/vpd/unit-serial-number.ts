import { readAsciiField, writeAsciiField } from "./ascii-field.ts";
import { blankVpdPage, VpdPage, vpdHeaderLength, vpdPageBody } from "./vpd-page.ts";

/** Unit Serial Number, 80h (SPC-4). */
export function buildUnitSerialNumber(serial: string, deviceType = 0): Uint8Array {
  const data = blankVpdPage(VpdPage.unitSerialNumber, serial.length, deviceType);
  writeAsciiField(data, vpdHeaderLength, serial.length, serial);
  return data;
}

/** The number without padding, "" when the target keeps it to itself; `undefined` when `data` is another page. */
export function parseUnitSerialNumber(data: Uint8Array): string | undefined {
  const body = vpdPageBody(data, VpdPage.unitSerialNumber);
  return body === undefined ? undefined : readAsciiField(body, 0, body.length);
}

import { Association, type Designator, DesignatorType } from "../vpd/device-identification.ts";
import type { StandardInquiry } from "../vpd/standard-inquiry.ts";

/** Which disk this is, by what the target says of it. */
export interface DiskIdentity {
  readonly vendor: string;
  readonly product: string;
  readonly revision: string;
  /** Unit serial number (VPD 80h); `undefined` when the target tells none that is one. */
  readonly serial: string | undefined;
  /** The names from VPD 83h: of the logical unit, of the target port it was reached by, of the target. */
  readonly designators: readonly Designator[];
  /**
   * The same for the same logical unit on every path and after every restart: "naa.6001405…", "eui.…", a SCSI name string, "uuid.…", "t10.…", else
   * "serial.vendor.product.serial". `undefined` when the target tells nothing that distinguishes its units.
   */
  readonly id: string | undefined;
}

/** Longer ones are no numbers (SPC-3 has room for 255 characters), and are not taken for one: cut, two of them could be the same. */
const longestSerial = 255;

/** A page has room for thousands of names; more than this are not kept, for a thousand disks would each have them. */
const mostDesignators = 64;

export function diskIdentity(inquiry: StandardInquiry, serial: string | undefined, designators: readonly Designator[]): DiskIdentity {
  const { vendor, product, revision } = inquiry;
  const told = serial === "" || (serial?.length ?? 0) > longestSerial ? undefined : serial;
  const id = designatedId(designators) ?? (told === undefined ? undefined : `serial.${vendor}.${product}.${told}`);
  return { vendor, product, revision, serial: told, designators: designators.slice(0, mostDesignators), id };
}

function designatedId(designators: readonly Designator[]): string | undefined {
  const ofUnit = designators.filter(({ association, bytes }) => association === Association.logicalUnit && bytes.length > 0);
  for (const form of forms) {
    const designator = ofUnit.find(form.fits);
    if (designator !== undefined) return form.print(designator.bytes);
  }
  return undefined;
}

/** Names that are unique in the world come before names that are unique for a vendor; among NAA, the registered ones before local ones. */
const forms: readonly { readonly fits: (designator: Designator) => boolean; readonly print: (bytes: Uint8Array) => string }[] = [
  { fits: isNaa(6), print: (bytes) => `naa.${hex(bytes)}` },
  { fits: isNaa(5), print: (bytes) => `naa.${hex(bytes)}` },
  { fits: isNaa(2), print: (bytes) => `naa.${hex(bytes)}` },
  { fits: ({ type }) => type === DesignatorType.eui64, print: (bytes) => `eui.${hex(bytes)}` },
  { fits: ({ type, bytes }) => type === DesignatorType.scsiNameString && printable(bytes) !== "", print: printable },
  { fits: ({ type, bytes }) => type === DesignatorType.uuid && bytes.length >= 18, print: (bytes) => `uuid.${hex(bytes.subarray(2, 18))}` },
  { fits: isNaa(3), print: (bytes) => `naa.${hex(bytes)}` },
  { fits: ({ type }) => type === DesignatorType.t10VendorId, print: (bytes) => `t10.${printable(bytes)}` },
];

function isNaa(format: number): (designator: Designator) => boolean {
  return ({ type, bytes }) => type === DesignatorType.naa && bytes[0]! >> 4 === format;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The text in one word: it becomes part of device names and is shown on terminals. */
function printable(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    if (byte === 0) break;
    text += byte > 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : "_";
  }
  return text.replace(/_+$/, "");
}

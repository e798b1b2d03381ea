import { readUint16, writeUint16 } from "../big-endian.ts";
import { blankVpdPage, paddedBody, VpdPage, vpdPageBody } from "./vpd-page.ts";

/** MEDIUM ROTATION RATE of a solid state medium. */
export const nonRotatingMedium = 1;

/** Block Device Characteristics, B1h (SBC-4). */
export interface BlockDeviceCharacteristics {
  /** MEDIUM ROTATION RATE: revolutions a minute; 0 not reported, 1 non-rotating. */
  readonly rotationRate: number;
  readonly productType: number;
  /** NOMINAL FORM FACTOR: 0 not reported. */
  readonly formFactor: number;
  /** FUAB: FUA and SYNCHRONIZE CACHE may stop at a non-volatile cache; else they may mean the medium, as in SBC-2. */
  readonly fuab: boolean;
  /** VBULS: VERIFY with BYTCHK of unmapped blocks is supported. */
  readonly verifyUnmapped: boolean;
}

const bodyLength = 0x3c;

export function buildBlockDeviceCharacteristics(page: BlockDeviceCharacteristics, deviceType = 0): Uint8Array {
  const data = blankVpdPage(VpdPage.blockDeviceCharacteristics, bodyLength, deviceType);
  writeUint16(data, 4, page.rotationRate);
  data[6] = page.productType;
  data[7] = page.formFactor & 15;
  data[8] = (page.fuab ? 2 : 0) | (page.verifyUnmapped ? 1 : 0);
  return data;
}

/** Fields that did not arrive read as zero; `undefined` when `data` is another page. */
export function parseBlockDeviceCharacteristics(data: Uint8Array): BlockDeviceCharacteristics | undefined {
  const arrived = vpdPageBody(data, VpdPage.blockDeviceCharacteristics);
  if (arrived === undefined) return undefined;
  const body = paddedBody(arrived, bodyLength);
  return {
    rotationRate: readUint16(body, 0),
    productType: body[2]!,
    formFactor: body[3]! & 15,
    fuab: (body[4]! & 2) !== 0,
    verifyUnmapped: (body[4]! & 1) !== 0,
  };
}

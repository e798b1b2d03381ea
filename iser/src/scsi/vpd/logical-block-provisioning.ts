import { blankVpdPage, paddedBody, VpdPage, vpdPageBody } from "./vpd-page.ts";

/** PROVISIONING TYPE. */
export const ProvisioningType = { notReported: 0, resource: 1, thin: 2 } as const;

/** Logical Block Provisioning, B2h (SBC-4). */
export interface LogicalBlockProvisioning {
  /** THRESHOLD EXPONENT: thresholds are in units of 2^n blocks; 0: no thresholds. */
  readonly thresholdExponent: number;
  /** LBPU: UNMAP. */
  readonly unmap: boolean;
  /** LBPWS: WRITE SAME (16) with UNMAP. */
  readonly writeSame16: boolean;
  /** LBPWS10: WRITE SAME (10) with UNMAP. */
  readonly writeSame10: boolean;
  /** LBPRZ, 0…7. Odd: unmapped blocks read as zeroes. 2: as the provisioning initialization pattern. 0: as anything. */
  readonly readZeroes: number;
  /** ANC_SUP: blocks can be anchored. */
  readonly anchor: boolean;
  /** One of {@link ProvisioningType}. */
  readonly provisioningType: number;
}

const bodyLength = 4;

export function buildLogicalBlockProvisioning(page: LogicalBlockProvisioning, deviceType = 0): Uint8Array {
  const data = blankVpdPage(VpdPage.logicalBlockProvisioning, bodyLength, deviceType);
  data[4] = page.thresholdExponent;
  data[5] =
    (page.unmap ? 0x80 : 0) |
    (page.writeSame16 ? 0x40 : 0) |
    (page.writeSame10 ? 0x20 : 0) |
    ((page.readZeroes & 7) << 2) |
    (page.anchor ? 2 : 0);
  data[6] = page.provisioningType & 7;
  return data;
}

/** Fields that did not arrive read as zero; `undefined` when `data` is another page. */
export function parseLogicalBlockProvisioning(data: Uint8Array): LogicalBlockProvisioning | undefined {
  const arrived = vpdPageBody(data, VpdPage.logicalBlockProvisioning);
  if (arrived === undefined) return undefined;
  const body = paddedBody(arrived, bodyLength);
  const bits = body[1]!;
  return {
    thresholdExponent: body[0]!,
    unmap: (bits & 0x80) !== 0,
    writeSame16: (bits & 0x40) !== 0,
    writeSame10: (bits & 0x20) !== 0,
    readZeroes: (bits >> 2) & 7,
    anchor: (bits & 2) !== 0,
    provisioningType: body[2]! & 7,
  };
}

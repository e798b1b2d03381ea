import { readUint16, writeUint16 } from "../big-endian.ts";
import { blankVpdPage, paddedBody, VpdPage, vpdHeaderLength, vpdPageBody } from "./vpd-page.ts";

/** Extended INQUIRY Data, 86h (SPC-4): what initiators look at. */
export interface ExtendedInquiry {
  /** GROUP_SUP: group numbers are known. */
  readonly groupNumbers: boolean;
  /** HEADSUP, ORDSUP, SIMPSUP: task attributes. */
  readonly headOfQueue: boolean;
  readonly ordered: boolean;
  readonly simple: boolean;
  /** V_SUP: there is a volatile cache. */
  readonly volatileCache: boolean;
  /** NV_SUP: there is a non-volatile cache. */
  readonly nonVolatileCache: boolean;
  /** LUICLR: unit attentions for logical units in other states are cleared. */
  readonly unitAttentionsCleared: boolean;
  /** EXTENDED SELF-TEST COMPLETION MINUTES. */
  readonly extendedSelfTestMinutes: number;
  /** MAXIMUM SUPPORTED SENSE DATA LENGTH; 0: not reported. */
  readonly maxSenseLength: number;
}

const bodyLength = 0x3c;

export function buildExtendedInquiry(page: ExtendedInquiry, deviceType = 0): Uint8Array {
  const data = blankVpdPage(VpdPage.extendedInquiry, bodyLength, deviceType);
  data[5] = (page.groupNumbers ? 0x10 : 0) | (page.headOfQueue ? 4 : 0) | (page.ordered ? 2 : 0) | (page.simple ? 1 : 0);
  data[6] = (page.nonVolatileCache ? 2 : 0) | (page.volatileCache ? 1 : 0);
  data[7] = page.unitAttentionsCleared ? 1 : 0;
  writeUint16(data, 10, page.extendedSelfTestMinutes);
  data[13] = page.maxSenseLength;
  return data;
}

/** Fields that did not arrive read as zero; `undefined` when `data` is another page. */
export function parseExtendedInquiry(data: Uint8Array): ExtendedInquiry | undefined {
  const arrived = vpdPageBody(data, VpdPage.extendedInquiry);
  if (arrived === undefined) return undefined;
  const body = paddedBody(arrived, bodyLength);
  return {
    groupNumbers: (body[5 - vpdHeaderLength]! & 0x10) !== 0,
    headOfQueue: (body[5 - vpdHeaderLength]! & 4) !== 0,
    ordered: (body[5 - vpdHeaderLength]! & 2) !== 0,
    simple: (body[5 - vpdHeaderLength]! & 1) !== 0,
    nonVolatileCache: (body[6 - vpdHeaderLength]! & 2) !== 0,
    volatileCache: (body[6 - vpdHeaderLength]! & 1) !== 0,
    unitAttentionsCleared: (body[7 - vpdHeaderLength]! & 1) !== 0,
    extendedSelfTestMinutes: readUint16(body, 10 - vpdHeaderLength),
    maxSenseLength: body[13 - vpdHeaderLength]!,
  };
}

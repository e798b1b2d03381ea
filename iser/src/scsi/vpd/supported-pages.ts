import { blankVpdPage, VpdPage, vpdHeaderLength, vpdPageBody } from "./vpd-page.ts";

/** Supported VPD pages, 00h (SPC-4): the codes of all pages there are, ascending. */
export function buildSupportedPages(pages: readonly number[], deviceType = 0): Uint8Array {
  const data = blankVpdPage(VpdPage.supportedPages, pages.length, deviceType);
  data.set(pages, vpdHeaderLength);
  return data;
}

/** `undefined` when `data` is another page. */
export function parseSupportedPages(data: Uint8Array): readonly number[] | undefined {
  const body = vpdPageBody(data, VpdPage.supportedPages);
  return body === undefined ? undefined : [...body];
}

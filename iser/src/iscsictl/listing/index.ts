import type { SessionStatus } from "#control";
import type { ListFormat } from "../action.ts";
import { htmlOf } from "./html.ts";
import { listingLines, textOf } from "./lines.ts";
import { listingTree } from "./tree.ts";
import { xmlOf } from "./xml.ts";

/** What `iscsictl -L` prints for these sessions: FreeBSD's iscsictl(8) column for column, or in the structure that libxo(3) gives it. */
export function formatListing(
  sessions: readonly SessionStatus[],
  { verbose, format }: { readonly verbose: boolean; readonly format: ListFormat },
): string {
  switch (format.kind) {
    case "text":
      return textOf(listingLines(sessions, verbose));
    case "html":
      return htmlOf(listingLines(sessions, verbose), format.pretty);
    case "json":
      return `${JSON.stringify({ iscsictl: listingTree(sessions, verbose) }, undefined, format.pretty ? 2 : undefined)}\n`;
    case "xml":
      return xmlOf("iscsictl", listingTree(sessions, verbose), format.pretty);
  }
}

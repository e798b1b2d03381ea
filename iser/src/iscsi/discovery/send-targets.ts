import { ProtocolError } from "../protocol-error.ts";
import { printable } from "../text/printable.ts";
import { encodeText, parseText, type TextPair } from "../text/text-pair.ts";
import { formatPortal, type Portal, PortalSyntaxError, parsePortal } from "./portal.ts";

/** A target and where it is reached, as SendTargets tells (RFC 7143, appendix C). */
export interface DiscoveredTarget {
  readonly name: string;
  /** Every TargetAddress, in the order given. None: the target is reached where the question was asked. */
  readonly portals: readonly Portal[];
}

/**
 * The text of a SendTargets request: `"All"` (discovery sessions only), one target by name, or `""` for the target that the session
 * is with.
 */
export function sendTargetsRequest(which: "All" | "" | (string & {})): Uint8Array {
  return encodeText([{ key: "SendTargets", value: which }]);
}

/** Reads the whole text of an answer, put together from all of its PDUs. */
export function parseSendTargets(text: Uint8Array): DiscoveredTarget[] {
  const portalsByName = new Map<string, Portal[]>();
  let portals: Portal[] | undefined;
  for (const pair of parseText(text)) {
    switch (pair.key) {
      case "TargetName":
        // A target that comes up again only has more addresses.
        portals = portalsByName.get(pair.value) ?? [];
        portalsByName.set(pair.value, portals);
        break;
      case "TargetAddress":
        if (portals === undefined) {
          throw new ProtocolError("negotiation", "TargetAddress before any TargetName in answer to SendTargets (RFC 7143, appendix C)");
        }
        portals.push(parseAddress(pair.value));
        break;
      case "SendTargets":
        throw new ProtocolError("negotiation", `the target answered SendTargets with ${printable(pair.value)} (RFC 7143, 13.3)`);
      default: // Vendors add lines of their own; they do not change where targets are.
    }
  }
  return Array.from(portalsByName, ([name, found]) => ({ name, portals: found }));
}

function parseAddress(text: string): Portal {
  try {
    return parsePortal(text);
  } catch (error) {
    if (!(error instanceof PortalSyntaxError)) throw error;
    throw new ProtocolError("negotiation", `TargetAddress ${error.message} (RFC 7143, 13.8)`);
  }
}

/** The target's answer; portals without a group tag belong to group 1. */
export function formatSendTargets(targets: readonly DiscoveredTarget[]): Uint8Array {
  const pairs: TextPair[] = [];
  for (const { name, portals } of targets) {
    pairs.push({ key: "TargetName", value: name });
    for (const portal of portals) {
      pairs.push({ key: "TargetAddress", value: formatPortal({ ...portal, groupTag: portal.groupTag ?? 1 }) });
    }
  }
  return encodeText(pairs);
}

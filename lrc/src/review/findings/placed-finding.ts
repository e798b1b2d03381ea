import type { StatedFinding } from "../prompt/prompts.ts";
import type { Unit } from "../prompt/unit.ts";
import { type Anchor, anchorOf } from "./anchor.ts";
import { isEmptyTalk } from "./empty-talk.ts";

/** A finding whose lines were found. */
export interface PlacedFinding {
  readonly stated: StatedFinding;
  readonly anchor: Anchor;
}

/** Why findings of a model went no further, each counted. */
export interface Dropped {
  /** Their quotes stand nowhere in the change. */
  nowhere: number;
  /** Their quotes are lines that the change did not touch. */
  unchanged: number;
  /** They state no fault. */
  talk: number;
  /** The second look refuted them. */
  refuted: number;
  /** There were too many; the worse ones were kept. */
  crowded: number;
}

export function noneDropped(): Dropped {
  return { nowhere: 0, unchanged: 0, talk: 0, refuted: 0, crowded: 0 };
}

/** Finds the places of stated findings; what has none, or says nothing, is counted. */
export function placeFindings(units: readonly Unit[], stated: readonly StatedFinding[], dropped: Dropped): readonly PlacedFinding[] {
  return stated.flatMap((finding) => {
    if (isEmptyTalk(finding)) {
      dropped.talk += 1;
      return [];
    }
    const anchor = anchorOf(units, finding.file, finding.quote, finding.line);
    if (typeof anchor === "string") {
      dropped[anchor] += 1;
      return [];
    }
    return [{ stated: finding, anchor }];
  });
}

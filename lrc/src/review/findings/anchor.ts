import type { Line, Side } from "#diff";
import type { Unit } from "../prompt/unit.ts";

/** Where in the change a quote stands. */
export interface Anchor {
  readonly unit: Unit;
  readonly side: Side;
  readonly startLine: number;
  readonly endLine: number;
  /** How it was found. */
  readonly how: "exact" | "trimmed" | "windowed";
}

/** Why a quote has no place. */
export type NoAnchor = "nowhere" | "unchanged";

const widestWindow = 8;
/** A shorter piece of a line is found everywhere. */
const leastPiece = 8;

/**
 * Finds the lines that are quoted: as they are, then without regard to space, then as a piece of a few consecutive lines. They must be lines of the change; of
 * several such places the one nearest to the claimed number is taken. Units of another file count only where the quote stands in no unit of the named one.
 */
export function anchorOf(units: readonly Unit[], path: string, quote: string, claimedLine: number): Anchor | NoAnchor {
  const quoted = withoutTable(quote);
  if (quoted.every((line) => squeezed(line) === "")) return "nowhere";
  const named = units.filter((unit) => unit.path === path);
  const others = units.filter((unit) => unit.path !== path);
  let reason: NoAnchor = "nowhere";
  for (const group of [named, others]) {
    for (const how of ["exact", "trimmed", "windowed"] as const) {
      const places = group.flatMap((unit) => placesIn(unit, quoted, how));
      const changed = places.filter(({ touches }) => touches);
      if (changed.length > 0) {
        const distance = ({ startLine, side }: Place): number => Math.abs(startLine - claimedLine) + (side === "old" ? 0.5 : 0);
        const { unit, side, startLine, endLine } = changed.reduce((best, place) => (distance(place) < distance(best) ? place : best));
        return { unit, side, startLine, endLine, how };
      }
      if (places.length > 0) reason = "unchanged";
    }
  }
  return reason;
}

interface Place {
  readonly unit: Unit;
  readonly side: Side;
  readonly startLine: number;
  readonly endLine: number;
  /** One of the lines is changed. */
  readonly touches: boolean;
}

function placesIn(unit: Unit, quoted: readonly string[], how: Anchor["how"]): readonly Place[] {
  const places: Place[] = [];
  for (const side of ["new", "old"] as const) {
    const lines = unit.lines.filter(({ kind }) => kind !== (side === "new" ? "removed" : "added"));
    const add = (first: number, last: number): void => {
      const chosen = lines.slice(first, last + 1);
      places.push({
        unit,
        side,
        startLine: numberOf(chosen[0]!, side),
        endLine: numberOf(chosen.at(-1)!, side),
        touches: chosen.some(({ kind }) => kind !== "context"),
      });
    };
    if (how === "windowed") {
      const wanted = squeezed(quoted.join(""));
      if (wanted.length < leastPiece) continue;
      const found = smallestWindows(lines, wanted);
      for (const [first, last] of found) add(first, last);
    } else {
      const same = how === "exact" ? (a: string, b: string) => a === b : (a: string, b: string) => squeezed(a) === squeezed(b);
      for (let first = 0; first + quoted.length <= lines.length; first += 1) {
        if (quoted.every((text, offset) => same(lines[first + offset]!.text.replace(/\r$/, ""), text)))
          add(first, first + quoted.length - 1);
      }
    }
  }
  return places;
}

/** Runs of lines that hold `wanted`, as few lines as will do. */
function smallestWindows(lines: readonly Line[], wanted: string): readonly (readonly [number, number])[] {
  for (let width = 1; width <= widestWindow; width += 1) {
    const found: [number, number][] = [];
    for (let first = 0; first + width <= lines.length; first += 1) {
      const text = squeezed(
        lines
          .slice(first, first + width)
          .map((line) => line.text)
          .join(""),
      );
      // A model may also quote a little more than one line: what it adds must not be more than what is there.
      if (text.includes(wanted) || (text.length >= leastPiece && wanted.includes(text) && text.length * 2 > wanted.length))
        found.push([first, first + width - 1]);
    }
    if (found.length > 0) return found;
  }
  return [];
}

function numberOf(line: Line, side: Side): number {
  if (line.kind === "added") return line.newNumber;
  if (line.kind === "removed") return line.oldNumber;
  return side === "new" ? line.newNumber : line.oldNumber;
}

function squeezed(text: string): string {
  return text.replaceAll(/\s+/g, "");
}

/** The numbers and the bar of the table may come along, and a fence around it all. */
function withoutTable(quote: string): readonly string[] {
  const lines = quote
    .replaceAll(/\r/g, "")
    .split("\n")
    .filter((line) => !/^```\w*$/.test(line.trim()));
  while (lines.length > 1 && lines.at(-1)!.trim() === "") lines.pop();
  while (lines.length > 1 && lines[0]!.trim() === "") lines.shift();
  return lines.map((line) =>
    line.replace(/^\s{0,20}\d{0,9}\s{1,20}\d{0,9}\s{0,20}[+-]?\s?\|/, "").replace(/^\s{0,20}\d+\s{0,20}[+-]?\s?\|/, ""),
  );
}

/** A value in a text, and whether it was the text as it stood. */
interface FoundJson {
  readonly value: object;
  readonly mended: boolean;
}

/** So many characters are looked at, counted again for each place where a value could begin. */
const mostWork = 20_000_000;

/**
 * The JSON value in what a model wrote: as it is, or among the words, fences and thoughts around it, or mended where it was cut off or has commas too many. Of
 * several the longest that `fits`: what a model drafts before, or quotes from what it was asked about, is shorter than its answer. Where none fits, the first
 * one, so that what is wrong with it can be said. Undefined where there is none.
 */
export function jsonIn(text: string, fits: (value: object) => boolean = () => true): FoundJson | undefined {
  const bare = text.trim();
  const whole = parsed(bare);
  if (whole !== undefined) return { value: whole, mended: false };
  let best: { readonly value: object; readonly length: number } | undefined;
  let other: object | undefined;
  let work = 0;
  for (let start = nextBracket(bare, 0); start >= 0 && work < mostWork; ) {
    const end = endOfValue(bare, start);
    const piece = bare.slice(start, end);
    work += piece.length;
    const value = parsed(piece) ?? parsed(mended(piece));
    if (value !== undefined && fits(value)) {
      if (best === undefined || piece.length >= best.length) best = { value, length: piece.length };
    } else other ??= value;
    // Braces also stand in prose and in code: what is no value may have one inside.
    start = nextBracket(bare, value === undefined ? start + 1 : end);
  }
  const value = best?.value ?? other;
  return value === undefined ? undefined : { value, mended: true };
}

function nextBracket(text: string, from: number): number {
  const found = text.slice(from).search(/[{[]/);
  return found < 0 ? -1 : from + found;
}

/** Behind the bracket that closes the one at `start`; the end of the text where none does. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  let inString = false;
  for (let index = start; index < text.length; index += 1) {
    const character = text[index];
    if (inString) {
      if (character === "\\") index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") {
      depth -= 1;
      if (depth === 0) return index + 1;
    }
  }
  return text.length;
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Reads along as a JSON parser would, escapes bare control characters in strings, drops commas before a closing bracket, and closes at the last whole member what is open at the end. */
function mended(text: string): string {
  const open: string[] = [];
  const output: string[] = [];
  /** Where a comma stands with only spaces after it. */
  let comma = -1;
  /** Where the text could be cut and closed: behind a whole value in an array or object, and how many of those are open there. */
  let safe = { length: 0, depth: 0 };
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index]!;
    if (inString) {
      if (character === "\\") {
        output.push(character + (text[index + 1] ?? ""));
        index += 1;
      } else if (character < " ") output.push(character === "\n" ? "\\n" : character === "\t" ? "\\t" : "");
      else {
        output.push(character);
        if (character === '"') inString = false;
      }
      continue;
    }
    if (character === '"') inString = true;
    if (character === "{" || character === "[") open.push(character === "{" ? "}" : "]");
    if (character === "}" || character === "]") {
      if (comma >= 0) output.length = comma;
      comma = -1;
      if (open.at(-1) !== character) break;
      open.pop();
      output.push(character);
      safe = { length: output.length, depth: open.length };
      if (open.length === 0) break;
      continue;
    }
    if (character === ",") comma = output.length;
    else if (character.trim() !== "") comma = -1;
    output.push(character);
  }
  return output.slice(0, safe.length).join("") + open.slice(0, safe.depth).reverse().join("");
}

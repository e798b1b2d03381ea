/** A piece of a regular expression: what it can begin with, as a class of characters written out, and how often it comes. */
interface Piece {
  /** The characters it may hold, among those that are tried. */
  readonly first: ReadonlySet<string>;
  readonly all: ReadonlySet<string>;
  readonly isOptional: boolean;
  readonly isRepeated: boolean;
}

/** Characters that stand for all of their kind. */
const tried = "aZ5_ \t-.,:;/\\@#'\"<>()[]{}=+*&%$!?|~^éx0b".split("");

/**
 * Whether a group that is repeated without bound can match the same text in more than one way: all of it is one repetition (`(a+)*`), what surrounds
 * a repetition may be missing or can be of the same characters (`(\w+\s?)*`, `([a-z]+.)+`), or two alternatives can begin alike and are one piece each.
 */
export function repeatsRepetition(pattern: string): boolean {
  const open: number[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at];
    if (character === "\\") at += 1;
    else if (character === "[") at = endOfClass(pattern, at);
    else if (character === "(") open.push(at);
    else if (character === ")") {
      const start = open.pop();
      if (start === undefined) return false;
      const group = pattern.slice(start + 1, at);
      if (isUnbounded(pattern, at + 1) && isAmbiguous(group)) return endsLater(pattern, at + 1);
      // So many times and no fewer fails by itself.
      if (isCounted(pattern, at + 1) && /[*+]/.test(group) && isAmbiguous(group)) return true;
    }
  }
  return false;
}

/** A repetition is only tried again where what comes after it can fail. */
function endsLater(pattern: string, from: number): boolean {
  return /[^?*+{},\d)]/.test(pattern.slice(from + 1));
}

function isUnbounded(pattern: string, at: number): boolean {
  return /^(?:[*+]|\{\d{1,4},(?:\d{2,4})?\})/.test(pattern.slice(at, at + 12));
}

/** A repetition of a fixed number: the work grows with that power. */
function isCounted(pattern: string, at: number): boolean {
  const times = /^\{(\d{1,4})\}/.exec(pattern.slice(at, at + 6))?.[1];
  return times !== undefined && Number(times) >= 10;
}

function isAmbiguous(group: string): boolean {
  const body = group
    .replace(/^\?(?::|<\w+>)/, "")
    .replace(/\((?:\?:)?(\[(?:\\.|[^\]\\])*\]|\\.|[^\\()[\]|?])\)/g, "$1")
    .replace(/\((?:\?:)?((?:\[(?:\\.|[^\]\\])*\]|\\.|[^\\()[\]|?*+])[*+])\)(?![*+?{])/g, "$1");
  if (body.startsWith("?")) return false; // looks, and takes nothing
  const alternatives = alternativesOf(body).map(piecesOf);
  if (alternatives.includes(undefined)) return false;
  const known = alternatives as readonly (readonly Piece[])[];
  for (const pieces of known) {
    const repeated = pieces.filter(({ isRepeated }) => isRepeated);
    for (const one of repeated) {
      // There is a character that all the rest may be, too, or the rest may be missing.
      if ([...one.all].some((character) => pieces.every((other) => other === one || other.isOptional || other.all.has(character))))
        return true;
    }
  }
  const single = known.filter((pieces) => pieces.length === 1).map(([piece]) => piece!);
  return (
    single.some((one, place) => single.some((other, at) => at > place && meet(one.first, other.first))) ||
    // Several of the one can be one of the other: `(a|aa)+`.
    single.some((one) =>
      known.some((pieces) => pieces.length > 1 && [...one.all].some((character) => pieces.every(({ all }) => all.has(character)))),
    )
  );
}

function meet(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return [...one].some((character) => other.has(character));
}

function alternativesOf(body: string): readonly string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < body.length; at += 1) {
    const character = body[at];
    if (character === "\\") at += 1;
    else if (character === "[") at = endOfClass(body, at);
    else if (character === "(") depth += 1;
    else if (character === ")") depth -= 1;
    else if (character === "|" && depth === 0) {
      found.push(body.slice(start, at));
      start = at + 1;
    }
  }
  found.push(body.slice(start));
  return found;
}

/** The pieces of an alternative; undefined for one that is more than a row of characters and classes. */
function piecesOf(body: string): readonly Piece[] | undefined {
  const pieces: Piece[] = [];
  let rest = body;
  // A group around all of it adds nothing.
  const inner = /^\((?:\?:)?([^()]*)\)([*+])?$/.exec(rest);
  if (inner !== null) rest = inner[2] === undefined ? inner[1]! : `${inner[1]}`;
  while (rest !== "") {
    const found = /^(\[(?:\\.|[^\]\\])*\]|\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|.)|[^\\()|[\]*+?{}])([*+?]|\{\d{1,4}(?:,\d{0,4})?\})?\??/.exec(
      rest,
    );
    if (found === null) return undefined;
    const [whole, atom = "", count = ""] = found;
    rest = rest.slice(whole.length);
    if (/^(?:\^|\$|\\[bB])$/.test(atom)) continue;
    const all = charactersOf(atom);
    if (all === undefined) return undefined;
    pieces.push({
      first: all,
      all,
      isOptional: /^[*?]|^\{0/.test(count),
      isRepeated: /^[*+]|^\{\d+,\}/.test(count),
    });
  }
  return pieces;
}

const known = new Map<string, ReadonlySet<string> | undefined>();

/** Which of the tried characters an atom can be. */
function charactersOf(atom: string): ReadonlySet<string> | undefined {
  if (!known.has(atom)) {
    if (known.size > 1_000) known.clear();
    known.set(atom, triedOf(atom));
  }
  return known.get(atom);
}

function triedOf(atom: string): ReadonlySet<string> | undefined {
  try {
    const whole = new RegExp(`^${atom}$`, "s");
    const found = new Set(tried.filter((character) => atom === "." || whole.test(character)));
    if (/^[^\\[]$/.test(atom) && atom !== ".") found.add(atom);
    return found;
  } catch {
    return undefined;
  }
}

function endOfClass(pattern: string, from: number): number {
  for (let at = from + 1; at < pattern.length; at += 1) {
    if (pattern[at] === "\\") at += 1;
    else if (pattern[at] === "]") return at;
  }
  return pattern.length;
}

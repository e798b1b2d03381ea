import { wordsOfName } from "./secret-name.ts";
import { isRandom, isRowOfKeys } from "./secret-text.ts";
import { verbose } from "./verbose.ts";

/** A text in a line of notes, and the words before it that say what it is. `index` is its place, from 0. */
interface ToldValue {
  readonly name: string;
  readonly value: string;
  readonly index: number;
}

/** A text that is long enough for a key. */
const long = /^[\w+/=.~!@#$%^&*:-]{14,400}$/;
/** What a text is for, when it is said in words of its own. */
const role = verbose`
  ^(?:
    key | keys | token | secret | password | passwd | pat | access | private | apikey | apitoken | secretkey
    | privatekey | accesskey | authkey | license | credentials? | crumb
    | [a-z]{4,20}(?:token|secret|apikey)
  )$
`;
const capitals = /(?:KEY|SECRET|TOKEN|PRIVATE|ACCESS)$/;
/** Words between a role and what has it. */
const between = /^(?:is|key|code|id|value|the|for|to|api|[:=|>,-]{1,3})[:=]?$/i;
/** What is said about a text that is no secret, although a key is spoken of. */
const harmless = /^(?:public|sha\d*|hash|digest|checksum|fingerprint|commit|revision|integrity|etag|uuid|guid|name|path|file|url|version)$/;
/** Before how many words a role may stand. */
const reach = 3;

/**
 * What notes and logs tell, of what a generator made: `stripe secret key sk…`, `lemlistSECRET abc…`, `toggl-KEY-abc…`. A role in capitals at the end of a word counts as a word. Each word of
 * the line is looked at once.
 */
export function toldValuesIn(line: string): readonly ToldValue[] {
  const found: ToldValue[] = [];
  const before: string[] = [];
  for (const match of line.matchAll(/[^\s"'`|,;()[\]]+/g)) {
    const [word] = match;
    const inOne =
      /^((?:[A-Za-z][\w.]{0,40}?)?(?:KEY|SECRET|TOKEN|PRIVATE|ACCESS)[A-Za-z]{0,8})[-:=]+(?=[^=])/.exec(word) ??
      /^([A-Za-z]\w{0,30}-(?:key|KEY|SECRET|TOKEN|PRIVATE|ACCESS))-(?=[A-Za-z0-9])/.exec(word) ??
      (before.length > 0 ? /^(key|token|secret|pat)[:=]+(?=[^=])/.exec(word) : null);
    const value = inOne === null ? word.replace(/^[=:]+/, "") : word.slice(inOne[0].length);
    const name = [...before.slice(inOne === null ? -reach : -1), inOne?.[1] ?? ""].join(" ").trim();
    if (long.test(value) && !/^[a-z_]+=\w/i.test(value) && (isRandom(value) || isRowOfKeys(value)) && (inOne !== null || isNamed(before)))
      found.push({ name, value, index: match.index + word.length - value.length });
    before.push(word);
  }
  return found;
}

/** A line of one long word. */
const lone = /^[ \t>*#-]{0,12}["'`]?([\w+/=.-]{16,400})["'`]?[ \t]*$/;
const announcing = verbose("i")`
  \b(?:[\w-]{0,30}[_-])?(?:keys?|tokens?|secrets?|passwords?)[ \t]{0,4}:?[ \t]{0,4}$
  | \b(?:key|token|secret|password)\b.{0,120}:[ \t]{0,4}$
`;
const announcingOther = /\b(?:public|sha-?\d*|hash|digest|checksum|fingerprint|commit)\b/i;

/** What stands alone in a line (from 1), below one that says what comes: `Use this password:`. */
export function announcedValueIn(lines: readonly string[], line: number): ToldValue | undefined {
  const found = lone.exec(lines[line - 1] ?? "");
  if (found === null || !isRandom(found[1]!)) return undefined;
  let at = line - 2;
  while (at > line - 5 && (lines[at] ?? "").trim() === "") at -= 1;
  const above = (lines[at] ?? "").slice(-200);
  if (!announcing.test(above) || announcingOther.test(above)) return undefined;
  return {
    name: above
      .trim()
      .replace(/[ \t]*:$/, "")
      .slice(-40),
    value: found[1]!,
    index: found[0].indexOf(found[1]!),
  };
}

/** Whether one of the last words is a role, with nothing but small words behind it, and none speaks of something else. */
function isNamed(words: readonly string[]): boolean {
  const near = words.slice(-reach).toReversed();
  if (near.some((word) => word.includes("$") || wordsOfName(word).some((part) => harmless.test(part)))) return false;
  const at = near.findIndex((word) => role.test(wordsOfName(word).at(-1) ?? "") || capitals.test(word));
  return (
    at >= 0 &&
    near.slice(0, at).every((word) => between.test(word)) &&
    (words.length > 1 || wordsOfName(near[at]!).length > 1 || near[at]!.length > 8)
  );
}

import { removedLines } from "#diff";
import type { Language, RuleChange, RuleSubject } from "../rule.ts";
import { type Replacement, replacementsOf, withoutSpace } from "./survival.ts";

/** What stands in a file that stood there, or elsewhere in the change, before: in another layout, under another name, in another place. */
interface Sameness {
  readonly gone: ReadonlySet<string>;
  /** New names of variables, with the old ones. */
  readonly renamed: readonly (readonly [string, string])[];
  /** The first and last new line of runs of changes that only lay out what was there. */
  readonly layouts: readonly (readonly [number, number])[];
}

const known = new WeakMap<RuleSubject, Sameness>();
const ofChanges = new WeakMap<RuleChange, ReadonlySet<string>>();
/** A shorter line says too little to be recognised in another file. */
const leastCharacters = 16;
const longestLine = 2_000;
const mostRenamed = 8;

/** Whether an added line says what a removed one of its file said: it moved, was laid out in another way, or names a variable that was renamed. */
export function wasThere(subject: RuleSubject, newNumber: number, text: string): boolean {
  const { gone, renamed, layouts } = samenessOf(subject);
  if (text.length > longestLine) return gone.has(text.trim());
  if (gone.has(bareOf(text, subject.language)) || layouts.some(([first, last]) => newNumber >= first && newNumber <= last)) return true;
  let old = text;
  for (const [now, before] of renamed) old = old.replace(named(now), before);
  return old !== text && gone.has(bareOf(old, subject.language));
}

/** Whether an added line is what became of a certain removed one: the same in another layout, or with a variable of another name. */
export function isSaidBy(subject: RuleSubject, before: string, after: string): boolean {
  if (before.length > longestLine || after.length > longestLine) return before.trim() === after.trim();
  let old = after;
  for (const [now, name] of samenessOf(subject).renamed) old = old.replace(named(now), name);
  return bareOf(old, subject.language) === bareOf(before, subject.language);
}

/** Whether an added line came from another file of the change. */
export function cameFromElsewhere(change: RuleChange, text: string): boolean {
  if (change.files.length < 2) return false;
  let lines = ofChanges.get(change);
  if (lines === undefined) {
    lines = new Set(change.files.flatMap(({ diff }) => removedLines(diff).map((line) => withoutSpace(line.text.slice(0, longestLine)))));
    ofChanges.set(change, lines);
  }
  const bare = withoutSpace(text.slice(0, longestLine));
  return bare.length >= leastCharacters && lines.has(bare);
}

function samenessOf(subject: RuleSubject): Sameness {
  let found = known.get(subject);
  if (found === undefined) {
    const places = replacementsOf(subject).filter(({ removed, added }) => removed.length > 0 && added.length > 0);
    const bare = (text: string): string => (text.length > longestLine ? text.trim() : bareOf(text, subject.language));
    found = {
      gone: new Set(removedLines(subject.diff).map(({ text }) => bare(text))),
      renamed: places.flatMap(renamesIn).slice(0, mostRenamed),
      layouts: places
        .filter(({ removed, added }) => joined(removed, subject.language) === joined(added, subject.language))
        .map(({ added }) => [added[0]!.newNumber, added.at(-1)!.newNumber] as const),
    };
    known.set(subject, found);
  }
  return found;
}

function joined(lines: readonly { readonly text: string }[], language: Language | undefined): string {
  return bareOf(lines.map(({ text }) => text.slice(0, longestLine)).join("\n"), language).replaceAll(/,(?=[)\]}])/g, "");
}

const eitherQuote = /^(?:typescript|tsx|javascript|python)$/;

/** A line without layout, and without what some formatters put and others take away. */
function bareOf(text: string, language: Language | undefined): string {
  const bare = withoutSpace(text).replace(/[;,]+$/, "");
  return language !== undefined && eitherQuote.test(language) ? bare.replaceAll("'", '"').replaceAll(";", "") : bare;
}

const giving = /^\s*(?:(?:const|let|var|auto|final|my)\s+)?([A-Za-z_$][\w$]*)\s*(?::?=)(?!=)/;

/** Variables whose line of definition is the same but for the name. */
function renamesIn({ removed, added }: Replacement): readonly (readonly [string, string])[] {
  if (removed.length !== added.length) return [];
  return removed.flatMap(({ text }, at) => {
    const now = added[at]!.text;
    if (text.length > longestLine || now.length > longestLine) return [];
    const [old, name] = [giving.exec(text)?.[1], giving.exec(now)?.[1]];
    if (old === undefined || name === undefined || old === name) return [];
    return text.replace(named(old), name) === now ? [[name, old] as const] : [];
  });
}

function named(name: string): RegExp {
  return new RegExp(`(?<![\\w$.])${name.replaceAll("$", "\\$")}(?![\\w$])`, "g");
}

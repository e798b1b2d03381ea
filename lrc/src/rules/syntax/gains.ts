import { addedLines, removedLines } from "#diff";
import type { RuleChange } from "../rule.ts";
import { verbose } from "../text/index.ts";
import { type Replacement, withoutSpace } from "./survival.ts";

/** What the files of a change gained and lost, taken together. */
interface Gains {
  /** How often a line, without layout, came more often than it went. */
  readonly balance: ReadonlyMap<string, number>;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** What the change itself defines, by name, with the text of the definition. */
  readonly defined: ReadonlyMap<string, string>;
  /** What it brings in from elsewhere, by name. */
  readonly imported: ReadonlySet<string>;
}

const gains = new WeakMap<RuleChange, Gains>();

function gainsOf(change: RuleChange): Gains {
  let found = gains.get(change);
  if (found === undefined) {
    found = gainsOfFiles(change);
    gains.set(change, found);
  }
  return found;
}

const longestLine = 2_000;
/** So many lines of a new function are read. */
const mostLines = 60;
const definition = verbose`
  ^\s*(?:export\s+)?(?:default\s+)?(?:
    (?:
      public | private | protected | internal | static | final | async | abstract | override | pub(?:\(\w+\))? | const
      | unsafe | inline | virtual | extern
    )\s+
  )*(?:
    (?:function\*?|def|func|fn|fun|class|struct)\s+(?:\([^)]{0,80}\)\s*)?(?:self\.)?([A-Za-z_$][\w$]*)
    | (?:const|let|var)\s+([A-Za-z_$][\w$]*)\s*=\s*(?:async\s*)?(?:
        function\b
        | \([^)]{0,300}\)\s*(?::[^=]{1,80})?=>
        | \w+\s*=>
      )
    | (?:[\w<>[\],.*&]+\s+){1,3}\*?([A-Za-z_]\w*)\s*\([^;]*$
    | (?:async\s+)?[*#]?([A-Za-z_$][\w$]*)\s*\([^;]*\)\s*(?::[^=;]{1,80})?\{\s*$
  )
`;
const noDefinition =
  /^\s*(?:return|else|if|for|while|switch|catch|throw|new|await|case|raise|elif|match|using|with|yield|do|unless|when)\b/;
const imported = verbose`
  ^\s*(?:
    import\b | from\s+\S+\s+import\b | use\s | using\s
    | (?:const|let|var)\s.{0,200}=\s*require\(
    | (?:,\s*)?\w+\s*=\s*require\( | \#include\b | require(?:_relative|_once)?\b | (?:\w+\s*)?"[\w./-]+"\s*$
  )
`;

function gainsOfFiles({ files }: RuleChange): Gains {
  const balance = new Map<string, number>();
  const count = (text: string, by: number): void => {
    const bare = withoutSpace(text);
    balance.set(bare, (balance.get(bare) ?? 0) + by);
  };
  const added: string[] = [];
  const removed: string[] = [];
  const defined = new Map<string, string>();
  const names = new Set<string>();
  for (const { diff, after } of files) {
    const afterLines = after?.split("\n") ?? [];
    for (const { text } of removedLines(diff)) {
      if (text.length > longestLine) continue;
      count(text, -1);
      removed.push(text);
    }
    const lines = addedLines(diff).filter(({ text }) => text.length <= longestLine);
    for (const { text, newNumber } of lines) {
      count(text, 1);
      added.push(text);
      if (imported.test(text)) for (const word of text.match(/[A-Za-z_$][\w$]*/g) ?? []) names.add(word);
      const name = nameDefined(text);
      if (name === undefined) continue;
      defined.set(name, `${defined.get(name) ?? ""}\n${blockAt(afterLines, newNumber)}`);
    }
  }
  // What was defined or brought in before too, and only moved or was edited, is not new.
  for (const text of removed) {
    if (imported.test(text)) for (const word of text.match(/[A-Za-z_$][\w$]*/g) ?? []) names.delete(word);
  }
  return { balance, added, removed, defined, imported: names };
}

/** A line and what stands below it, further to the right. */
function blockAt(lines: readonly string[], number: number): string {
  const indentation = (text: string): number => text.length - text.trimStart().length;
  const own = indentation(lines[number - 1] ?? "");
  let end = number;
  while (end < Math.min(lines.length, number + mostLines)) {
    const text = lines[end]!;
    if (/\w/.test(text) && indentation(text) <= own) break;
    end += 1;
  }
  return lines
    .slice(number - 1, end)
    .map((text) => text.slice(0, longestLine))
    .join("\n");
}

/** The classes that one is made from, by the line that begins it. */
function basesOf(text: string): readonly string[] {
  const [, ...bases] =
    /^\s*(?:export\s+)?(?:\w+\s+){0,4}class\s+\w+[^(:<]{0,40}?(?:\(([\w., ]+)\)|(?:\bextends|:|<)\s*([\w., ]+))/.exec(text.slice(0, 300)) ??
    [];
  return bases.flatMap((names) => names?.match(/\w+/g) ?? []);
}

function nameDefined(text: string): string | undefined {
  return text.length > 500 || noDefinition.test(text)
    ? undefined
    : definition
        .exec(text)
        ?.slice(1)
        .find((name) => name !== undefined);
}

/** Whether a line that was taken away stands in another place of the change: it only moved. */
export function isMoved(change: RuleChange, text: string): boolean {
  return (gainsOf(change).balance.get(withoutSpace(text)) ?? -1) >= 0;
}

/** Whether as many lines with `word` came, all files of the change taken together, as went. */
export function isKept(change: RuleChange, word: string): boolean {
  const { added, removed } = gainsOf(change);
  const mentions = (lines: readonly string[]): number => lines.filter((text) => text.includes(word)).length;
  return mentions(added) >= mentions(removed);
}

/**
 * Whether what came in a place calls something that this same change brings in, and that does the work now: a function of its own in which `isWork` holds for the
 * text, or one of a package. What stood in the place before did not call it.
 */
export function isTakenOver(change: RuleChange, { added, removed, hunk }: Replacement, isWork: (text: string) => boolean): boolean {
  const { defined, imported: names } = gainsOf(change);
  if (defined.size === 0 && names.size === 0) return false;
  const calls = (text: string): readonly string[] =>
    (text.length > longestLine || imported.test(text) ? [] : text.match(/(?<![\w$])[A-Za-z_$][\w$]*(?=\s*(?:!?\(|\.\w+\(|<))/g)) ?? [];
  const before = new Set(removed.flatMap(({ text }) => calls(text)));
  const inHunk = hunk.lines
    .filter((line) => line.kind === "added")
    .flatMap(({ text }) => (nameDefined(text) === undefined ? calls(text) : basesOf(text)));
  if (inHunk.some((name) => !before.has(name) && isWork(defined.get(name) ?? ""))) return true;
  return added.some(({ text }) => calls(text).some((name) => !before.has(name) && names.has(name)));
}

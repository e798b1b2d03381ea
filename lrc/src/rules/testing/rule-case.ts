import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { createTwoFilesPatch } from "diff";
import { type ChangedFile, parseFileDiff, type Side } from "#diff";
import type { LeftOutFile } from "../rule.ts";

/** A change of a case folder, and what the rule must say about it. */
export interface RuleCase {
  readonly name: string;
  readonly files: readonly ChangedFile[];
  readonly leftOut: readonly LeftOutFile[];
  /** `path:line`, or `path:line:old`, sorted. Empty for what is all right. */
  readonly expected: readonly string[];
}

const suffix = ".txt";
const marker = /(?:[ \t]+(?:\/\/|#|--|\/\*|<!--|;))?[ \t]*<- ng(?:[ \t]*(?:\*\/|-->))?[ \t]*$/;

/**
 * The cases of a rule. Every file ends with `.txt` besides its own ending, so that no compiler, test runner or package manager takes it for one of
 * the project's. `ng.ts.txt` and `ok.ts.txt` are files that a change adds; beside an `ng.before.ts.txt` they are changes of it. A name in
 * between is the file's own (`ng.cart.test.ts.txt` is `cart.test.ts`). A folder `ng.what/` holds trees `before/` and `after/`. Lines that must be
 * flagged end with a comment `<- ng`, on the side where they are flagged; where no comment can stand, the folder has a file `expected`. A file
 * `left-out` there names what is added without being read: a path and a number of bytes on each line.
 * A broken bar is taken out of the text: `AKIA¦…` is no key for those who look at this repository.
 */
export function casesOf(folder: string): readonly RuleCase[] {
  const names = readdirSync(folder).toSorted();
  return names
    .filter((name) => /^(ng|ok)\./.test(name) && !/^(ng|ok)\.before\./.test(name))
    .map((name) => {
      const path = join(folder, name);
      return statSync(path).isDirectory() ? caseOfTrees(path, name) : caseOfFile(folder, name, names);
    });
}

function caseOfFile(folder: string, name: string, names: readonly string[]): RuleCase {
  const rest = name.slice(3, -suffix.length);
  const path = rest.includes(".") || rest === "" ? rest : `example.${rest}`;
  const beforeName = `${name.slice(0, 3)}before.${name.slice(3)}`;
  const before = names.includes(beforeName) ? readFileSync(join(folder, beforeName), "utf8") : undefined;
  return caseOf(name, [{ path, before, after: readFileSync(join(folder, name), "utf8") }]);
}

function caseOfTrees(folder: string, name: string): RuleCase {
  const read = (tree: string): ReadonlyMap<string, string> =>
    new Map(filesBelow(join(folder, tree)).map((path) => [path.slice(0, -suffix.length), readFileSync(join(folder, tree, path), "utf8")]));
  const before = read("before");
  const after = read("after");
  const paths = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  const expected = linesOf(folder, "expected");
  const leftOut = linesOf(folder, "left-out")?.map(leftOutFile) ?? [];
  return caseOf(
    name,
    paths.map((path) => ({ path, before: before.get(path), after: after.get(path) })),
    expected,
    leftOut,
  );
}

function linesOf(folder: string, name: string): readonly string[] | undefined {
  if (!readdirSync(folder).includes(name)) return undefined;
  return readFileSync(join(folder, name), "utf8").trim().split("\n");
}

function leftOutFile(line: string): LeftOutFile {
  const [path = "", bytes] = line.split(" ");
  const change = { status: "A", oldMode: "000000", newMode: "100644", oldPath: path, path, isBinary: true, patches: [] };
  return { diff: parseFileDiff(change), sizeBytes: Number(bytes) };
}

function filesBelow(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  } catch {
    return []; // a change that only adds has no tree before it
  }
}

interface Versions {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

function caseOf(name: string, versions: readonly Versions[], expected?: readonly string[], leftOut: readonly LeftOutFile[] = []): RuleCase {
  const marked: string[] = [];
  const files = versions.map(({ path, before, after }) =>
    changedFile(path, unmark(before, path, "old", marked), unmark(after, path, "new", marked)),
  );
  return { name, files, leftOut, expected: (expected ?? marked).toSorted() };
}

function unmark(text: string | undefined, path: string, side: Side, marked: string[]): string | undefined {
  return text
    ?.replaceAll("¦", "")
    .split("\n")
    .map((line, index) => {
      if (!marker.test(line)) return line;
      marked.push(`${path}:${index + 1}${side === "old" ? ":old" : ""}`);
      return line.replace(marker, "");
    })
    .join("\n");
}

/** A file between two texts, with the diff Git would show. */
export function changedFile(path: string, before: string | undefined, after: string | undefined): ChangedFile {
  const patch = createTwoFilesPatch(path, path, before ?? "", after ?? "", "", "", { context: 3 });
  const diff = parseFileDiff({
    status: before === undefined ? "A" : after === undefined ? "D" : "M",
    oldMode: before === undefined ? "000000" : "100644",
    newMode: after === undefined ? "000000" : "100644",
    oldPath: path,
    path,
    isBinary: false,
    patches: before === after ? [] : [patch],
  });
  return { diff, before, after };
}

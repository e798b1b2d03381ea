import { isUtf8 } from "node:buffer";
import { GitError } from "./git-error.ts";
import type { Repository } from "./repository.ts";

/** The two trees that are compared. The empty tree stands for "nothing yet". */
export type Comparison =
  | { readonly kind: "index" }
  | { readonly kind: "worktree" }
  | { readonly kind: "trees"; readonly from: string; readonly to: string };

/** One changed path, as `git diff --raw --numstat -z` has it. */
export interface ChangeRecord {
  /** A, D, M, R, C, T or U. */
  readonly status: string;
  readonly oldMode: string;
  readonly newMode: string;
  /** Object ids; all zeros where there is none, or none yet (a file of the worktree). */
  readonly oldId: string;
  readonly newId: string;
  readonly oldPath: string;
  readonly path: string;
  /** Undefined when Git holds the file for binary. */
  readonly lines: { readonly added: number; readonly removed: number } | undefined;
}

/** A changed path with its part of the patch: from `diff --git` to before the next. A change of type has two of them. */
export interface PatchRecord extends ChangeRecord {
  readonly patches: readonly string[];
}

/**
 * Every option a user can set otherwise is given, so that two people with the same change see the same review. The algorithm and the context are
 * Git's defaults.
 */
const hardened = [
  "--no-ext-diff",
  "--no-textconv",
  "--no-color",
  "--no-relative",
  "--submodule=short",
  "--find-renames",
  "--diff-algorithm=myers",
  "--indent-heuristic",
  "--inter-hunk-context=0",
  "--src-prefix=a/",
  "--dst-prefix=b/",
  "--full-index",
  "--no-abbrev",
];

/** With these Git prints a patch: the second alone asks for one, and Git would read every file for a list of their names. */
const withPatch = ["--patch", "--unified=3"];

/** What changed, without its content. */
export interface ChangeList {
  readonly records: readonly ChangeRecord[];
  /** How many more paths changed than are listed: an import of a whole code base is not listed to its end. */
  readonly unlisted: number;
}

/** A longer list than this is asked for without counts, because Git reads every file to count its lines: about 15,000 paths. */
const longestCounted = 2 * 1024 * 1024;
const mostListed = 5_000;

/** What changed, without its content, and how many lines of it. */
export async function listChanges(repository: Repository, comparison: Comparison, signal?: AbortSignal): Promise<ChangeList> {
  const against = await comparisonArguments(repository, comparison, signal);
  const args = ["diff", ...hardened, "--raw", "-z"];
  const counted = await repository.git.run([...args, "--numstat", ...against, "--"], { signal, cutAt: longestCounted });
  if (!counted.isCut) return { records: parseRecords(counted.stdout).records, unlisted: 0 };
  const { stdout } = await repository.git.run([...args, ...against, "--"], { signal });
  const { records, unlisted } = parseRecords(stdout, mostListed);
  const lines = new Map<string, ChangeRecord["lines"]>();
  for (const part of partsOf(records)) {
    const of = await repository.git.run([...args, "--numstat", ...against, "--", ...pathsOf(part)], { signal });
    for (const record of parseRecords(of.stdout).records) lines.set(record.path, record.lines);
  }
  return { records: records.map((record) => ({ ...record, lines: lines.get(record.path) })), unlisted };
}

/** The patches of some of these changes, in the same order. Long lists of paths are asked for in parts. */
export async function readPatches(
  repository: Repository,
  comparison: Comparison,
  records: readonly ChangeRecord[],
  signal?: AbortSignal,
): Promise<readonly PatchRecord[]> {
  const against = await comparisonArguments(repository, comparison, signal);
  const found: PatchRecord[] = [];
  for (const part of partsOf(records)) {
    const { stdout } = await repository.git.run(
      ["diff", ...hardened, "--raw", "--numstat", ...withPatch, "-z", ...against, "--", ...pathsOf(part)],
      { signal },
    );
    const parsed = parseRecords(stdout);
    const wanted = new Set(part.map(({ path }) => path));
    found.push(...withPatches(parsed.records, parsed.rest.toString()).filter(({ path }) => wanted.has(path)));
  }
  return found;
}

/**
 * A rename is only one when both of its paths are asked for. Arguments are UTF-8, and the names of files need not be: what of one is none, or
 * looks like it, is left open, and whoever else is called like that is in the answer too.
 */
function pathsOf(records: readonly ChangeRecord[]): readonly string[] {
  const paths = new Set(records.flatMap(({ oldPath, path }) => [oldPath, path]));
  return [...paths].map((path) =>
    written.test(path)
      ? `:(glob)${path
          .split(written)
          .map((part) => part.replaceAll(/[\\*?[\]]/g, "\\$&"))
          .join("*")}`
      : `:(literal)${path}`,
  );
}

async function comparisonArguments(repository: Repository, comparison: Comparison, signal?: AbortSignal): Promise<readonly string[]> {
  switch (comparison.kind) {
    case "index":
      return ["--cached"]; // without a commit yet, Git compares with the empty tree
    case "worktree":
      return [(await repository.commitId("HEAD", signal)) ?? repository.emptyTree];
    case "trees":
      return [comparison.from, comparison.to];
  }
}

/** All arguments of a process together have a limit: some megabytes on Linux, 1 MiB on macOS, 32 KiB on Windows. One more Git for some hundred files costs little. */
const longestPart = 24_000;

function partsOf(records: readonly ChangeRecord[]): readonly (readonly ChangeRecord[])[] {
  const parts: ChangeRecord[][] = [];
  let length = longestPart;
  for (const record of records) {
    const size = record.path.length + record.oldPath.length + 8;
    if (length + size > longestPart) {
      parts.push([]);
      length = 0;
    }
    parts.at(-1)?.push(record);
    length += size;
  }
  return parts;
}

/**
 * The records at the head of the output: `:100644 100644 ID ID M\0path\0` (two paths for R and C), then `1\t2\tpath\0` for each of them, or
 * `1\t2\t\0old\0new\0`. A patch follows behind one more NUL. Records beyond `most` are only counted.
 */
function parseRecords(
  output: Buffer,
  most = Number.POSITIVE_INFINITY,
): { readonly records: readonly ChangeRecord[]; readonly unlisted: number; readonly rest: Buffer } {
  let position = 0;
  let unlisted = 0;
  const skip = (): number => {
    const start = position;
    const end = output.indexOf(0, position);
    if (end < 0) throw new GitError("git diff -z ended in the middle of a record");
    position = end + 1;
    return start;
  };
  const next = (): string => nameIn(output.subarray(skip(), position - 1));
  const raw: Omit<ChangeRecord, "lines">[] = [];
  while (output[position] === 0x3a) {
    if (raw.length >= most) {
      const status = output.toString("latin1", skip(), position - 1).split(" ")[4] ?? "";
      for (let path = /^[RC]/.test(status) ? 2 : 1; path > 0; path -= 1) skip();
      unlisted += 1;
      continue;
    }
    const [oldMode = "", newMode = "", oldId = "", newId = "", status = ""] = next().slice(1).split(" ");
    const oldPath = next();
    const path = /^[RC]/.test(status) ? next() : oldPath;
    raw.push({ status: status.slice(0, 1), oldMode, newMode, oldId, newId, oldPath, path });
  }
  const counts = new Map<string, ChangeRecord["lines"]>();
  for (const { oldPath, path } of raw) {
    if (position >= output.length || output[position] === 0) break;
    const [added = "", removed = "", name = ""] = splitCount(next());
    if (name === "") {
      next();
      next();
    } else if (name !== path && name !== oldPath) throw new GitError("git diff --raw and --numstat do not agree about their paths");
    counts.set(path, added === "-" ? undefined : { added: Number(added), removed: Number(removed) });
  }
  if (output[position] === 0) position += 1;
  return { records: raw.map((record) => ({ ...record, lines: counts.get(record.path) })), unlisted, rest: output.subarray(position) };
}

/** Bytes that are no UTF-8 in a name, as Git itself writes them: `\351`. */
const written = /(?:\\[2-3][0-7]{2})+/;

/** What may be a character of UTF-8 by its first byte, or is a byte by itself. */
const characters = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|[\x80-\xff]/g;

/** A name for us to know it by: two that differ in bytes that are no UTF-8 are two. */
function nameIn(name: Buffer): string {
  if (isUtf8(name)) return name.toString();
  return name.toString("latin1").replaceAll(characters, (found) => {
    const bytes = Buffer.from(found, "latin1");
    return isUtf8(bytes) ? bytes.toString() : [...bytes].map((byte) => `\\${byte.toString(8)}`).join("");
  });
}

/** A path may hold tabs; the two numbers before it cannot. */
function splitCount(field: string): readonly string[] {
  const first = field.indexOf("\t");
  const second = field.indexOf("\t", first + 1);
  return [field.slice(0, first), field.slice(first + 1, second), field.slice(second + 1)];
}

/** Sections come in the order of the records. No line of a file's content can begin with "diff --git": those begin with a blank, + , - or \. */
function withPatches(records: readonly ChangeRecord[], patch: string): readonly PatchRecord[] {
  const sections = patch === "" ? [] : patch.split(/^(?=diff --git )/m);
  let index = 0;
  const found = records.map((record) => {
    // An unmerged path has a line of its own ("* Unmerged path x") and no section.
    const count = record.status === "U" ? 0 : record.status === "T" ? 2 : 1;
    const patches = sections.slice(index, index + count);
    index += count;
    return { ...record, patches };
  });
  if (index !== sections.length) throw new GitError(`git diff listed ${index} changes and printed ${sections.length}`);
  return found;
}

import { ConfigCascade, foldersAbove } from "#config";
import type { FileKind } from "#diff";
import {
  blobSizes,
  type ChangeList,
  type ChangeRecord,
  type Comparison,
  listChanges,
  originsOf,
  type Repository,
  readTreeFiles,
} from "#git";
import { IgnoreList, type LeftOut, reasonToSkip } from "#review";

/** A changed path with what is known of it before anything is read. */
export interface SurveyedFile {
  readonly record: ChangeRecord;
  readonly kind: FileKind;
  readonly sizeBytes: number | undefined;
  /** Why it is not reviewed; undefined when it is. */
  readonly leftOut: LeftOut | undefined;
}

/** What a change touches, and what holds for it: all that is needed to know whether there is anything to review. */
export interface Survey {
  readonly comparison: Comparison;
  readonly files: readonly SurveyedFile[];
  /** How many more files changed than are listed. */
  readonly unlisted: number;
  readonly cascade: ConfigCascade;
  /** The text of `.lrc/baseline.json`, if there is one. */
  readonly baselineText: string | undefined;
  /** The commit whose `.lrc/` holds: the one before the change, so that no change can loosen the rules it is judged by. */
  readonly rulesFrom: string | undefined;
  /** Paths below `.lrc/` that the change itself edits. */
  readonly editedRules: readonly string[];
  /** Paths in conflict, of which there is no one content to be looked at. */
  readonly inConflict: readonly string[];
}

const root = { baseline: ".lrc/baseline.json" } as const;

/** Asks Git what changed and decides what is left out. Cost follows the change: only folders above changed files are asked for configuration.
 * `listed` saves the question where it has been asked already. */
export async function surveyChange(
  repository: Repository,
  comparison: Comparison,
  rulesFrom: string | undefined,
  signal?: AbortSignal,
  listed?: ChangeList,
): Promise<Survey> {
  const { records: all, unlisted } = listed ?? (await listChanges(repository, comparison, signal));
  const records = all.filter(({ status }) => status !== "U");
  const readable = new Set(records.map(({ path }) => path));
  const [rules, sizes] = await Promise.all([
    readRules(
      repository,
      rulesFrom,
      records.map(({ path }) => path),
      signal,
    ),
    blobSizes(
      repository,
      records.filter(isFile).flatMap(({ oldId, newId }) => [oldId, newId]),
      signal,
    ),
  ]);
  const candidates = records.map((record): SurveyedFile => {
    const sizeBytes = largest(sizes.get(record.oldId), sizes.get(record.newId));
    const kind = kindOf(record);
    const counts = { addedLines: record.lines?.added ?? 0, removedLines: record.lines?.removed ?? 0 };
    return { record, kind, sizeBytes, leftOut: reasonToSkip({ path: record.path, kind, sizeBytes, ...counts }, rules.ignored) };
  });
  const room = new Room();
  return {
    comparison,
    unlisted,
    files: (rules.knowsOrigins ? await withOrigins(repository, candidates, signal) : candidates).map((file) =>
      file.leftOut === undefined ? room.take(file) : file,
    ),
    cascade: rules.cascade,
    baselineText: rules.baselineText,
    rulesFrom,
    editedRules: records.map(({ path }) => path).filter((path) => /(^|\/)\.lrc\//.test(path)),
    inConflict: [...new Set(all.map(({ path }) => path))].filter((path) => !readable.has(path)),
  };
}

/** What `.lrc/` and the attributes of a commit say about some paths. */
interface CommittedRules extends Pick<Survey, "cascade" | "baselineText"> {
  readonly ignored: IgnoreList;
  /** Attributes name generated or vendored files. Git reads the whole index to answer for one file, so it is not asked where there is nothing to be said. */
  readonly knowsOrigins: boolean;
}

/** Cost follows the change: only folders above the paths are looked into. Without a commit, or without paths, the defaults hold. */
export async function readRules(
  repository: Repository,
  rulesFrom: string | undefined,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<CommittedRules> {
  const folders = new Set(paths.flatMap((path) => foldersAbove(path.slice(0, Math.max(0, path.lastIndexOf("/"))))));
  const below = (name: string): readonly string[] => [...folders].map((folder) => (folder === "" ? name : `${folder}/${name}`));
  const wanted = [...below(".lrc/config.toml"), ...below(".lrc/ignore"), ...below(".gitattributes"), root.baseline];
  const asks = rulesFrom !== undefined && paths.length > 0;
  const files = asks ? await readTreeFiles(repository, rulesFrom, wanted, signal) : new Map<string, Buffer>();
  const texts = [...files].map(([path, bytes]) => [path, bytes.toString()] as const);
  return {
    cascade: new ConfigCascade(new Map(texts.filter(([path]) => path.endsWith(".lrc/config.toml")))),
    ignored: new IgnoreList(new Map(texts.filter(([path]) => path.endsWith(".lrc/ignore")))),
    baselineText: files.get(root.baseline)?.toString(),
    knowsOrigins: [...files].some(([path, bytes]) => path.endsWith(".gitattributes") && bytes.includes("linguist-")),
  };
}

/** What fits into memory and patience together, first come, first served: an import of a whole code base is told that it was not read to its end. */
class Room {
  #bytes = 24 * 1024 * 1024;
  #lines = 100_000;
  #files = 3_000;

  take(file: SurveyedFile): SurveyedFile {
    const { sizeBytes: bytes = 0, record } = file;
    const changedLines = (record.lines?.added ?? 0) + (record.lines?.removed ?? 0);
    if (bytes > this.#bytes || changedLines > this.#lines || this.#files === 0) {
      return { ...file, leftOut: { reason: "too-large", detail: "the change as a whole is" } };
    }
    this.#bytes -= bytes;
    this.#lines -= changedLines;
    this.#files -= 1;
    return file;
  }
}

/**
 * Leaves out what the attributes call generated or vendored, and takes back in what they say was written by hand. A change that edits attributes is not
 * judged by them: it could declare itself generated.
 */
async function withOrigins(
  repository: Repository,
  files: readonly SurveyedFile[],
  signal: AbortSignal | undefined,
): Promise<readonly SurveyedFile[]> {
  if (files.some(({ record: { path } }) => /(^|\/)\.gitattributes$/.test(path))) return files;
  const asked = files.filter(({ leftOut }) => leftOut === undefined || leftOut.reason === "generated").map(({ record }) => record.path);
  const origins = await originsOf(repository, asked, signal);
  if (origins.size === 0) return files;
  return files.map((file) => {
    const origin = origins.get(file.record.path);
    if (origin === undefined) return file;
    return { ...file, leftOut: origin.isSet ? { reason: "generated", detail: `${origin.attribute} in .gitattributes` } : undefined };
  });
}

/** Whether a reviewer has anything to look at. */
export function hasSomethingToReview({ files }: Survey): boolean {
  return files.some(({ leftOut }) => leftOut === undefined);
}

function isFile({ status, oldMode, newMode }: ChangeRecord): boolean {
  const mode = status === "D" ? oldMode : newMode;
  return mode.startsWith("100");
}

function kindOf(record: ChangeRecord): FileKind {
  const mode = record.status === "D" ? record.oldMode : record.newMode;
  if (mode === "160000") return "submodule";
  if (mode === "120000") return "symlink";
  return record.lines === undefined ? "binary" : "text";
}

function largest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

import { type ChangedFile, type FileDiff, parseFileDiff, textAfter } from "#diff";
import { type PatchRecord, type Repository, readBlobs, readPatches } from "#git";
import { type LeftOut, type ReviewInput, type ReviewSource, reasonToSkipText, type SkippedFile } from "#review";
import type { LeftOutFile } from "#rules";
import type { Survey, SurveyedFile } from "./survey.ts";

/** Reads what a survey chose: patches, and the texts before and after. */
export async function readChange(repository: Repository, source: ReviewSource, survey: Survey, signal?: AbortSignal): Promise<ReviewInput> {
  const chosen = survey.files.filter(({ leftOut }) => leftOut === undefined);
  const patches = await readPatches(
    repository,
    survey.comparison,
    chosen.map(({ record }) => record),
    signal,
  );
  const read = new Map(patches.map((patch) => [patch.path, patch]));
  const blobs = await readBlobs(
    repository,
    patches.flatMap(({ oldId, newId }) => [oldId, newId]),
    signal,
  );
  const files: ChangedFile[] = [];
  const skipped: SkippedFile[] = [];
  const leftOut: LeftOutFile[] = [];
  const skip = (file: SurveyedFile, diff: FileDiff, why: LeftOut): void => {
    const { added = 0, removed = 0 } = file.record.lines ?? {};
    skipped.push({ path: file.record.path, reason: why.reason, detail: why.detail, addedLines: added, removedLines: removed });
    leftOut.push({ diff: { ...diff, hunks: [], addedCount: added, removedCount: removed }, sizeBytes: file.sizeBytes });
  };
  for (const file of survey.files) {
    const patch = read.get(file.record.path);
    if (file.leftOut !== undefined) skip(file, diffWithoutHunks(file), file.leftOut);
    else if (patch === undefined) skip(file, diffWithoutHunks(file), { reason: "not-reviewed", detail: "Git did not find it by its name" });
    else {
      const changed = changedFile(patch, blobs);
      const why =
        changed.diff.kind === "text"
          ? reasonToSkipText(changed.after ?? changed.before ?? "")
          : { reason: changed.diff.kind, detail: undefined };
      if (why === undefined) files.push(changed);
      else skip(file, changed.diff, why);
    }
  }
  if (survey.unlisted > 0) skipped.push(unlistedFiles(survey));
  return { source, files, skipped, leftOut, notices: noticesOf(survey) };
}

/**
 * The files that are too many to be listed. Nobody has counted their lines, because that takes Git longer than a commit should wait: each is taken to have
 * as many as the others have on the average, so that coverage does not call them reviewed.
 */
function unlistedFiles({ files, unlisted }: Survey): SkippedFile {
  const lines = files.reduce((sum, { record }) => sum + (record.lines?.added ?? 0) + (record.lines?.removed ?? 0), 0);
  const each = Math.max(1, Math.ceil(lines / Math.max(1, files.length)));
  const path = `(${unlisted} more files)`;
  return { path, reason: "too-large", detail: `more than ${files.length} files`, addedLines: unlisted * each, removedLines: 0 };
}

function changedFile(patch: PatchRecord, blobs: ReadonlyMap<string, Buffer>): ChangedFile {
  const diff = parseFileDiff({ ...patch, isBinary: patch.lines === undefined });
  const before = diff.status === "added" ? undefined : (blobs.get(patch.oldId)?.toString() ?? "");
  if (diff.status === "deleted") return { diff, before, after: undefined };
  return { diff, before, after: blobs.get(patch.newId)?.toString() ?? textAfter(before ?? "", diff) };
}

function diffWithoutHunks({ record, kind }: SurveyedFile): FileDiff {
  return { ...parseFileDiff({ ...record, isBinary: true, patches: [] }), kind };
}

function noticesOf({ editedRules, rulesFrom, cascade, inConflict }: Survey): readonly string[] {
  const notices: string[] = [];
  if (editedRules.length > 0) {
    const before = rulesFrom === undefined ? "there is none before it, so the defaults hold" : "the version before it holds";
    notices.push(`this change edits ${editedRules.join(", ")}: ${before}`);
  }
  if (inConflict.length > 0) notices.push(`not reviewed, because the conflict of a merge is not resolved: ${inConflict.join(", ")}`);
  for (const { file, line, message } of cascade.diagnostics) notices.push(`${file}${line === undefined ? "" : `:${line}`}: ${message}`);
  return notices;
}

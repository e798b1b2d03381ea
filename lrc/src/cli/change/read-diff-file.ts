import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { sentenceOf, UserError } from "kit/cli";
import { type ChangedFile, DiffError, type DiffSection, DiffSections, type FileDiff, parseUnifiedDiff, visibleText } from "#diff";
import {
  defaultLimits,
  IgnoreList,
  type LeftOut,
  type ReviewInput,
  type ReviewSource,
  reasonToSkip,
  reasonToSkipText,
  type SkippedFile,
} from "#review";
import type { LeftOutFile } from "#rules";
import type { Surroundings } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";

/** More of a diff than this is not kept in memory, nor more files of it listed. */
const maxBytesInAll = 8 * 1024 * 1024;
const mostFiles = 3_000;

/** A file is laid out with empty lines where the diff shows nothing; one that is longer is not. */
const mostLines = 200_000;
const mostLinesInAll = 1_000_000;

/** Reads a diff that somebody made, from a file or from stdin (`-`), and no more of it than can be reviewed. */
export async function readDiffFile(
  file: string,
  { directory, stdin, stopped }: Pick<Surroundings, "directory" | "stdin" | "stopped">,
): Promise<ReviewInput> {
  const source: ReviewSource = { kind: "diff-file", label: file === "-" ? "a diff from stdin" : file };
  const sections = new DiffSections({
    maxBytes: defaultLimits.maxFileBytes,
    maxChangedLines: defaultLimits.maxChangedLines,
    maxBytesInAll,
  });
  const collected = new Collected();
  let isEmpty = true;
  let beginning = "";
  try {
    const chunks: AsyncIterable<Uint8Array> =
      file === "-" ? stdin : createReadStream(resolve(directory, file), { highWaterMark: 256 * 1024 });
    for await (const chunk of untilStopped(chunks, stopped)) {
      isEmpty &&= chunk.every((byte) => byte <= 0x20);
      if (beginning === "") beginning = Buffer.from(chunk.subarray(0, 200)).toString("latin1");
      for (const section of sections.push(chunk)) collected.add(section);
    }
    for (const section of sections.end()) collected.add(section);
  } catch (error) {
    stopped.throwIfAborted();
    if (error instanceof DiffError) throw new UserError(error.message, { exitCode: exitCodes.couldNotReview });
    if (!(error instanceof Error && "code" in error)) throw error;
    throw new UserError(`${file} cannot be read: ${sentenceOf(error).replace(/^.*: /, "")}`, { exitCode: exitCodes.couldNotReview });
  }
  if (!isEmpty && collected.count === 0)
    throw new UserError(`there is no diff in it${otherForm(beginning)}`, { exitCode: exitCodes.couldNotReview });
  return collected.input(source);
}

/** What a text that cannot be read may be all the same, and how to have it otherwise. */
function otherForm(beginning: string): string {
  if (beginning.includes("\u001b[")) return "; it is coloured: make it with git diff --no-color";
  return /^\d+(?:,\d+)?[acd]\d+/.test(beginning) ? "; make it with diff -u" : "";
}

/** What comes until somebody wants to stop, who does not wait for whoever is at the other end of a pipe. */
async function* untilStopped(chunks: AsyncIterable<Uint8Array>, stopped: AbortSignal): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  const stop = new Promise<never>((_, reject) => {
    const abort = (): void => reject(stopped.reason as Error);
    if (stopped.aborted) abort();
    else stopped.addEventListener("abort", abort, { once: true });
  });
  for (;;) {
    const { done, value } = await Promise.race([iterator.next(), stop]);
    if (done === true) return;
    yield value;
  }
}

/** The files of a diff, as they come. */
class Collected {
  readonly #files: ChangedFile[] = [];
  readonly #skipped: SkippedFile[] = [];
  readonly #leftOut: LeftOutFile[] = [];
  readonly #ignored = new IgnoreList(new Map());
  #lines = 0;
  #beyond = { files: 0, addedLines: 0, removedLines: 0 };

  get count(): number {
    return this.#files.length + this.#skipped.length + this.#beyond.files;
  }

  add(section: DiffSection): void {
    if (this.#files.length + this.#skipped.length >= mostFiles) {
      this.#beyond.files += 1;
      this.#beyond.addedLines += section.addedCount;
      this.#beyond.removedLines += section.removedCount;
      return;
    }
    for (const diff of parseUnifiedDiff(section.text)) {
      if (section.isTooLarge) {
        const counted = { ...diff, addedCount: section.addedCount, removedCount: section.removedCount };
        this.#skip(counted, { reason: "too-large", detail: `${section.addedCount + section.removedCount} changed lines in the diff` });
      } else this.#addFile(diff);
    }
  }

  #addFile(diff: FileDiff): void {
    const { path, kind, addedCount: addedLines, removedCount: removedLines } = diff;
    const named = reasonToSkip({ path, kind, addedLines, removedLines, sizeBytes: undefined }, this.#ignored);
    if (named !== undefined) {
      this.#skip(diff, named);
      return;
    }
    const last = Math.max(
      0,
      ...diff.hunks.slice(-1).map(({ oldStart, oldCount, newStart, newCount }) => Math.max(oldStart + oldCount, newStart + newCount)),
    );
    if (last > mostLines || this.#lines + last > mostLinesInAll) {
      this.#skip(diff, { reason: "too-large", detail: `${last} lines` });
      return;
    }
    this.#lines += last;
    const before = diff.status === "added" ? undefined : visibleText(diff, "old");
    const after = diff.status === "deleted" ? undefined : visibleText(diff, "new");
    const why = reasonToSkipText(after ?? before ?? "");
    if (why === undefined) this.#files.push({ diff, before, after });
    else this.#skip(diff, why);
  }

  #skip(diff: FileDiff, { reason, detail }: LeftOut): void {
    this.#skipped.push({ path: diff.path, reason, detail, addedLines: diff.addedCount, removedLines: diff.removedCount });
    this.#leftOut.push({ diff: { ...diff, hunks: [] }, sizeBytes: undefined });
  }

  input(source: ReviewSource): ReviewInput {
    const { files, addedLines, removedLines } = this.#beyond;
    const rest: SkippedFile[] =
      files === 0
        ? []
        : [{ path: `(${files} more files)`, reason: "too-large", detail: `more than ${mostFiles} files`, addedLines, removedLines }];
    return { source, files: this.#files, skipped: [...this.#skipped, ...rest], leftOut: this.#leftOut };
  }
}

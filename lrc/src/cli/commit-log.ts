import { UserError } from "kit/cli";
import { type Verdict, verdictOf } from "#decision";
import { GitError, type Repository } from "#git";
import type { CommitRow } from "#history";
import { exitCodes } from "./exit-codes.ts";

/** Which commits a question is about. */
export interface LogScope {
  readonly range?: string | undefined;
  /** Anything that `git log --since` understands. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** A commit with what its message says, and what it is made of. */
export interface LoggedCommit extends CommitRow {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly verdict: Verdict | undefined;
}

/** Reads the log, newest first. Fields are set apart by NUL, which no message can hold. */
export async function readLog(
  repository: Repository,
  { range, from, to }: LogScope,
  signal?: AbortSignal,
): Promise<readonly LoggedCommit[]> {
  const limits = [...(from === undefined ? [] : [`--since=${from}`]), ...(to === undefined ? [] : [`--until=${to}`])];
  if (range === undefined && (await repository.commitId("HEAD", signal)) === undefined) return [];
  const args = [
    "-z",
    "--no-show-signature",
    "--no-color",
    "--no-notes",
    "--encoding=UTF-8",
    "--format=%H%x00%T%x00%P%x00%aN%x00%aE%x00%aI%x00%B",
    ...limits,
  ];
  const { stdout } = await repository.git
    .run(["log", ...args, "--end-of-options", range ?? "HEAD", "--"], { signal })
    .catch(async (error: unknown) => {
      if (!(error instanceof GitError)) throw error;
      const nextStep = (await repository.isShallow(signal))
        ? "this clone is shallow: git fetch --unshallow, or fetch-depth: 0 in CI"
        : "write a range as A..B, of commits that are here";
      throw new UserError(error.message, { exitCode: exitCodes.usage, nextStep });
    });
  const fields = stdout.toString().split("\0");
  const commits: LoggedCommit[] = [];
  for (let index = 0; index + 6 < fields.length; index += 7) {
    const [hash = "", tree = "", parents = "", author = "", email = "", date = "", message = ""] = fields.slice(index, index + 7);
    commits.push({
      hash,
      tree,
      parents: parents.split(" ").filter(Boolean),
      author,
      email,
      date,
      subject: message.split(/\r?\n/)[0] ?? "",
      verdict: verdictOf(message),
    });
  }
  return commits;
}

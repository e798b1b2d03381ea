import { buildCommand } from "@stricli/core";
import { formatTable, UserError } from "kit/cli";
import { formatVerdict, parseAttestation } from "#decision";
import type { Repository } from "#git";
import type { History } from "#history";
import { jsonText } from "#report";
import { printable } from "#review";
import { readChange } from "../change/read-change.ts";
import { hasSomethingToReview, surveyChange } from "../change/survey.ts";
import { type LoggedCommit, readLog } from "../commit-log.ts";
import type { LrcContext } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import { historyIfReadable } from "../open-history.ts";
import { commonState, openRepository } from "../open-repository.ts";
import { identityOf } from "../review-run.ts";
import { requireRoot } from "../what-to-review.ts";

/**
 * What is known of a commit's review:
 * - `attested`: a record of ours says that exactly this change was reviewed.
 * - `claimed`: its message says so, and there is no record here (another machine has it, or nobody).
 * - `mismatched`: a record is attached to it, and is about another change.
 * - `skipped`: its message says that it was not reviewed, and why. `merge` and `nothing to review` need no record.
 * - `unreviewed`: nothing is known.
 */
type Standing = "attested" | "claimed" | "mismatched" | "skipped" | "merge" | "nothing to review" | "unreviewed";

interface VerifyFlags {
  readonly strict: boolean;
  readonly json: boolean;
}

export const verifyCommand = buildCommand<VerifyFlags, [string], LrcContext>({
  docs: {
    brief: "Say which commits of a range were reviewed",
    fullDescription: [
      "Compares each commit with what was noted about its review: here by the hooks, or in the notes that come with it (refs/notes/lrc, written when",
      "lrc.notes is true). Exits with 1 when a commit is not reviewed or carries the record of another change; with --strict also when there is only",
      "the word of its message.",
      "",
      "  lrc verify origin/main..HEAD",
    ].join("\n"),
  },
  parameters: {
    flags: {
      strict: { kind: "boolean", default: false, withNegated: false, brief: "Take nobody's word: a record is needed" },
      json: { kind: "boolean", default: false, withNegated: false, brief: "Print JSON" },
    },
    positional: { kind: "tuple", parameters: [{ parse: String, placeholder: "RANGE", brief: "A..B, as git log takes it" }] },
  },
  async func({ strict, json }, range) {
    const repository = await openRepository(this);
    const commits = await readLog(repository, { range }, this.stopped);
    // Git logs nothing of what is no commit.
    if (commits.length === 0 && !range.includes("..")) {
      throw new UserError(`"${range}" names no commit`, { exitCode: exitCodes.usage, nextStep: "write a range as A..B" });
    }
    // A record may come with a note, too.
    using history = await historyIfReadable(repository, this);
    const results: { readonly commit: LoggedCommit; readonly standing: Standing }[] = [];
    for (const commit of commits) results.push({ commit, standing: await standingOf(commit, repository, history, this) });
    const rows = results.map(({ commit: { hash, subject, verdict }, standing }) => ({
      hash,
      standing,
      line: verdict === undefined ? "" : formatVerdict(verdict),
      subject,
    }));
    this.stdout.write(
      json
        ? `${jsonText(rows, 2)}\n`
        : formatTable(
            [{ title: "Commit" }, { title: "Standing" }, { title: "Line" }, { title: "Subject" }],
            rows.map(({ hash, standing, line, subject }) => [hash.slice(0, 10), standing, printable(line), printable(subject)]),
          ),
    );
    const refused: readonly Standing[] = strict ? ["unreviewed", "mismatched", "claimed", "skipped"] : ["unreviewed", "mismatched"];
    const bad = rows.filter(({ standing }) => refused.includes(standing)).length;
    if (bad > 0) throw new UserError(`${bad} of ${rows.length} commits do not pass`);
  },
});

/** What of a commit its standing depends on. */
type JudgedCommit = Pick<LoggedCommit, "hash" | "tree" | "parents" | "verdict">;

async function standingOf(
  commit: JudgedCommit,
  repository: Repository,
  history: History | undefined,
  context: LrcContext,
): Promise<Standing> {
  if (commit.parents.length > 1) return "merge";
  const [parent] = commit.parents;
  if (parent === undefined) await requireRoot(repository, commit.hash, context.stopped);
  const survey = await surveyChange(
    repository,
    { kind: "trees", from: parent ?? repository.emptyTree, to: commit.hash },
    parent,
    context.stopped,
  );
  if (!hasSomethingToReview(survey)) return "nothing to review";
  const read = await readChange(repository, { kind: "commit", label: commit.hash }, survey, context.stopped);
  if (read.files.length === 0) return "nothing to review";
  const change = identityOf(read, survey);
  const note = parseAttestation(await noteOf(repository, commit.hash, context.stopped));
  const local = parseAttestation(commonState(repository, context).read(`attestations/${commit.tree}.json`) ?? "");
  for (const record of [note, local]) {
    if (record === undefined || record.changeId === undefined || record.verdict.action === "skipped") continue;
    if (record.changeId === change) return "attested";
    if (record.tree === commit.tree && (await holdsForWhole(commit, record.head, repository, history, context))) return "attested";
  }
  if (history?.hasReviewOfChange(change) === true) return "attested";
  if (note !== undefined && note.verdict.action !== "skipped") return "mismatched";
  if (commit.verdict === undefined) return "unreviewed";
  return commit.verdict.action === "skipped" ? "skipped" : "claimed";
}

/**
 * Whether a review that ended with the tree of a commit was of all that the commit changes. When a commit is amended only the difference is reviewed, so what
 * was there before must have been too; and a squash has the tree of the last of several reviews. A commit that is long gone is not asked for.
 */
async function holdsForWhole(
  commit: JudgedCommit,
  head: string,
  repository: Repository,
  history: History | undefined,
  context: LrcContext,
): Promise<boolean> {
  if (head === (commit.parents[0] ?? "")) return true;
  const { stdout, exitCode } = await repository.git.run(["show", "--no-patch", "--format=%T %P", "--end-of-options", head], {
    signal: context.stopped,
    accept: [128],
  });
  if (exitCode !== 0) return true;
  const [tree = "", ...parents] = stdout.toString().trim().split(" ");
  if (parents.join(" ") !== commit.parents.join(" ")) return false;
  return (await standingOf({ hash: head, tree, parents, verdict: undefined }, repository, history, context)) === "attested";
}

async function noteOf(repository: Repository, commit: string, signal?: AbortSignal): Promise<string> {
  const { stdout } = await repository.git.run(["notes", "--ref=lrc", "show", commit], { signal, accept: [1, 128] });
  return stdout.toString();
}

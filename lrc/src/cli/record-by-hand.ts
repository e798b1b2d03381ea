import { coveragePercent, formatVerdict, type Verdict } from "#decision";
import { parseGitBoolean, type Repository, settingsOf } from "#git";
import type { Surroundings } from "./context.ts";
import { CommitRecord, type ReviewedLines } from "./hook/commit-record.ts";
import { commonState, worktreeState } from "./open-repository.ts";

/** What somebody says about what is staged, ahead of its commit. */
export type ByHand = { readonly action: "skipped"; readonly reason: string } | ({ readonly action: "vouched" } & ReviewedLines);

/** Notes it for exactly this tree: the hook finds it when that is committed, and asks no more. */
export async function recordByHand(repository: Repository, said: ByHand, surroundings: Surroundings): Promise<void> {
  const settings = await settingsOf(repository.git, "lrc");
  const record = new CommitRecord({
    common: commonState(repository, surroundings),
    worktree: worktreeState(repository, surroundings),
    head: (await repository.commitId("HEAD")) ?? "",
    tree: await repository.indexTree(),
    writesTrailer: parseGitBoolean(settings.get("lrc.trailer") ?? "true") !== false,
    writesNote: parseGitBoolean(settings.get("lrc.notes") ?? "false") === true,
    time: surroundings.wallTime(),
  });
  let verdict: Verdict = { action: "skipped", reason: "by hand" };
  if (said.action === "vouched") {
    const { iterations, reviewedLines } = record.reviewed(said);
    verdict = { action: "vouched", iterations, coveragePercent: coveragePercent(reviewedLines, said.review.coverage.changedLines) };
    record.decided(said.review, "vouch", verdict);
  } else record.verdict(verdict);
  surroundings.stderr.write(`lrc: noted for the next commit of what is staged: ${formatVerdict(verdict)}\n`);
}

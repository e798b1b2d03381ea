import { coloursFor, sentenceOf } from "kit/cli";
import { type Answer, beginning, coveragePercent, decide, formatVerdict, parseAttestation, type Verdict } from "#decision";
import { listChanges, parseGitBoolean, Repository, settingsOf } from "#git";
import { blocks, type Review } from "#review";
import { hasSomethingToReview, type Survey, surveyChange } from "../change/survey.ts";
import type { Surroundings } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import { commonState, worktreeState } from "../open-repository.ts";
import { CommitRecord } from "./commit-record.ts";
import { hookSummary } from "./summary.ts";

const staged = { kind: "index" } as const;

/** Before the configuration is read, and where it says nothing. */
const longestMs = 20_000;

/**
 * What the pre-commit hook does: reviews what is about to be committed, and answers 0 to let it pass or 10 to stop it. Any fault of its own becomes one
 * line, and lets it pass.
 */
export async function preCommit(surroundings: Surroundings): Promise<number> {
  const { env, directory, stderr } = surroundings;
  if (isSwitchedOff(env)) return exitCodes.ok;
  let onError: "pass" | "block" = "pass";
  let record: CommitRecord | undefined;
  try {
    const repository = await Repository.open({ directory, env });
    // All at once: each is a process, and a commit waits for them.
    const [settings, tree, changes] = await Promise.all([
      settingsOf(repository.git, "lrc"),
      repository.indexTree(),
      listChanges(repository, staged),
    ]);
    if (parseGitBoolean(settings.get("lrc.enabled") ?? "true") === false || repository.paths.root === undefined) return exitCodes.ok;
    onError = settings.get("lrc.onerror") === "block" ? "block" : "pass";
    const writesTrailer = parseGitBoolean(settings.get("lrc.trailer") ?? "true") !== false;
    record = new CommitRecord({
      common: commonState(repository, surroundings),
      worktree: worktreeState(repository, surroundings),
      head: repository.head ?? "",
      tree,
      writesTrailer,
      writesNote: parseGitBoolean(settings.get("lrc.notes") ?? "false") === true,
      time: surroundings.wallTime(),
    });
    const operation = repository.operation();
    if (operation !== undefined) {
      record.verdict({ action: "skipped", reason: operation });
      stderr.write(`lrc: not reviewed: ${operation} in progress\n`);
      return exitCodes.ok;
    }
    const survey = await surveyChange(repository, staged, repository.head, undefined, changes);
    onError = survey.cascade.commit.onError === "block" ? "block" : onError;
    if (!hasSomethingToReview(survey)) {
      record.verdict({ action: "skipped", reason: survey.files.length === 0 ? "no changes" : "nothing to review" });
      if (survey.files.length > 0) stderr.write(`lrc: nothing to review (${leftOutSummary(survey)})\n`);
      return exitCodes.ok;
    }
    const earlier = parseAttestation(record.earlierAttestation() ?? "");
    if (earlier !== undefined && isByHand(earlier.verdict)) {
      record.trailer(earlier.verdict);
      stderr.write(`lrc: ${formatVerdict(earlier.verdict)}\n`);
      return exitCodes.ok;
    }
    return await reviewCommit(repository, survey, record, surroundings);
  } catch (error) {
    if (surroundings.stopped.aborted) return exitCodes.stopCommit;
    try {
      record?.verdict({ action: "skipped", reason: "could not review" });
    } catch {
      // What cannot be recorded is not recorded.
    }
    const goesOn = onError === "pass" ? "the commit goes on" : 'the commit is stopped, because onError is "block"';
    stderr.write(`lrc: not reviewed: ${sentenceOf(error).split("\n")[0]}; ${goesOn}\n`);
    return onError === "pass" ? exitCodes.ok : exitCodes.stopCommit;
  }
}

/** The switches of the environment: `LRC=0` is ours, `SKIP=lrc` the one that users of pre-commit know. */
export function isSwitchedOff(env: Surroundings["env"]): boolean {
  return env.LRC === "0" || (env.SKIP ?? "").split(",").includes("lrc");
}

async function reviewCommit(repository: Repository, survey: Survey, record: CommitRecord, surroundings: Surroundings): Promise<number> {
  const { clock, stderr, stopped, env } = surroundings;
  const { block, onError, budgetSeconds } = survey.cascade.commit;
  if (env.NODE_EXTRA_CA_CERTS !== undefined) (await import("./extra-certificates.ts")).trustExtraCertificates(env.NODE_EXTRA_CA_CERTS);
  const budgetMs = Math.min(budgetSeconds * 1000, 30 * longestMs);
  const [{ runReview }, { Watchdog }] = await Promise.all([import("../review-run.ts"), import("./watchdog.ts")]);
  using _watchdog = new Watchdog(budgetMs + 2_000);
  const { review, keys } = await runReview(repository, { kind: "staged", label: "staged changes" }, survey, {
    clock,
    budgetMs,
    signal: stopped,
    state: record.common,
  });
  const { iterations, reviewedLines } = record.reviewed(review, keys);
  const coverage = coveragePercent(reviewedLines, review.coverage.changedLines);
  const paint = coloursFor(stderr, env);
  stderr.write(hookSummary(review, { paint, brief: !stderr.isTerminal, coverage, blockLevel: block }));
  const isBlocking = review.findings.some((finding) => blocks(finding, block));
  const terminal = review.findings.length > 0 && stderr.isTerminal ? surroundings.openTerminal() : undefined;
  let decision = decide(beginning, { kind: "reviewed", review, isBlocking, canAsk: terminal !== undefined });
  if (decision.state === "deciding" && terminal !== undefined) {
    const { askInTerminal } = await import("./ask-in-terminal.ts");
    decision = await askInTerminal(terminal, decision, review, paint);
  }
  const answer = decision.state === "decided" ? decision.answer : "abort";
  const verdict = verdictFor(answer, review, iterations, coverage);
  record.decided(review, answer, verdict);
  if (!review.complete && onError === "block" && answer === "commit") {
    stderr.write('lrc: the review is not complete, and onError is "block"\n');
    return exitCodes.stopCommit;
  }
  return answer === "abort" ? exitCodes.stopCommit : exitCodes.ok;
}

function verdictFor(answer: Answer, review: Review, iterations: number, coveragePercent: number): Verdict {
  if (answer === "skip") return { action: "skipped", reason: "by hand" };
  if (answer === "vouch") return { action: "vouched", iterations, coveragePercent };
  if (review.complete) return { action: "ran", iterations, coveragePercent };
  const outcome = review.reviewers.find(({ outcome }) => outcome !== "complete")?.outcome ?? "incomplete";
  return { action: "skipped", reason: `review ${outcome.replaceAll("-", " ")}` };
}

/** Somebody has already said what becomes of exactly this tree. */
function isByHand(verdict: Verdict): boolean {
  return verdict.action === "vouched" || (verdict.action === "skipped" && verdict.reason === "by hand");
}

function leftOutSummary({ files }: Survey): string {
  const counts = new Map<string, number>();
  for (const { leftOut } of files) if (leftOut !== undefined) counts.set(leftOut.reason, (counts.get(leftOut.reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${count} ${reason}`).join(", ");
}

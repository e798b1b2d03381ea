import { coloursFor, sentenceOf } from "kit/cli";
import type { Instant } from "kit/clock";
import {
  type Answer,
  type Attestation,
  beginning,
  coveragePercent,
  decide,
  formatVerdict,
  isByHand,
  parseAttestation,
  type Verdict,
} from "#decision";
import { type Comparison, listChanges, parseGitBoolean, Repository, settingsOf } from "#git";
import { blocks, printable, type Review } from "#review";
import { hasSomethingToReview, type Survey, surveyChange } from "../change/survey.ts";
import type { Surroundings } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import { rememberRepository } from "../known-repositories.ts";
import { modelsIfAny } from "../models/models-if-any.ts";
import { commonState, worktreeState } from "../open-repository.ts";
import { type UserInterface, userInterfaceOf, wantsPage } from "../page/wanted.ts";
import type { ReviewRun, ReviewWatch } from "../review-run.ts";
import { commitArguments } from "./commit-command.ts";
import { CommitRecord } from "./commit-record.ts";
import { PageAnswers } from "./page-answers.ts";
import { hookSummary } from "./summary.ts";

/** What is staged, as two trees: Git reads the whole index to compare it, which takes longer the more files there are. */
function stagedIn({ head, emptyTree }: Repository, tree: string): Comparison {
  return { kind: "trees", from: head ?? emptyTree, to: tree };
}

/** Before the configuration is read, and where it says nothing. */
const longestMs = 20_000;

/**
 * What the pre-commit hook does: reviews what is about to be committed, and answers 0 to let it pass or 10 to stop it. Any fault of its own becomes one
 * line, and lets it pass.
 */
export async function preCommit(surroundings: Surroundings): Promise<number> {
  const { env, directory, stderr } = surroundings;
  const began = surroundings.clock.now();
  if (isSwitchedOff(env)) return exitCodes.ok;
  let onError: "pass" | "block" = "pass";
  let record: CommitRecord | undefined;
  try {
    const repository = await Repository.open({ directory, env });
    const { seal } = repository.indexEnding();
    const tree = await repository.indexTree();
    const staged = stagedIn(repository, tree);
    // At once: each is a process, and a commit waits for them.
    const [settings, changes] = await Promise.all([settingsOf(repository.git, "lrc"), listChanges(repository, staged)]);
    const worktree = worktreeState(repository, surroundings);
    const time = surroundings.wallTime();
    new PageAnswers(worktree, time).sweep(tree);
    const writesTrailer = parseGitBoolean(settings.get("lrc.trailer") ?? "true") !== false;
    record = new CommitRecord({
      common: commonState(repository, surroundings),
      worktree,
      head: repository.head ?? "",
      tree,
      seal,
      writesTrailer,
      writesNote: parseGitBoolean(settings.get("lrc.notes") ?? "false") === true,
      time,
    });
    if (parseGitBoolean(settings.get("lrc.enabled") ?? "true") === false || repository.paths.root === undefined) {
      record.forgetCommit();
      return exitCodes.ok;
    }
    onError = settings.get("lrc.onerror") === "block" ? "block" : "pass";
    rememberRepository(repository, surroundings);
    const operation = repository.operation();
    if (operation !== undefined) {
      record.verdict({ action: "skipped", reason: operation });
      stderr.write(`lrc: not reviewed: ${operation} in progress\n`);
      return exitCodes.ok;
    }
    const survey = await surveyChange(repository, staged, repository.head, undefined, changes);
    onError = survey.cascade.commit.onError === "block" ? "block" : onError;
    if (!hasSomethingToReview(survey)) {
      if (survey.files.length === 0) await leaveAsItIs(record, repository);
      else record.verdict({ action: "skipped", reason: "nothing to review" });
      if (survey.files.length > 0) stderr.write(`lrc: nothing to review (${leftOutSummary(survey)})\n`);
      return exitCodes.ok;
    }
    const earlier = parseAttestation(record.earlierAttestation() ?? "");
    // What was said of this tree after another commit was said of another change.
    if (earlier?.head === (repository.head ?? "") && isByHand(earlier.verdict)) {
      record.again(earlier.verdict);
      stderr.write(`lrc: ${formatVerdict(earlier.verdict)}\n`);
      return exitCodes.ok;
    }
    return await reviewCommit(repository, survey, record, { surroundings, ui: userInterfaceOf(settings.get("lrc.ui")), began, onError });
  } catch (error) {
    if (surroundings.stopped.aborted) return exitCodes.stopCommit;
    try {
      record?.verdict({ action: "skipped", reason: "could not review" });
    } catch {
      // What cannot be recorded is not recorded.
    }
    const goesOn = onError === "pass" ? "the commit goes on" : 'the commit is stopped, because onError is "block"';
    stderr.write(`lrc: not reviewed: ${printable(sentenceOf(error).split("\n")[0] ?? "")}; ${goesOn}\n`);
    return onError === "pass" ? exitCodes.ok : exitCodes.stopCommit;
  }
}

/** Nothing is staged: a commit that is made anew, with another message, stays what it was; one that is empty has nothing to say of what was attested for the same tree. */
async function leaveAsItIs(record: CommitRecord, repository: Repository): Promise<void> {
  const noChanges = { action: "skipped", reason: "no changes" } as const;
  const earlier = parseAttestation(record.earlierAttestation() ?? "");
  if (earlier === undefined) record.verdict(noChanges);
  else if (commitArguments().includes("--amend") && (await becameHead(earlier, repository))) record.again(earlier.verdict);
  else record.trailer(noChanges);
}

/** Whether HEAD is what was attested, or what that was amended to: a squash may have the same tree, and more in it than was looked at. */
async function becameHead({ head }: Attestation, { git, head: now = "" }: Repository): Promise<boolean> {
  const parentsOf = async (commit: string): Promise<string | undefined> => {
    const { stdout, exitCode } = await git.run(["show", "--no-patch", "--format=%P", "--end-of-options", commit], { accept: [128] });
    return exitCode === 0 ? stdout.toString().trim() : undefined;
  };
  const parents = await parentsOf(now);
  return parents === head || (head !== "" && parents === (await parentsOf(head)));
}

/** The switches of the environment: `LRC=0` is ours, `SKIP=lrc` the one that users of pre-commit know. */
export function isSwitchedOff(env: Surroundings["env"]): boolean {
  return env.LRC === "0" || (env.SKIP ?? "").split(",").includes("lrc");
}

interface Reviewing {
  readonly surroundings: Surroundings;
  readonly ui: UserInterface;
  /** When the commit began to wait: the budget is of all of that. */
  readonly began: Instant;
  /** What becomes of a commit whose review is not complete. */
  readonly onError: "pass" | "block";
}

/** One look at what is staged, and where it leaves the commit. */
interface Looked extends ReviewRun {
  readonly record: CommitRecord;
  readonly survey: Survey;
  readonly iterations: number;
  readonly coverage: number;
  /** Something in it stops the commit. */
  readonly isBlocking: boolean;
}

async function reviewCommit(repository: Repository, survey: Survey, record: CommitRecord, reviewing: Reviewing): Promise<number> {
  const { surroundings, ui, began, onError } = reviewing;
  const { stderr, env } = surroundings;
  const { block } = survey.cascade.commit;
  let looked = await look(repository, survey, record, surroundings, { began });
  const paint = coloursFor(stderr, env);
  stderr.write(hookSummary(looked.review, { paint, brief: !stderr.isTerminal, coverage: looked.coverage, blockLevel: block }));
  const hasFindings = looked.review.findings.length > 0;
  const terminal = hasFindings && stderr.isTerminal ? surroundings.openTerminal() : undefined;
  const onPage = hasFindings && stderr.isTerminal && wantsPage(ui, env);
  let decision = decide(beginning, { kind: "reviewed", ...looked, canAsk: terminal !== undefined || onPage });
  if (decision.state === "deciding" && onPage) {
    const { decideInPage } = await import("../page/index.ts");
    const again = async (watch: ReviewWatch): Promise<Looked> => {
      const tree = await repository.indexTree();
      const survey = await surveyChange(repository, stagedIn(repository, tree), repository.head);
      looked = await look(repository, survey, record.for(tree), surroundings, { watch });
      return looked;
    };
    decision = await decideInPage({ repository, looked, decision, terminal, paint, again }, surroundings);
  } else if (decision.state === "deciding" && terminal !== undefined) {
    const { askInTerminal } = await import("./ask-in-terminal.ts");
    decision = await askInTerminal(terminal, decision, looked.review, paint);
  }
  const answer = decision.state === "decided" ? decision.answer : "abort";
  const { review } = looked;
  looked.record.decided(review, answer, verdictFor(answer, review, looked.iterations, looked.coverage));
  if (!review.complete && onError === "block" && answer === "commit") {
    stderr.write('lrc: the review is not complete, and onError is "block"\n');
    return exitCodes.stopCommit;
  }
  return answer === "abort" ? exitCodes.stopCommit : exitCodes.ok;
}

async function look(
  repository: Repository,
  survey: Survey,
  record: CommitRecord,
  surroundings: Surroundings,
  { began = surroundings.clock.now(), watch = {} }: { readonly began?: Instant; readonly watch?: ReviewWatch },
): Promise<Looked> {
  const { clock, env, stopped } = surroundings;
  const { block, budgetSeconds } = survey.cascade.commit;
  if (env.NODE_EXTRA_CA_CERTS !== undefined) (await import("./extra-certificates.ts")).trustExtraCertificates(env.NODE_EXTRA_CA_CERTS);
  const budgetMs = Math.min(budgetSeconds * 1000, 30 * longestMs);
  const [{ runReview }, { Watchdog }] = await Promise.all([import("../review-run.ts"), import("./watchdog.ts")]);
  // Only the review is watched: somebody who decides may take their time.
  using _watchdog = new Watchdog(budgetMs + 2_000);
  const source = { kind: "staged", label: "staged changes" } as const;
  const models = await modelsIfAny(
    { repository, state: record.common, wish: survey.cascade.model, rulesFrom: survey.rulesFrom, summarise: false },
    surroundings,
  );
  const run = await runReview(repository, source, survey, {
    clock,
    budgetMs: Math.max(0, budgetMs - (clock.now() - began)),
    signal: stopped,
    state: record.common,
    models,
    onInput: watch.onInput,
    onProgress: watch.onProgress,
    onModel: watch.onModel,
  });
  models?.finish(run.review);
  const { iterations, reviewedLines } = record.reviewed(run);
  return {
    ...run,
    record,
    survey,
    iterations,
    coverage: coveragePercent(reviewedLines, run.review.coverage.changedLines),
    isBlocking: run.review.findings.some((finding) => blocks(finding, block)),
  };
}

function verdictFor(answer: Answer, review: Review, iterations: number, coveragePercent: number): Verdict {
  if (answer === "skip") return { action: "skipped", reason: "by hand" };
  if (answer === "vouch") return { action: "vouched", iterations, coveragePercent };
  if (review.complete) return { action: "ran", iterations, coveragePercent };
  const outcome = review.reviewers.find(({ outcome }) => outcome !== "complete")?.outcome ?? "incomplete";
  return { action: "skipped", reason: `review ${outcome.replaceAll("-", " ")}` };
}

function leftOutSummary({ files, unlisted }: Survey): string {
  const counts = new Map<string, number>();
  for (const { leftOut } of files) if (leftOut !== undefined) counts.set(leftOut.reason, (counts.get(leftOut.reason) ?? 0) + 1);
  if (unlisted > 0) counts.set("too-large", (counts.get("too-large") ?? 0) + unlisted);
  return [...counts].map(([reason, count]) => `${count} ${reason}`).join(", ");
}

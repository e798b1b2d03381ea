import { sentenceOf, UserError } from "kit/cli";
import { beginning, decide } from "#decision";
import type { GitError, Repository } from "#git";
import { blocks, printableLine } from "#review";
import { countedFindings, type PageAnswer } from "#web";
import type { Surroundings } from "../context.ts";
import { commonState } from "../open-repository.ts";
import { recordByHand } from "../record-by-hand.ts";
import type { ReviewWatch } from "../review-run.ts";
import type { ReviewedChange } from "../what-to-review.ts";
import { canPush, pushBranch } from "./push.ts";
import { everything, showLines, showReview } from "./review-page.ts";
import { type PageDecision, PageSession } from "./session.ts";

export interface ServedReview {
  readonly repository: Repository | undefined;
  readonly source: string;
  /** What is reviewed is what is staged: it can be decided upon, and changed. */
  readonly isStaged: boolean;
  readonly review: (watch: ReviewWatch) => Promise<ReviewedChange>;
}

/** What a page has come to: the last review, and whether somebody has dealt with its findings. */
export interface ServedOutcome {
  readonly reviewed: ReviewedChange;
  readonly isAccepted: boolean;
}

/** Shows a review in the browser while it is made, until an answer is given or the tab is closed. */
export async function serveReview(
  { repository, source, isStaged, review }: ServedReview,
  surroundings: Surroundings,
): Promise<ServedOutcome> {
  const { stopped, stderr } = surroundings;
  let reviewed: ReviewedChange | undefined;
  const look = async (): Promise<void> => {
    using watch = session.watchReview();
    reviewed = await review(watch);
    if (watch.input !== undefined) showLines(session.page, watch.input, everything(reviewed.review));
    const number = session.page.state.iterations.length + 1;
    showReview(session.page, reviewed.review, { number, coverage: percent(reviewed) });
    session.note(countedFindings(reviewed.review.findings.length));
    session.page.update(
      isStaged && repository?.paths.root !== undefined ? deciding(reviewed, await canPush(repository)) : { phase: "showing" },
    );
  };
  await using session = await PageSession.open(
    {
      repository,
      source,
      state: repository === undefined ? undefined : commonState(repository, surroundings),
      again: isStaged ? look : undefined,
    },
    surroundings,
  );
  await look();
  const decision = await Promise.race([session.decision, aborted(stopped)]);
  stopped.throwIfAborted();
  if (reviewed === undefined) throw new Error("the page was decided upon before there was a review");
  const isAccepted =
    decision !== "left" && repository !== undefined && (await carryOut(decision, reviewed, repository, session, surroundings));
  if (decision === "left") stderr.write("lrc: the page was closed\n");
  return { reviewed, isAccepted };
}

function deciding({ review, blockLevel = "critical" }: ReviewedChange, mayPush: boolean) {
  const isBlocking = review.findings.some((finding) => blocks(finding, blockLevel));
  const state = decide(beginning, { kind: "reviewed", review, isBlocking, canAsk: true });
  const legal: PageAnswer[] = state.state === "deciding" ? [...state.legal] : ["commit", "skip", "abort"];
  if (mayPush && legal[0] === "commit") legal.splice(1, 0, "commit-push");
  return { phase: "deciding", legal, message: legal[0] === "commit" ? "needed" : undefined } as const;
}

/** Does what was clicked, and says on the page how it went; false when the commit was called off. */
async function carryOut(
  { answer, push, message }: PageDecision,
  { review, keys, changeId }: ReviewedChange,
  repository: Repository,
  { page }: PageSession,
  surroundings: Surroundings,
): Promise<boolean> {
  switch (answer) {
    case "abort":
      return false;
    case "skip":
      await recordByHand(repository, { action: "skipped", reason: "by hand" }, surroundings);
      return true;
    case "vouch":
      await recordByHand(repository, { action: "vouched", keys, changeId, review }, surroundings);
      return true;
    case "commit":
      try {
        surroundings.stderr.write(`lrc: ${await commitStaged(repository, message ?? "")}\n`);
        page.update({ outcome: "Committed." });
        if (push) surroundings.stderr.write(`lrc: ${await pushBranch(repository)}\n`);
        if (push) page.update({ outcome: "Committed and pushed." });
      } catch (error) {
        page.update({
          outcome: `${page.state.outcome === "Committed." ? "Committed, but not pushed" : "Not committed"}: ${sentenceOf(error)}`,
        });
        throw error;
      }
      return true;
  }
}

/** Commits what is staged with a message that was written on the page, hooks and all. Returns Git's own line about it. */
async function commitStaged(repository: Repository, message: string): Promise<string> {
  try {
    const said = await repository.git.text(["commit", "--cleanup=strip", "-F", "-"], { input: message });
    return said.split("\n")[0] ?? "committed";
  } catch (error) {
    // A hook, or a missing name: the last line says it best. The repository is another bundle's, and so is the class of its errors.
    const reason =
      error instanceof Error && error.name === "GitError" ? (error as GitError).details.trimEnd().split("\n").at(-1) : undefined;
    throw reason === undefined || reason === "" ? error : new UserError(`git did not commit: ${printableLine(reason)}`);
  }
}

function percent({ review: { coverage } }: ReviewedChange): number {
  return coverage.changedLines === 0 ? 100 : Math.floor((coverage.reviewedLines * 100) / coverage.changedLines);
}

function aborted(signal: AbortSignal): Promise<"left"> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve("left");
    else signal.addEventListener("abort", () => resolve("left"), { once: true });
  });
}

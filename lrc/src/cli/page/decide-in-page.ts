import type { Colours } from "kit/cli";
import { type DecisionState, decide } from "#decision";
import type { Repository } from "#git";
import { countedFindings, type PageAnswer } from "#web";
import { readChange } from "../change/read-change.ts";
import type { Survey } from "../change/survey.ts";
import type { Surroundings, Terminal } from "../context.ts";
import { askInTerminal } from "../hook/ask-in-terminal.ts";
import type { CommitRecord } from "../hook/commit-record.ts";
import type { ReviewRun, ReviewWatch } from "../review-run.ts";
import { canPush } from "./push.ts";
import { everything, showLines, showReview } from "./review-page.ts";
import { PageSession } from "./session.ts";

/** A review of what is about to be committed, as the page needs it. */
export interface PageLook extends ReviewRun {
  readonly record: CommitRecord;
  readonly survey: Survey;
  readonly iterations: number;
  readonly coverage: number;
  readonly isBlocking: boolean;
}

export interface PageQuestion {
  readonly repository: Repository;
  readonly looked: PageLook;
  readonly decision: DecisionState;
  /** Whoever sits there may answer as well: the first answer counts. */
  readonly terminal: Terminal | undefined;
  readonly paint: Colours;
  /** Looks again at what is staged now. */
  readonly again: (watch: ReviewWatch) => Promise<PageLook>;
}

/** Asks on a page, and at the terminal where there is one, what becomes of a commit. A tab that is closed without a word leaves the question to the terminal. */
export async function decideInPage(question: PageQuestion, surroundings: Surroundings): Promise<DecisionState> {
  const { repository, terminal, paint, again } = question;
  const { stopped, env } = surroundings;
  let { looked, decision } = question;
  const mayPush = await canPush(repository);
  const show = async (): Promise<void> => {
    const input = await readChange(repository, looked.review.source, looked.survey, stopped);
    showLines(session.page, input, everything(looked.review));
    showReview(session.page, looked.review, { number: looked.iterations, coverage: looked.coverage });
    session.note(countedFindings(looked.review.findings.length));
    const legal: PageAnswer[] = decision.state === "deciding" ? [...decision.legal] : [];
    if (mayPush && legal[0] === "commit") legal.splice(1, 0, "commit-push");
    // Without an editor Git says so to its hooks, and the message can still be changed.
    const message = legal[0] === "commit" && env.GIT_EDITOR === ":" ? "kept" : undefined;
    session.page.update({ phase: "deciding", legal, message });
  };
  const lookAgain = async (): Promise<void> => {
    using watch = session.watchReview();
    looked = await again(watch);
    // Nothing left to decide upon still waits for a click: somebody is looking.
    decision = { state: "deciding", legal: looked.isBlocking ? ["vouch", "skip", "abort"] : ["commit", "vouch", "skip", "abort"] };
    await show();
  };
  await using session = await PageSession.open(
    { repository, source: looked.review.source.label, state: looked.record.common, again: usesOwnIndex(env) ? lookAgain : undefined },
    surroundings,
  );
  await show();
  const atTerminal = terminal === undefined ? undefined : askInTerminal(terminal, decision, looked.review, paint);
  const onPage = session.decision.then(async (said) => {
    if (said !== "left") return said;
    return atTerminal === undefined ? said : await new Promise<never>(() => undefined);
  });
  const interrupted = new Promise<"left">((resolve) => stopped.addEventListener("abort", () => resolve("left"), { once: true }));
  const first = await Promise.race([onPage, interrupted, ...(atTerminal === undefined ? [] : [atTerminal])]);
  if (first === "left") return decide(decision, { kind: "interrupted" });
  if ("state" in first) {
    // At the terminal the question is still the first one; what was applied since is judged by what is true now.
    const said = first.state === "decided" ? decide(decision, { kind: "answered", answer: first.answer }) : first;
    const answer = said.state === "decided" ? said.answer : "abort";
    session.showDecision(answer);
    return said.state === "decided" ? said : decide(decision, { kind: "interrupted" });
  }
  terminal?.close();
  surroundings.stderr.write("\r\u001b[K");
  looked.record.asked(first);
  return decide(decision, { kind: "answered", answer: first.answer });
}

/** A commit of some files only, or of all at once, has an index of its own, which is not the one that would be changed. */
function usesOwnIndex({ GIT_INDEX_FILE }: Surroundings["env"]): boolean {
  return GIT_INDEX_FILE === undefined || /(^|[/\\])index$/.test(GIT_INDEX_FILE);
}

import type { Review } from "#review";

/** What somebody can say about a review. `commit` accepts it as it is, `vouch` takes responsibility for what it found. */
export const answers = ["commit", "vouch", "skip", "abort"] as const;
export type Answer = (typeof answers)[number];

/**
 * Where a commit stands:
 * - `reviewing`: reviewers are at work.
 * - `deciding`: they found something, and somebody is there to say what becomes of it.
 * - `decided`: the commit goes on or it does not; nothing changes that any more.
 */
export type DecisionState =
  | { readonly state: "reviewing" }
  | { readonly state: "deciding"; readonly legal: readonly Answer[] }
  | { readonly state: "decided"; readonly answer: Answer; readonly by: DecidedBy };

/** Who decided: nobody needed to (`clean`), the rules did (`policy`), or a person (`person`). */
export type DecidedBy = "clean" | "policy" | "person";

export type DecisionEvent =
  | {
      readonly kind: "reviewed";
      readonly review: Pick<Review, "findings" | "complete">;
      /** Something in it stops a commit. */
      readonly isBlocking: boolean;
      /** A terminal is there, and somebody in front of it. */
      readonly canAsk: boolean;
    }
  | { readonly kind: "answered"; readonly answer: Answer }
  /** Ctrl-C, or nobody answered in time. */
  | { readonly kind: "interrupted" };

export const beginning: DecisionState = { state: "reviewing" };

/** The next state. An event that has no meaning in a state leaves it as it is: two keyboards may answer at once, and the first one counts. */
export function decide(current: DecisionState, event: DecisionEvent): DecisionState {
  switch (current.state) {
    case "reviewing":
      return whileReviewing(current, event);
    case "deciding":
      return whileDeciding(current, event);
    case "decided":
      return current;
  }
}

function whileReviewing(current: DecisionState, event: DecisionEvent): DecisionState {
  switch (event.kind) {
    case "reviewed":
      if (event.review.findings.length === 0) return { state: "decided", answer: "commit", by: "clean" };
      if (event.canAsk) return { state: "deciding", legal: event.isBlocking ? ["vouch", "skip", "abort"] : answers };
      return { state: "decided", answer: event.isBlocking ? "abort" : "commit", by: "policy" };
    case "interrupted":
      return { state: "decided", answer: "abort", by: "person" };
    case "answered":
      return current;
  }
}

function whileDeciding(current: DecisionState & { readonly state: "deciding" }, event: DecisionEvent): DecisionState {
  switch (event.kind) {
    case "answered":
      return current.legal.includes(event.answer) ? { state: "decided", answer: event.answer, by: "person" } : current;
    case "interrupted":
      return { state: "decided", answer: "abort", by: "person" };
    case "reviewed":
      return current;
  }
}

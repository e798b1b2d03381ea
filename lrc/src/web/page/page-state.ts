import type { Answer } from "#decision";
import type { Finding, ReviewCoverage, ReviewerRun, SkippedFile, SuppressedFinding } from "#review";

/** A changed file as the page draws it. */
export interface PageFile {
  readonly path: string;
  readonly oldPath: string | undefined;
  readonly status: string;
  readonly addedLines: number;
  readonly removedLines: number;
  /** Its hunks in the unified format, without a header: names are never parsed out of text. "" for what is not shown. */
  readonly hunks: string;
}

/** A finding with what can be done about it from here. */
export interface PageFinding extends Finding {
  /** A change of the lines that it is about is at hand and can be applied. */
  readonly canApply: boolean;
  /** False while a model still doubts it: it may be withdrawn. */
  readonly isSettled: boolean;
}

/** How far a model has come that is being asked. */
export interface PageModel {
  readonly name: string;
  readonly step: "reviewing" | "summing-up";
  readonly done: number;
  /** 0 as long as it is not known. */
  readonly total: number;
}

/** Something that happened, for the log. */
export interface PageEvent {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly text: string;
}

/** One review of the change on its way to a commit. */
export interface PageIteration {
  readonly number: number;
  readonly findings: number;
  readonly coveragePercent: number;
}

/** What a change does, in the words of a model. */
export interface PageSummary {
  readonly title: string;
  readonly slides: readonly { readonly heading: string; readonly points: readonly string[] }[];
}

/** What somebody may click on: the answers of the decision machine, and one that only exists here. */
export type PageAnswer = Answer | "commit-push";

/**
 * Where the page stands:
 * - `reviewing`: findings still come.
 * - `deciding`: a commit waits for an answer.
 * - `showing`: the review is over, and nothing waits for it.
 * - `decided`: an answer was given, here or at the terminal; the server is about to end.
 */
export type PagePhase = "reviewing" | "deciding" | "showing" | "decided";

/** Everything the review page shows. It is sent as a whole when a tab comes, and in parts as it changes. */
export interface ReviewPage {
  readonly kind: "review";
  readonly version: string;
  readonly repository: string;
  readonly branch: string | undefined;
  /** What is reviewed ("staged changes", "main..feature"). */
  readonly source: string;
  readonly phase: PagePhase;
  readonly legal: readonly PageAnswer[];
  /** What was decided, in words; undefined before. */
  readonly outcome: string | undefined;
  /** `kept`: an empty message leaves what Git was given. `needed`: there is none yet. Undefined: Git will ask for it, or nothing is committed. */
  readonly message: "kept" | "needed" | undefined;
  readonly files: readonly PageFile[];
  readonly findings: readonly PageFinding[];
  readonly suppressed: readonly SuppressedFinding[];
  readonly skipped: readonly SkippedFile[];
  readonly reviewers: readonly ReviewerRun[];
  readonly notices: readonly string[];
  readonly coverage: ReviewCoverage;
  readonly iterations: readonly PageIteration[];
  /** Programs on this machine that findings can be sent to. */
  readonly agents: readonly string[];
  /** Undefined while none is asked. */
  readonly model: PageModel | undefined;
  readonly summary: PageSummary | undefined;
  readonly events: readonly PageEvent[];
}

/** A table of names and numbers, for a chart or a list. */
export interface Tally {
  readonly name: string;
  readonly count: number;
}

/** What the dashboard shows: every repository of this user that reviews are known of. */
export interface Dashboard {
  readonly kind: "dashboard";
  readonly version: string;
  /** The one that it was started in comes first, the others follow as they are read. */
  readonly repositories: readonly DashboardRepository[];
  /** How many are still to be read. */
  readonly unread: number;
  /** Pages of reviews that wait for an answer now. */
  readonly active: readonly { readonly repository: string; readonly source: string; readonly since: number }[];
  readonly connectors: readonly DashboardConnector[];
  /** What can be added: names of providers. */
  readonly providers: readonly string[];
  readonly usage: readonly DashboardUsage[];
}

export interface DashboardRepository {
  /** The folder of its working tree: no two have the same. */
  readonly id: string;
  readonly name: string;
  /** Why there is nothing to see; undefined when there is. */
  readonly problem: string | undefined;
  /** Newest first. */
  readonly reviews: readonly DashboardReview[];
  /** Reviews and findings by day, oldest first. */
  readonly trend: readonly { readonly day: string; readonly reviews: number; readonly findings: number }[];
  readonly categories: readonly { readonly month: string; readonly category: string; readonly count: number }[];
  readonly dismissed: readonly Tally[];
  readonly authors: readonly DashboardAuthor[];
  readonly hooks: DashboardHooks;
}

export interface DashboardReview {
  readonly time: string;
  readonly answer: string;
  readonly action: string;
  readonly findings: number;
  readonly coverage: number | undefined;
  readonly commit: string | undefined;
}

export interface DashboardAuthor {
  readonly author: string;
  readonly commits: number;
  readonly reviewed: number;
  /** Of the commits that say how much of them was reviewed: how many these are, and how much on average. */
  readonly measured: number;
  readonly coverage: number | undefined;
}

export interface DashboardUsage {
  readonly month: string;
  readonly repository: string;
  readonly requests: number;
  readonly tokens: number;
  readonly cost: number | undefined;
}

export interface DashboardConnector {
  readonly name: string;
  readonly detail: string;
}

/** Whether commits of a repository are reviewed, and if not why. */
export interface DashboardHooks {
  readonly willBeReviewed: boolean;
  readonly obstacles: readonly string[];
  /** Steps that would make it so; empty when there are none. */
  readonly plan: readonly string[];
}

export type PageState = ReviewPage | Dashboard;

/** Parts of a page that have changed, whole members each. */
export type PageUpdate = Partial<Omit<ReviewPage, "kind">> | Partial<Omit<Dashboard, "kind">>;

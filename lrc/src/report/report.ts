import type { Review } from "#review";

/** Turns strings into coloured ones, or leaves them as they are. What kit/cli calls Colours fits. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  green(text: string): string;
  cyan(text: string): string;
  magenta(text: string): string;
}

/** The browser's part of a report, as it was built: a script that needs nothing else, and its style. */
export interface ReportNavigator {
  readonly script: string;
  readonly style: string;
}

/** What a report may know besides the review. */
export interface ReportOptions {
  /** The version of the program, for formats that name their tool. */
  readonly version: string;
  readonly paint: Paint;
  /** Width of the terminal in columns, if there is one. */
  readonly columns: number | undefined;
  /** What lets a page filter its findings, for the format that is one. Without it the findings are all there and stay where they are. */
  readonly navigator?: ReportNavigator | undefined;
}

/** A review as text in one format, ending with a line feed. A pure function: it opens nothing and knows no time. */
export type Report = (review: Review, options: ReportOptions) => string;

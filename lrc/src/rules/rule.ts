import type { ChangedFile, FileDiff, Side } from "#diff";

/** How bad it is if it is true, worst first. */
export const severities = ["critical", "error", "warning", "info"] as const;
export type Severity = (typeof severities)[number];

/** How sure a rule is that it is true: high means that a maintainer would nearly always agree. */
export const confidences = ["high", "medium", "low"] as const;
export type Confidence = (typeof confidences)[number];

/** What kind of harm a finding is about. */
export const categories = [
  "security",
  "reliability",
  "correctness",
  "performance",
  "cost",
  "scalability",
  "maintainability",
  "architecture",
  "developer-experience",
  "compliance",
] as const;
export type Category = (typeof categories)[number];

/** Languages that rules can ask for. What has none of them (a lockfile, a licence) is seen by language-free rules only. */
export const languages = [
  "typescript",
  "tsx",
  "javascript",
  "python",
  "go",
  "java",
  "rust",
  "c",
  "cpp",
  "csharp",
  "php",
  "ruby",
  "shell",
  "sql",
  "yaml",
  "json",
  "html",
  "css",
  "dockerfile",
  "terraform",
] as const;
export type Language = (typeof languages)[number];

/** What is said about a rule wherever it is listed. */
export interface RuleDescription {
  /** Group and name in kebab case: `javascript/floating-promise`, `any/conflict-marker`. Never changes: people write it into suppressions. */
  readonly id: string;
  /** One line without a full stop: what is wrong. */
  readonly title: string;
  readonly category: Category;
  /** A word of its own below the category, in kebab case ("injection", "resource-leak"). */
  readonly subcategory: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** The languages it looks at, or `any` for every text file. */
  readonly languages: readonly Language[] | "any";
  /** Numbers of the Common Weakness Enumeration it is about. */
  readonly cwe?: readonly number[];
}

/**
 * What a rule says about one place. Lines count from 1 on `side`: `new` for what is there now, `old` for what the change took away. A report is
 * only kept where it touches an added line (side new) or a removed one (side old), unless `causedByRemoval` says that what is judged on
 * the new side is there because something else was removed.
 */
export interface RuleReport {
  readonly ruleId: string;
  /** The path of the file as its diff has it. */
  readonly path: string;
  readonly side: Side;
  readonly startLine: number;
  readonly endLine: number;
  /** Characters (UTF-16 units) from 1; the end is exclusive. */
  readonly startColumn?: number;
  readonly endColumn?: number;
  /** A sentence or two for the author of the change: what happens, and why it matters. Secrets are not quoted here: see `secrets`. */
  readonly message: string;
  /** What to write instead, or how to go about it. */
  readonly suggestion?: string;
  /** In place of the rule's own, where this occurrence is better or worse than usual. */
  readonly severity?: Severity;
  readonly confidence?: Confidence;
  readonly causedByRemoval?: boolean;
  /** Texts that must not be shown anywhere, whole: they are masked in every output. */
  readonly secrets?: readonly string[];
}

/** Takes what a rule has to say. */
export type ReportSink = (report: Omit<RuleReport, "ruleId" | "path"> & { readonly path?: string }) => void;

/**
 * A rule. It reports and does nothing else: no file is opened, nothing is printed, nothing is remembered between calls. A file rule is called
 * for each file of its languages, with the change it is part of: what went from here may have come elsewhere. A change rule is called once with all of
 * them (a lockfile that does not follow its manifest). One that throws is reported as failed and the others go on.
 */
export type Rule = RuleDescription &
  (
    | { readonly scope: "file"; readonly check: (file: RuleSubject, report: ReportSink, change: RuleChange) => void | Promise<void> }
    | { readonly scope: "change"; readonly checkChange: (change: RuleChange, report: ReportSink) => void | Promise<void> }
  );

/** A changed file as rules see it. */
export interface RuleSubject extends ChangedFile {
  readonly language: Language | undefined;
}

/** A whole change as rules see it. */
export interface RuleChange {
  readonly files: readonly RuleSubject[];
  readonly leftOut: readonly LeftOutFile[];
}

/** A file of the change whose text is not read: a lockfile, something generated, binary or very large. Its diff has counts and no hunks. */
export interface LeftOutFile {
  readonly diff: FileDiff;
  /** Size after the change in bytes; undefined when the file is gone, or no file. */
  readonly sizeBytes: number | undefined;
}

/** A rule that could not do its work on a file. The review says so: what was not looked at does not count as looked at. */
export interface RuleFailure {
  readonly ruleId: string;
  readonly path: string | undefined;
  /** One line. */
  readonly reason: string;
}

export interface RuleOutcome {
  readonly reports: readonly RuleReport[];
  readonly failures: readonly RuleFailure[];
}

/** Everything the review needs of the rules. */
export interface RuleEngine {
  readonly rules: readonly RuleDescription[];
  /**
   * Runs the rules over the files of one change. `signal` aborts between rules and between files; the promise then rejects with its reason.
   * A language is loaded only when a file of it is among `files`.
   */
  check(files: readonly ChangedFile[], leftOut: readonly LeftOutFile[], signal: AbortSignal): Promise<RuleOutcome>;
}

/** A rule of the user's, as a file of ast-grep's YAML below `.lrc/checks/`. */
export interface CheckFile {
  readonly path: string;
  readonly text: string;
}

/** The rules in a repository's own checks, and what could not be understood of them. */
export interface OwnRules {
  readonly rules: readonly Rule[];
  readonly failures: readonly RuleFailure[];
  /** All that have a name, also those that are switched off or wrong: `check/` and their id. */
  readonly ids: readonly string[];
}

/**
 * Makes the engine with the rules that come with it and the user's own. A check that cannot be understood becomes a RuleFailure of every review,
 * never an error here. What this is called by: `createRuleEngine`.
 */
export type RuleEngineFactory = (options?: {
  readonly own?: OwnRules;
  /** Milliseconds of a steady clock, for what the rules may take on one file. Without it only `signal` ends them. */
  readonly now?: () => number;
}) => RuleEngine;

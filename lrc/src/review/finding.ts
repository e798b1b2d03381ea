import type { Side } from "#diff";
import type { Category, Confidence, Severity } from "#rules";

/** Something a reviewer says about the change, ready to be shown: anchored, masked, with a fingerprint. */
export interface Finding {
  readonly ruleId: string;
  /** One line without a full stop: what the rule is about. */
  readonly title: string;
  /** The name of the reviewer that said it (`rules`). */
  readonly reviewer: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly category: Category;
  readonly subcategory: string;
  readonly cwe: readonly number[];
  /** For the author of the change: what happens, and why it matters. */
  readonly message: string;
  readonly suggestion: string | undefined;
  /** The suggestion as a patch of the file as it is after the change; what `lrc apply` takes. Holds no secrets. */
  readonly patch?: string;
  /** Where it is, as the diff names it. */
  readonly path: string;
  /** `old`: the lines are of the file before the change, and were removed by it. */
  readonly side: Side;
  readonly startLine: number;
  readonly endLine: number;
  /** UTF-16 units from 1; the end is exclusive. */
  readonly startColumn: number | undefined;
  readonly endColumn: number | undefined;
  /** The line of the file after the change where a reader looks for it: `startLine` on the new side. 0 when the file is gone. */
  readonly anchorLine: number;
  readonly causedByRemoval: boolean;
  /** The lines in question and some around them. */
  readonly excerpt: Excerpt;
  /**
   * 32 hexadecimal digits over rule, path, the text of the lines without their indentation, and how many equal ones stand before: it survives lines
   * that move, and changes when the line itself does.
   */
  readonly fingerprint: string;
}

/** Some lines of a file, as they may be shown: secrets masked. */
export interface Excerpt {
  /** The number of the first of `lines`, on the finding's side. */
  readonly firstLine: number;
  readonly lines: readonly string[];
}

/** A finding that is not shown, and who decided so. */
export interface SuppressedFinding {
  readonly finding: Finding;
  readonly by: "inline" | "baseline" | "dismissed" | "configuration";
  /** In the words of who suppressed it. */
  readonly reason: string | undefined;
}

import type { Finding } from "./finding.ts";

/** A finding before it is anchored, masked and fingerprinted. */
export interface Remark
  extends Pick<
    Finding,
    | "ruleId"
    | "title"
    | "severity"
    | "confidence"
    | "category"
    | "subcategory"
    | "cwe"
    | "message"
    | "suggestion"
    | "patch"
    | "path"
    | "side"
    | "startLine"
    | "endLine"
    | "startColumn"
    | "endColumn"
    | "causedByRemoval"
  > {
  /** Texts that must not be shown. */
  readonly secrets: readonly string[];
}

import type { Finding, Review } from "#review";
import type { Paint } from "../report.ts";

/** No colours. */
export const plain: Paint = {
  bold: (text) => text,
  dim: (text) => text,
  red: (text) => text,
  yellow: (text) => text,
  green: (text) => text,
  cyan: (text) => text,
  magenta: (text) => text,
};

export function finding(parts: Partial<Finding> = {}): Finding {
  return {
    ruleId: "injection/sql",
    title: "SQL is put together from text",
    reviewer: "rules",
    severity: "error",
    confidence: "high",
    category: "security",
    subcategory: "injection",
    cwe: [89],
    message: "A value becomes part of the SQL text.",
    suggestion: "Pass it as a parameter.",
    path: "src/users.ts",
    side: "new",
    startLine: 12,
    endLine: 12,
    startColumn: 3,
    endColumn: 20,
    anchorLine: 12,
    causedByRemoval: false,
    excerpt: { firstLine: 11, lines: ["function find(name) {", "  db.query(text + name);", "}"] },
    fingerprint: "0123456789abcdef0123456789abcdef",
    ...parts,
  };
}

export function review(parts: Partial<Review> = {}): Review {
  return {
    source: { kind: "staged", label: "staged changes" },
    reviewers: [{ reviewer: "rules", outcome: "complete", problems: [], durationMs: 5 }],
    findings: [],
    suppressed: [],
    files: [{ path: "src/users.ts", oldPath: "src/users.ts", status: "modified", addedLines: 3, removedLines: 1 }],
    skipped: [],
    coverage: { reviewedLines: 4, changedLines: 4 },
    notices: [],
    complete: true,
    durationMs: 7,
    ...parts,
  };
}

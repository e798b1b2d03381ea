import type { PageFile, PageFinding, ReviewPage } from "../page/page-state.ts";

/** A page as a review leaves it. */
export function reviewPage(parts: Partial<ReviewPage> = {}): ReviewPage {
  return {
    kind: "review",
    version: "0.0.0",
    repository: "shop",
    branch: "main",
    source: "staged changes",
    phase: "deciding",
    legal: ["commit", "vouch", "skip", "abort"],
    outcome: undefined,
    message: undefined,
    files: [pageFile()],
    findings: [pageFinding()],
    suppressed: [],
    skipped: [],
    reviewers: [{ reviewer: "rules", outcome: "complete", problems: [], durationMs: 5 }],
    notices: [],
    coverage: { reviewedLines: 4, changedLines: 4 },
    iterations: [{ number: 1, findings: 1, coveragePercent: 100 }],
    agents: [],
    model: undefined,
    summary: undefined,
    events: [{ time: 0, text: "reviewing staged changes" }],
    ...parts,
  };
}

export function pageFile(parts: Partial<PageFile> = {}): PageFile {
  return {
    path: "src/users.ts",
    oldPath: "src/users.ts",
    status: "modified",
    addedLines: 2,
    removedLines: 1,
    hunks:
      "@@ -10,3 +10,4 @@\n function find(name) {\n-  return db.query(text, [name]);\n+  const sql = text + name;\n+  return db.query(sql);\n }\n",
    ...parts,
  };
}

export function pageFinding(parts: Partial<PageFinding> = {}): PageFinding {
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
    startLine: 11,
    endLine: 11,
    startColumn: 3,
    endColumn: 20,
    anchorLine: 11,
    causedByRemoval: false,
    excerpt: { firstLine: 11, lines: ["  const sql = text + name;"] },
    fingerprint: "0123456789abcdef0123456789abcdef",
    canApply: false,
    isSettled: true,
    ...parts,
  };
}

import type { Answer, Verdict } from "#decision";
import type { Finding, Review } from "#review";
import type { Database } from "./database.ts";
import type { StateFolder } from "./state-folder.ts";

/** What the hooks write down, a line of JSON each: the database is never on the way of a commit. */
export type JournalRecord =
  | {
      readonly kind: "review";
      /** Milliseconds since 1970. */
      readonly time: number;
      readonly tree: string;
      readonly head: string;
      readonly changeId: string | undefined;
      readonly answer: Answer;
      readonly verdict: Verdict;
      readonly review: Review;
    }
  /** A commit was made of a tree that had been reviewed. */
  | { readonly kind: "bound"; readonly commit: string; readonly tree: string }
  | { readonly kind: "dismissed"; readonly time: number; readonly fingerprint: string; readonly reason: string | undefined };

export const journalFile = "journal.ndjson";

/**
 * Brings into the database what the hooks have written since the last time. The journal is taken out of their reach first, and removed only when all of
 * it is in. An interruption costs nothing, and several processes may do it at once: each journal goes in once. Lines that make no sense (a disk was
 * full) are passed over.
 */
export function ingestJournal(state: StateFolder, database: Database, unique: string): void {
  state.claim(journalFile, `journal-${unique}.claimed`);
  for (const name of state.list(".").filter((file) => /^journal-.*\.claimed$/.test(file))) {
    database.write(() => {
      if (database.all("SELECT 1 FROM journals WHERE name = ?", name).length > 0) return;
      const text = state.read(name);
      if (text === undefined) return;
      for (const line of text.split("\n")) {
        const record = parseRecord(line);
        if (record !== undefined) store(database, record);
      }
      database.run("INSERT INTO journals VALUES (?)", name);
    });
    state.remove(name);
    // Only now: whoever has seen the name before finds that it is in, or no file.
    database.run("DELETE FROM journals WHERE name = ?", name);
  }
}

function parseRecord(line: string): JournalRecord | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && "kind" in value ? (value as JournalRecord) : undefined;
  } catch {
    return undefined;
  }
}

function store(database: Database, record: JournalRecord): void {
  switch (record.kind) {
    case "review":
      storeReview(database, record);
      break;
    case "bound":
      // The last review of the tree is the one that let it pass; another commit of the same tree is none that was reviewed.
      database.run(
        "UPDATE reviews SET commit_hash = ?1 WHERE id = (SELECT max(id) FROM reviews WHERE tree = ?2 AND answer <> 'abort') AND NOT EXISTS (SELECT 1 FROM reviews WHERE tree = ?2 AND commit_hash IS NOT NULL)",
        record.commit,
        record.tree,
      );
      break;
    case "dismissed":
      database.run(
        "INSERT OR REPLACE INTO dismissals (fingerprint, time, reason) VALUES (?, ?, ?)",
        record.fingerprint,
        isoTime(record.time),
        record.reason ?? null,
      );
      break;
  }
}

function storeReview(
  database: Database,
  { time, tree, head, changeId, answer, verdict, review }: JournalRecord & { readonly kind: "review" },
): void {
  const numbers = verdict.action === "skipped" ? [null, null] : [verdict.iterations, verdict.coveragePercent];
  database.run(
    `INSERT INTO reviews (time, tree, head, change_id, answer, action, reason, iterations, coverage, complete, files, reviewed_lines, changed_lines, duration_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    isoTime(time),
    tree,
    head,
    changeId ?? null,
    answer,
    verdict.action,
    verdict.action === "skipped" ? verdict.reason : null,
    ...(numbers as [number | null, number | null]),
    review.complete ? 1 : 0,
    review.files.length,
    review.coverage.reviewedLines,
    review.coverage.changedLines,
    review.durationMs,
  );
  const id = Number(database.all("SELECT last_insert_rowid() AS id")[0]?.id);
  for (const finding of review.findings) storeFinding(database, id, finding, null);
  for (const { finding, by } of review.suppressed) storeFinding(database, id, finding, by);
}

function storeFinding(database: Database, reviewId: number, finding: Finding, suppressedBy: string | null): void {
  const { fingerprint, ruleId, severity, confidence, category, subcategory, path, side, startLine, message } = finding;
  database.run(
    "INSERT INTO findings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    ...([
      reviewId,
      fingerprint,
      ruleId,
      severity,
      confidence,
      category,
      subcategory,
      path,
      side,
      startLine,
      message,
      suppressedBy,
    ] as const),
  );
}

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

import type { Database } from "./database.ts";

/**
 * The steps from an empty database to the present one. A step is never changed once it was published: another is added. `PRAGMA user_version` counts
 * those that were taken.
 *
 * A review is one run of the hook, or a decision by hand: what was looked at, what came of it, and, once it is known, the commit it became. Findings
 * belong to a review, shown or not. A dismissal is about a fingerprint, whichever review it is found in again.
 */
const migrations: readonly string[] = [
  `CREATE TABLE reviews (
     id INTEGER PRIMARY KEY,
     time TEXT NOT NULL,
     tree TEXT NOT NULL,
     head TEXT NOT NULL,
     change_id TEXT,
     commit_hash TEXT,
     answer TEXT NOT NULL,
     action TEXT NOT NULL,
     reason TEXT,
     iterations INTEGER,
     coverage INTEGER,
     complete INTEGER NOT NULL,
     files INTEGER NOT NULL,
     reviewed_lines INTEGER NOT NULL,
     changed_lines INTEGER NOT NULL,
     duration_ms REAL NOT NULL
   );
   CREATE INDEX reviews_by_tree ON reviews (tree);
   CREATE INDEX reviews_by_change ON reviews (change_id);
   CREATE TABLE findings (
     review_id INTEGER NOT NULL REFERENCES reviews (id),
     fingerprint TEXT NOT NULL,
     rule TEXT NOT NULL,
     severity TEXT NOT NULL,
     confidence TEXT NOT NULL,
     category TEXT NOT NULL,
     subcategory TEXT NOT NULL,
     path TEXT NOT NULL,
     side TEXT NOT NULL,
     line INTEGER NOT NULL,
     message TEXT NOT NULL,
     suppressed_by TEXT
   );
   CREATE INDEX findings_by_review ON findings (review_id);
   CREATE INDEX findings_by_fingerprint ON findings (fingerprint);
   CREATE TABLE dismissals (fingerprint TEXT PRIMARY KEY, time TEXT NOT NULL, reason TEXT);`,
  // Journals that are in, for as long as their files may still be seen.
  "CREATE TABLE journals (name TEXT PRIMARY KEY)",
];

/** Takes the steps that are missing, all of them or none. A database of a newer program is left alone. */
export function migrate(database: Database): void {
  if (stepsTaken(database) >= migrations.length) return;
  database.write(() => {
    // Another process may have taken them since.
    for (const step of migrations.slice(stepsTaken(database))) database.execute(step);
    database.execute(`PRAGMA user_version = ${Math.max(stepsTaken(database), migrations.length)}`);
  });
}

function stepsTaken(database: Database): number {
  return Number(database.all("PRAGMA user_version")[0]?.user_version ?? 0);
}

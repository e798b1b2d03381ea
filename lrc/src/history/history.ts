import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Verdict } from "#decision";
import { type Database, HistoryError, openDatabase, type Row } from "./database.ts";
import { ingestJournal } from "./journal.ts";
import { migrate } from "./migrations.ts";
import type { StateFolder } from "./state-folder.ts";

/** A commit with what its message says about its review: a row of the table `commits`, which lives as long as the question. */
export interface CommitRow {
  readonly hash: string;
  readonly author: string;
  readonly email: string;
  /** ISO 8601. */
  readonly date: string;
  readonly subject: string;
  readonly verdict: Verdict | undefined;
}

/** Lets one process read while another writes. The file keeps it; where it is refused because another process is there, that one asks for the same. */
function readBesideWriters(database: Database): void {
  try {
    database.execute("PRAGMA journal_mode = WAL");
  } catch {
    // What is wrong with the file itself is said by the next who touches it.
  }
}

/** Texts, quoted names, comments, and what ends a statement. */
const partsOfSql = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|\/\*(?:[^*]|\*(?!\/))*\*?\/?|;/g;

/** SQLite takes the first of several statements, and says nothing of the others. */
function requireOneSelect(sql: string): void {
  const bare = sql.replace(partsOfSql, (part) => (part === ";" ? part : part.startsWith("--") || part.startsWith("/*") ? " " : "''"));
  if (!/^\s*(select|with)\b/i.test(bare)) throw new HistoryError("only a SELECT (or WITH … SELECT) is answered");
  if (/;\s*[^;\s]/.test(bare)) throw new HistoryError("one question is answered at a time: there is something behind the semicolon");
}

/** Everything that was noted about the reviews of a repository. */
export class History implements Disposable {
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
  }

  /** Opens the database of a repository, brings it up to date, and takes in what the hooks have noted. */
  static async open(state: StateFolder, unique: string): Promise<History> {
    const file = join(state.path, "history.db");
    try {
      mkdirSync(state.path, { recursive: true });
    } catch (error) {
      throw new HistoryError(`${state.path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
    const database = await openDatabase(file);
    try {
      readBesideWriters(database);
      migrate(database);
      ingestJournal(state, database, unique);
    } catch (error) {
      database.close();
      throw new HistoryError(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
    return new History(database);
  }

  /** The same tables with nothing in them, for as long as they are needed: where those of a repository cannot be had. */
  static async openEmpty(): Promise<History> {
    const database = await openDatabase(":memory:");
    migrate(database);
    return new History(database);
  }

  /** Makes the table `commits` for this connection only. */
  loadCommits(commits: Iterable<CommitRow>): void {
    const database = this.#database;
    database.execute(`CREATE TEMP TABLE commits (hash TEXT, short_hash TEXT, author TEXT, email TEXT, date TEXT, subject TEXT,
      action TEXT, reason TEXT, iterations INTEGER, coverage INTEGER); BEGIN`);
    for (const { hash, author, email, date, subject, verdict } of commits) {
      const counted = verdict !== undefined && verdict.action !== "skipped" ? verdict : undefined;
      database.run(
        "INSERT INTO temp.commits VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        hash,
        hash.slice(0, 10),
        author,
        email,
        date,
        subject,
        verdict?.action ?? null,
        verdict?.action === "skipped" ? verdict.reason : null,
        counted?.iterations ?? null,
        counted?.coveragePercent ?? null,
      );
    }
    database.execute("COMMIT");
  }

  /** Answers one SELECT. Nothing can be changed by it. */
  query(sql: string): readonly Row[] {
    requireOneSelect(sql);
    return this.#readOnly(sql);
  }

  /** Throws what `query` would say of a question that makes no sense, without an answer to any other. */
  requireQuestion(sql: string): void {
    requireOneSelect(sql);
    this.#readOnly(`EXPLAIN ${sql}`);
  }

  #readOnly(sql: string): readonly Row[] {
    this.#database.execute("PRAGMA query_only = ON");
    try {
      return this.#database.all(sql);
    } catch (error) {
      throw new HistoryError(error instanceof Error ? error.message : String(error), { cause: error });
    } finally {
      this.#database.execute("PRAGMA query_only = OFF");
    }
  }

  /** Whether some review let exactly this change pass, whatever it was based on. */
  hasReviewOfChange(changeId: string): boolean {
    const sql = "SELECT 1 FROM reviews WHERE change_id = ? AND action IN ('ran', 'vouched') AND answer IN ('commit', 'vouch') LIMIT 1";
    return this.#database.all(sql, changeId).length > 0;
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}

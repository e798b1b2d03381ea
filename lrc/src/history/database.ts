/** A value as SQLite hands it out. */
export type SqlValue = string | number | bigint | null | Uint8Array;
export type Row = Readonly<Record<string, SqlValue>>;

/** As much of SQLite as history needs. */
export interface Database {
  /** Runs statements that have no parameters and no answer. */
  execute(sql: string): void;
  /** Runs one statement. */
  run(sql: string, ...values: readonly SqlValue[]): void;
  /** The rows that one statement answers with. */
  all(sql: string, ...values: readonly SqlValue[]): readonly Row[];
  /** Does all of it or, where it throws, nothing, with no other writer between: what it reads is still so when it writes. */
  write(work: () => void): void;
  close(): void;
}

/** The shape that Node's own module and libsql have in common. */
interface Driver {
  exec(sql: string): unknown;
  prepare(sql: string): { run(...values: readonly SqlValue[]): unknown; all(...values: readonly SqlValue[]): unknown[] };
  close(): unknown;
}

/** SQLite cannot be had, or the file is not what it should be. The message is a sentence. */
export class HistoryError extends Error {
  override readonly name = "HistoryError";
}

/** Opens a database file, or one in memory for ":memory:". Node's own SQLite is used where there is one, else libsql, which is optional. */
export async function openDatabase(file: string): Promise<Database> {
  const open = (await nodeSqlite()) ?? (await libsql());
  if (open === undefined) {
    throw new HistoryError(
      "there is no SQLite: this Node has none of its own (22.13 and newer do), and the optional package libsql is not installed",
    );
  }
  let driver: Driver;
  try {
    driver = open(file);
    driver.exec("PRAGMA busy_timeout = 2000");
  } catch (error) {
    throw new HistoryError(`${file} cannot be opened: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  return {
    execute: (sql) => void driver.exec(sql),
    run: (sql, ...values) => void driver.prepare(sql).run(...values),
    all: (sql, ...values) => driver.prepare(sql).all(...values) as Row[],
    write(work) {
      driver.exec("BEGIN IMMEDIATE");
      try {
        work();
        driver.exec("COMMIT");
      } catch (error) {
        driver.exec("ROLLBACK");
        throw error;
      }
    },
    close: () => void driver.close(),
  };
}

async function nodeSqlite(): Promise<((file: string) => Driver) | undefined> {
  const name = "node:sqlite"; // unknown to the types of the oldest Node that we run on
  try {
    const { DatabaseSync } = (await import(name)) as { DatabaseSync: new (file: string) => Driver };
    return (file) => new DatabaseSync(file);
  } catch {
    return undefined;
  }
}

async function libsql(): Promise<((file: string) => Driver) | undefined> {
  try {
    const { default: Libsql } = (await import("libsql")) as unknown as { default: new (file: string) => Driver };
    return (file) => new Libsql(file);
  } catch {
    return undefined;
  }
}

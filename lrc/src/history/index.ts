export { HistoryError, type Row, type SqlValue } from "./database.ts";
export { type CommitRow, History } from "./history.ts";
export { type JournalRecord, journalFile } from "./journal.ts";
export { StateFolder } from "./state-folder.ts";
export { appendWithoutWaiting, readWithoutWaiting } from "./without-waiting.ts";

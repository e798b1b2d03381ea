import { buildCommand } from "@stricli/core";
import { formatTable, UsageError, UserError } from "kit/cli";
import { type GitProcess, settingsOf, writeSetting } from "#git";
import { HistoryError, type Row } from "#history";
import { jsonText } from "#report";
import { printable } from "#review";
import { readLog } from "../commit-log.ts";
import type { LrcContext } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import { historyIfReadable, openEmptyHistory, openHistory } from "../open-history.ts";
import { openRepository } from "../open-repository.ts";
import { answersItself, queryInProcess } from "../query-process.ts";

interface QueryFlags {
  readonly json: boolean;
  readonly format: (typeof formats)[number];
  readonly from?: string;
  readonly to?: string;
  readonly range?: string;
  readonly save?: string;
  readonly forget?: string;
  readonly list: boolean;
}

const formats = ["pretty", "json"] as const;

const builtIn: Readonly<Record<string, string>> = {
  stats:
    "SELECT coalesce(action, 'none') AS action, count(*) AS commits, round(avg(iterations), 1) AS iterations, round(avg(coverage)) AS coverage FROM commits GROUP BY action ORDER BY commits DESC",
  "by-author":
    "SELECT author, count(*) AS commits, sum(action = 'ran') AS ran, sum(action = 'vouched') AS vouched, sum(action = 'skipped') AS skipped, sum(action IS NULL) AS none FROM commits GROUP BY author ORDER BY commits DESC",
  recent:
    "SELECT short_hash AS hash, substr(date, 1, 10) AS date, coalesce(action, '-') AS action, iterations, coverage, subject FROM commits LIMIT 20",
  rules:
    "SELECT rule, severity, count(DISTINCT fingerprint) AS findings, sum(suppressed_by IS NOT NULL) AS suppressed FROM findings GROUP BY rule, severity ORDER BY findings DESC",
  findings:
    "SELECT substr(r.time, 1, 16) AS time, f.severity, f.rule, f.path, f.line, r.answer FROM findings f JOIN reviews r ON r.id = f.review_id WHERE f.suppressed_by IS NULL ORDER BY r.id DESC LIMIT 50",
  decisions:
    "SELECT substr(time, 1, 16) AS time, answer, action, iterations, coverage, substr(commit_hash, 1, 10) AS hash FROM reviews ORDER BY id DESC LIMIT 50",
};

const section = "lrc.query.";

export const queryCommand = buildCommand<QueryFlags, [string?], LrcContext>({
  docs: {
    brief: "Ask about commits, findings and decisions",
    fullDescription: [
      "Answers one SELECT over the tables commits (from the messages of the log, git-lrc's older lines included), reviews, findings and",
      "dismissals (from what the hooks have noted on this machine), or a question that has a name:",
      `  ${Object.keys(builtIn).join(", ")}`,
      "",
      "Examples:",
      "  lrc query stats --range v1.0..HEAD",
      '  lrc query "SELECT path, count(*) AS findings FROM findings GROUP BY path ORDER BY 2 DESC"',
      '  lrc query --save slow "SELECT short_hash, subject FROM commits WHERE iterations > 3"',
    ].join("\n"),
  },
  parameters: {
    flags: {
      format: { kind: "enum", values: formats, default: "pretty", brief: "How to print it" },
      json: { kind: "boolean", default: false, withNegated: false, brief: "The same as --format json" },
      from: { kind: "parsed", parse: String, optional: true, placeholder: "DATE", brief: "Commits since then" },
      to: { kind: "parsed", parse: String, optional: true, placeholder: "DATE", brief: "Commits until then" },
      range: { kind: "parsed", parse: String, optional: true, placeholder: "A..B", brief: "These commits instead of all of HEAD's" },
      save: { kind: "parsed", parse: String, optional: true, placeholder: "NAME", brief: "Give the question a name of your own" },
      forget: { kind: "parsed", parse: String, optional: true, placeholder: "NAME", brief: "Take such a name away" },
      list: { kind: "boolean", default: false, withNegated: false, brief: "List the questions that have names" },
    },
    positional: {
      kind: "tuple",
      parameters: [{ parse: String, placeholder: "QUESTION", brief: "A name or a SELECT", optional: true }],
    },
  },
  async func({ json, format, from, to, range, save, forget, list }, question) {
    const repository = await openRepository(this);
    const { git } = repository;
    const isJson = json || format === "json";
    const saved = await savedQuestions(git);
    if (forget !== undefined) {
      if (!Object.hasOwn(saved, nameOf(forget)))
        throw new UsageError(`no question of yours is called "${forget}"`, { nextStep: "lrc query --list shows those that have names" });
      await writeSetting(git, "global", settingName(forget), undefined);
      return;
    }
    if (list) {
      const questions = Object.entries({ ...builtIn, ...saved }).map(([name, question]) => ({ name, question }));
      this.stdout.write(isJson ? `${jsonText(questions, 2)}\n` : table(questions));
      return;
    }
    if (question === undefined)
      throw new UsageError("what is the question?", {
        nextStep: `one of ${Object.keys({ ...builtIn, ...saved }).join(", ")}, or a SELECT`,
      });
    const sql = named(question, saved) ?? question;
    if (save !== undefined) {
      const setting = settingName(save);
      using history = await openEmptyHistory();
      history.loadCommits([]);
      ask(() => history.requireQuestion(sql));
      await writeSetting(git, "global", setting, sql);
      return;
    }
    if (/^[\w.-]+$/.test(sql)) {
      throw new UsageError(`no question is called "${question}"`, {
        nextStep: `one of ${Object.keys({ ...builtIn, ...saved }).join(", ")}, or a SELECT`,
      });
    }
    if (!Object.values(builtIn).includes(sql) && this.env[answersItself] === undefined) {
      const scope = Object.entries({ from, to, range }).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));
      const args = [...(isJson ? ["--json"] : []), ...scope, "--", sql];
      this.stdout.write(await queryInProcess(args, { signal: this.stopped }, this));
      return;
    }
    // Commits are known from the log, whatever became of what the hooks have noted.
    const needsNotes = /\b(reviews|findings|dismissals)\b/i.test(sql);
    using history = needsNotes
      ? await openHistory(repository, this)
      : ((await historyIfReadable(repository, this)) ?? (await openEmptyHistory()));
    history.loadCommits(await readLog(repository, { from, to, range }, this.stopped));
    const rows = ask(() => history.query(sql)).map(presentable);
    this.stdout.write(isJson ? `${jsonText(rows, 2)}\n` : table(rows));
  },
});

/** The question of a name. Git's settings have no underscores and no capitals in their names, so neither makes a difference. */
function named(question: string, saved: Readonly<Record<string, string>>): string | undefined {
  return new Map([...Object.entries(builtIn), ...Object.entries(saved)]).get(nameOf(question));
}

function nameOf(text: string): string {
  return text.toLowerCase().replaceAll("_", "-");
}

function settingName(name: string): string {
  if (!/^[A-Za-z][\w-]*$/.test(name)) throw new UsageError(`"${name}" is no name`, { nextStep: "letters, digits, _ and - make one" });
  return `${section}${nameOf(name)}`;
}

async function savedQuestions(git: GitProcess): Promise<Readonly<Record<string, string>>> {
  const settings = await settingsOf(git, "lrc");
  return Object.fromEntries(
    [...settings].filter(([name]) => name.startsWith(section)).map(([name, sql]) => [name.slice(section.length), sql]),
  );
}

function ask<Answer>(query: () => Answer): Answer {
  try {
    return query();
  } catch (error) {
    if (!(error instanceof HistoryError)) throw error;
    throw new UserError(error.message, {
      exitCode: exitCodes.usage,
      nextStep: "lrc query --list shows the questions that have names; lrc query --help the tables",
    });
  }
}

/** A row as it can be printed. */
type Presentable = Readonly<Record<string, string | number | null>>;

/** Bytes are written as SQL writes them. */
function presentable(row: Row): Presentable {
  const values = Object.entries(row).map(([title, value]) => {
    if (typeof value === "bigint") return [title, Number(value)];
    const isPlain = value === null || typeof value !== "object";
    // libsql hands out another kind of bytes than Node does.
    return [title, isPlain ? value : `x'${Buffer.from(value as Uint8Array).toString("hex")}'`];
  });
  return Object.fromEntries(values) as Presentable;
}

function table(rows: readonly Presentable[]): string {
  const [first] = rows;
  if (first === undefined) return "nothing\n";
  const titles = Object.keys(first);
  const onOneLine = (text: string): string => printable(text.replaceAll(/\s+/g, " "));
  return formatTable(
    titles.map((title) => ({ title: onOneLine(title), align: typeof first[title] === "number" ? "right" : "left" })),
    rows.map((row) => titles.map((title) => onOneLine(String(row[title] ?? "-")))),
  );
}

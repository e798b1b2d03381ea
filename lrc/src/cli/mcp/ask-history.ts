import { execFile } from "node:child_process";
import type { Surroundings } from "../context.ts";

/** A question may take so long, and have so long an answer. */
const questionMs = 20_000;
const longestAnswer = 4 * 1024 * 1024;

/** Asks the history in a process of its own: SQLite holds up the one that it is in, and a question need not have an end. */
export function askHistory(sql: string, signal: AbortSignal, { program, directory, env }: Surroundings): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      cwd: directory,
      env: { ...env },
      timeout: questionMs,
      maxBuffer: longestAnswer,
      killSignal: "SIGKILL",
      signal,
    } as const;
    execFile(program.node, [program.script, "query", "--json", "--", sql], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout.trimEnd());
      else if (error.killed === true) reject(new Error(`the question was given up after ${questionMs / 1000} s`));
      else if (error.code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER") reject(new Error("the answer is too long; ask for less"));
      else reject(new Error(stderr.replace(/^lrc: /, "").split("\n")[0] || error.message));
    });
  });
}

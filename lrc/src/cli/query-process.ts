import { execFile } from "node:child_process";
import { UserError } from "kit/cli";
import type { Surroundings } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";

/** In the environment of the process that was started for one question, so that it answers itself. */
export const answersItself = "LRC_ANSWERS_QUERY";

/** In MiB; an answer need not have an end either. */
const mostMemory = 1024;

export interface QuestionLimits {
  readonly signal: AbortSignal;
  /** How long an answer may take. */
  readonly timeoutMs?: number;
  /** How many bytes it may have. */
  readonly longest?: number;
}

/**
 * Asks the history in a process of its own: SQLite holds up the one that it is in, where neither a signal nor a time-out is heard, and a question need not have
 * an end. Resolves to what `lrc query ARGS` prints. Rejects with a UserError that says what it says, or with the signal's reason.
 */
export function queryInProcess(
  args: readonly string[],
  { signal, timeoutMs = 0, longest = Number.POSITIVE_INFINITY }: QuestionLimits,
  { program, directory, env, stderr }: Pick<Surroundings, "program" | "directory" | "env" | "stderr">,
): Promise<string> {
  const options = {
    cwd: directory,
    env: { ...env, [answersItself]: "1" },
    timeout: timeoutMs,
    maxBuffer: longest,
    killSignal: "SIGKILL",
  } as const;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const command = [`--max-old-space-size=${mostMemory}`, program.script, "query", ...args];
    const answering = execFile(program.node, command, options, (error, answer, said) => {
      signal.removeEventListener("abort", giveUp);
      if (error === null) {
        stderr.write(said);
        resolve(answer);
      } else if (signal.aborted) reject(signal.reason as Error);
      else if (error.code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER" || /heap out of memory/.test(said)) {
        reject(new UserError("the answer is too long", { exitCode: exitCodes.usage, nextStep: "ask for less: LIMIT 100" }));
      } else if (error.killed === true) {
        reject(new UserError(`the question was given up after ${timeoutMs / 1000} s`, { exitCode: exitCodes.couldNotReview }));
      } else reject(failure(said, Number(error.code)));
    });
    // Anything milder is heard only once there is an answer.
    const giveUp = (): void => void answering.kill("SIGKILL");
    signal.addEventListener("abort", giveUp, { once: true });
  });
}

/** What it has printed, said by us: the sentence after the program's name, and what to do now below it. */
function failure(said: string, code: number): UserError {
  const [, sentence = "the question was not answered", nextStep] = /^lrc: (.*)\n(?: {2}(.*)\n)?$/m.exec(said) ?? [];
  return new UserError(sentence, {
    exitCode: code > 0 ? code : exitCodes.couldNotReview,
    ...(nextStep === undefined ? {} : { nextStep }),
  });
}

import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { UserError } from "kit/cli";
import type { AttachmentOrder, HelperAnswer } from "./attachment.ts";
import { fuseReaders } from "./fuse-front-end.ts";
import { helperCommand } from "./helper-command.ts";

/** Threads of a helper besides those that wait for the kernel: for its files, and for names to be looked up. */
const otherThreads = 4;

/** What a helper takes after its start: the process, until it is on its own. */
export interface StartedHelper {
  readonly pid: number;
  /** Its answer; rejects when it ends without one. The helper goes on without us afterwards. */
  readonly answer: Promise<HelperAnswer>;
}

/**
 * Starts a helper that outlives us and our terminal: in a session of its own, with its log as its output. The order goes through its input, because it may hold a password and
 * arguments are for everybody to see.
 */
export function startHelper(order: AttachmentOrder, logFile: string): StartedHelper {
  const log = openSync(logFile, "a", 0o600);
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? "", helperCommand], {
    detached: true,
    cwd: "/",
    stdio: ["pipe", "pipe", log],
    env: { ...process.env, UV_THREADPOOL_SIZE: String(fuseReaders + otherThreads) },
  });
  closeSync(log);
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error("the helper was started without pipes");
  const answer = new Promise<HelperAnswer>((resolve, reject) => {
    let said = "";
    stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const end = said.indexOf("\n");
      if (end < 0) return;
      stdout.destroy();
      child.unref();
      resolve(JSON.parse(said.slice(0, end)) as HelperAnswer);
    });
    child.on("error", reject);
    child.on("close", (exitCode, signal) => {
      reject(new UserError(`the helper ended (${signal ?? exitCode}) before it was ready`, { nextStep: `see ${logFile}` }));
    });
  });
  stdin.on("error", () => {}); // a helper that does not read has ended, which is told
  stdin.end(JSON.stringify(order));
  return { pid: child.pid ?? 0, answer };
}

import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { argv, env, execArgv, execPath } from "node:process";
import { UserError } from "kit/cli";
import type { AttachmentOrder, KeeperAnswer } from "./attachment.ts";
import { fuseReaders } from "./fuse-front-end.ts";
import { keeperCommand } from "./keeper-command.ts";

/** Threads of a keeper besides those that wait for the kernel: for its files, and for names to be looked up. */
const otherThreads = 4;

/** What a keeper takes after its start: the process, until it is on its own. */
export interface StartedKeeper {
  readonly pid: number;
  /** Its answer; rejects when it ends without one. The keeper goes on without us afterwards. */
  readonly answer: Promise<KeeperAnswer>;
}

/**
 * Starts a keeper that outlives us and our terminal: in a session of its own, with its log as its output. The order goes through its input, because it may hold a password and
 * arguments are for everybody to see.
 */
export function startKeeper(order: AttachmentOrder, logFile: string): StartedKeeper {
  const log = openSync(logFile, "a", 0o600);
  const child = spawn(execPath, [...execArgv, argv[1] ?? "", keeperCommand], {
    detached: true,
    cwd: "/",
    stdio: ["pipe", "pipe", log],
    env: { ...env, UV_THREADPOOL_SIZE: String(fuseReaders + otherThreads) },
  });
  closeSync(log);
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error("the keeper was started without pipes");
  const answer = new Promise<KeeperAnswer>((resolve, reject) => {
    let said = "";
    stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const end = said.indexOf("\n");
      if (end < 0) return;
      stdout.destroy();
      child.unref();
      resolve(JSON.parse(said.slice(0, end)) as KeeperAnswer);
    });
    child.on("error", reject);
    child.on("close", (exitCode, signal) => {
      reject(new UserError(`the keeper ended (${signal ?? exitCode}) before it was ready`, { nextStep: `see ${logFile}` }));
    });
  });
  stdin.on("error", () => {}); // a keeper that does not read has ended, which is told
  stdin.end(JSON.stringify(order));
  return { pid: child.pid ?? 0, answer };
}

import { readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { systemErrorCode, UserError } from "kit/cli";

/** What a pid file needs to know of the processes of this machine. */
export interface Processes {
  /** Our own id. */
  readonly pid: number;
  /** Whether `pid` is a running iscsid. */
  isDaemon(pid: number): boolean;
}

/**
 * Writes our process id to `path`, readable by its owner only, and returns what removes it again. Throws a UserError while the daemon that wrote it before runs; a
 * file that a dead one left behind is replaced.
 */
export function claimPidFile(path: string, processes: Processes): () => void {
  if (!tryCreate(path, processes.pid)) {
    const pid = Number(readFileSync(path, "utf8").trim());
    if (Number.isSafeInteger(pid) && pid > 0 && pid !== processes.pid && processes.isDaemon(pid)) {
      throw new UserError(`daemon already running, pid: ${pid}`, {
        nextStep: "talk to it with iscsictl, or start another one with a --run-dir of its own",
      });
    }
    unlinkSync(path);
    if (!tryCreate(path, processes.pid)) throw new UserError(`another iscsid is starting: it just took ${path}`);
  }
  return () => {
    try {
      unlinkSync(path);
    } catch (error) {
      if (systemErrorCode(error) !== "ENOENT") throw error;
    }
  };
}

function tryCreate(path: string, pid: number): boolean {
  try {
    writeFileSync(path, `${pid}\n`, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (systemErrorCode(error) === "EEXIST") return false;
    throw error;
  }
}

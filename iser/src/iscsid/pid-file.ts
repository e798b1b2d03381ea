import { linkSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
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
    const left = readFileSync(path, "utf8");
    const pid = Number(left.trim());
    if (Number.isSafeInteger(pid) && pid > 0 && pid !== processes.pid && processes.isDaemon(pid)) {
      throw new UserError(`daemon already running, pid: ${pid}`, {
        nextStep: "talk to it with iscsictl, or start another one with a --run-dir of its own",
      });
    }
    takeAway(path, left, processes.pid);
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

/** Takes away what a dead daemon left. Another one that starts beside us may have done so, and have put its own there: that stays. */
function takeAway(path: string, left: string, pid: number): void {
  const aside = `${path}.${pid}`;
  try {
    renameSync(path, aside);
    if (readFileSync(aside, "utf8") !== left) linkSync(aside, path);
  } catch (error) {
    if (!["ENOENT", "EEXIST"].includes(systemErrorCode(error) ?? "")) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** The file has its number from the moment it is there: one that is still empty would look to a daemon that starts beside us like what a dead one left. */
function tryCreate(path: string, pid: number): boolean {
  const draft = `${path}.${pid}`;
  try {
    rmSync(draft, { force: true }); // of one that died while it wrote
    writeFileSync(draft, `${pid}\n`, { flag: "wx", mode: 0o600 });
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/**
 * Ends a process and all that it and its children have started. For those that cannot be given a group of their own, because they may have to ask on the
 * terminal; what has gone on to live by itself, as the agents of password managers do, is left alone.
 */
export function endTree(root: number): void {
  if (process.platform === "win32") {
    spawnSync("taskkill", ["/pid", String(root), "/t", "/f"], { stdio: "ignore", windowsHide: true });
    return;
  }
  const parents = [...processes()];
  const tree = [root];
  for (const id of tree) tree.push(...parents.filter(([, parent]) => parent === id).map(([child]) => child));
  for (const id of tree) {
    try {
      process.kill(id, "SIGKILL");
    } catch {
      // It has ended meanwhile.
    }
  }
}

/** All processes with their parents. */
function* processes(): Iterable<readonly [id: number, parent: number]> {
  if (process.platform !== "linux") {
    const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
    for (const [, id, parent] of (stdout ?? "").matchAll(/^ *(\d+) +(\d+)$/gm)) yield [Number(id), Number(parent)];
    return;
  }
  for (const id of readdirSync("/proc")) {
    if (!/^\d+$/.test(id)) continue;
    try {
      // The name of a program may have anything in it, a bracket too.
      const [, parent] = /^\d+ \(.*\) \S+ (\d+)/s.exec(readFileSync(`/proc/${id}/stat`, "latin1")) ?? [];
      if (parent !== undefined) yield [Number(id), Number(parent)];
    } catch {
      // It has ended meanwhile.
    }
  }
}

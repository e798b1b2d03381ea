import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { kill, pid } from "node:process";
import { systemErrorCode } from "kit/cli";
import { ConnectorError } from "#connectors";

/**
 * One program at a time fetches a file, or two would write into one: who does is noted beside it, and who is gone holds nothing. Returns what gives the turn
 * back. Throws a ConnectorError while somebody else has it.
 */
export function takeTurn(file: string): () => void {
  const note = `${file}.fetching`;
  const own = `${note}.${pid}`;
  writeFileSync(own, String(pid));
  try {
    for (;;) {
      // A link is there with what it says, or not at all.
      if (isLinked(own, note)) return () => rmSync(note, { force: true });
      const holder = holderIn(note);
      if (holder !== undefined && isRunning(holder))
        throw new ConnectorError("missing", `another program (process ${holder}) is fetching ${file}: wait until it is done`);
      rmSync(note, { force: true });
    }
  } finally {
    rmSync(own, { force: true });
  }
}

function isLinked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === "EEXIST") return false;
    throw error;
  }
}

function holderIn(note: string): number | undefined {
  try {
    const holder = Number(readFileSync(note, "utf8"));
    return Number.isInteger(holder) && holder > 0 ? holder : undefined;
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

function isRunning(id: number): boolean {
  try {
    return kill(id, 0);
  } catch (error) {
    return systemErrorCode(error) === "EPERM";
  }
}

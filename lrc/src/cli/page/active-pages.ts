import type { StateFolder } from "#history";

/** A page that waits for an answer now. */
export interface ActivePage {
  readonly source: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** The same with the program that serves it. */
interface PageNote extends ActivePage {
  readonly pid: number;
}

const folder = "active-pages";
/** Another program may have got the number of one that was killed: what that left behind is not shown for ever. */
const longestMs = 12 * 3600_000;

/** Notes that a page is open, for the dashboard. Returns the way to take the note back. */
export function noteActivePage(state: StateFolder | undefined, port: number, page: ActivePage): () => void {
  const name = `${folder}/${port}.json`;
  try {
    state?.write(name, JSON.stringify({ ...page, pid: process.pid } satisfies PageNote));
  } catch {
    // Then the dashboard does not show it.
  }
  return () => {
    try {
      state?.remove(name);
    } catch {
      // It is too old to be shown soon.
    }
  };
}

/** The pages of a repository that are open at `now`. */
export function activePages(state: StateFolder, now: number): readonly ActivePage[] {
  return state.list(folder).flatMap((name) => {
    try {
      const { source, since, pid } = JSON.parse(state.read(`${folder}/${name}`) ?? "") as Partial<Record<keyof PageNote, unknown>>;
      if (typeof source !== "string" || typeof since !== "number" || typeof pid !== "number") return [];
      return now - since < longestMs && isRunning(pid) ? [{ source, since }] : [];
    } catch {
      return [];
    }
  });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's is there all the same.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

import type { StateFolder } from "#history";

/** A page that waits for an answer now. */
export interface ActivePage {
  readonly source: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

const folder = "active-pages";
/** What was left behind by a program that was killed is not shown for ever. */
const longestMs = 12 * 3600_000;

/** Notes that a page is open, for the dashboard. Returns the way to take the note back. */
export function noteActivePage(state: StateFolder | undefined, port: number, page: ActivePage): () => void {
  const name = `${folder}/${port}.json`;
  try {
    state?.write(name, JSON.stringify(page));
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
      const { source, since } = JSON.parse(state.read(`${folder}/${name}`) ?? "") as Partial<Record<string, unknown>>;
      return typeof source === "string" && typeof since === "number" && now - since < longestMs ? [{ source, since }] : [];
    } catch {
      return [];
    }
  });
}

import type { Clock, Timer } from "kit/clock";
import type { StateFolder } from "#history";

/** A page that waits for an answer now. */
export interface ActivePage {
  readonly source: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** The same with when its program was last there: what is left behind by one that was killed is not shown for ever. */
interface PageNote extends ActivePage {
  readonly seen: number;
}

const folder = "active-pages";
const noteEveryMs = 20_000;
/** A machine that has slept wakes up before its programs have noted that they are there. */
const goneAfterMs = 3 * noteEveryMs;

/** Notes that a page is open, for the dashboard, until the function that it returns is called. */
export function noteActivePage(
  state: StateFolder | undefined,
  port: number,
  page: ActivePage,
  { clock, wallTime }: { readonly clock: Clock; readonly wallTime: () => number },
): () => void {
  const name = `${folder}/${port}.json`;
  let timer: Timer;
  const note = (): void => {
    try {
      state?.write(name, JSON.stringify({ ...page, seen: wallTime() } satisfies PageNote));
    } catch {
      // Then the dashboard does not show it.
    }
    timer = clock.after(noteEveryMs, note, { background: true });
  };
  note();
  return () => {
    timer.cancel();
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
      const { source, since, seen } = JSON.parse(state.read(`${folder}/${name}`) ?? "") as Partial<Record<keyof PageNote, unknown>>;
      if (typeof source !== "string" || typeof since !== "number" || typeof seen !== "number") return [];
      return now - seen < goneAfterMs ? [{ source, since }] : [];
    } catch {
      return [];
    }
  });
}

import { computed, effect, signal } from "@preact/signals";
import type { PageFinding, PageState, PageUpdate, ReviewPage } from "../page/page-state.ts";
import { act, Refused } from "./connection.ts";
import { inReadingOrder, isShown } from "./facets.ts";
import { hidden } from "./filter.ts";
import { prefer, preference } from "./preference.ts";
import { type Theme, themes } from "./theme-choice.tsx";

/** What the program has told us; undefined before the first word. */
export const page = signal<PageState | undefined>(undefined);
/** Why there is nothing to show any more. */
export const ended = signal<"ended" | "refused" | undefined>(undefined);

/** The finding that j and k have reached, by its fingerprint. */
export const current = signal<string | undefined>(undefined);
/** What was last said to whoever clicked. */
export const notice = signal<{ readonly text: string; readonly isError: boolean } | undefined>(undefined);

export const theme = signal<Theme>(themes.find((one) => one === preference("theme")) ?? "system");
export type DiffStyle = "split" | "unified";
export const diffStyle = signal<DiffStyle>(matchMedia("(min-width: 1200px)").matches ? "split" : "unified");

export type Tab = "changes" | "log";
export const tab = signal<Tab>("changes");
export const showsKeys = signal(false);
/** Whether a single key does something: who speaks to their computer, or shakes, may not want that. */
export const heedsKeys = signal(preference("keys") !== "off");

export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  prefer("theme", chosen);
}

export function heedKeys(heed: boolean): void {
  heedsKeys.value = heed;
  prefer("keys", heed ? "on" : "off");
}

export const review = computed<ReviewPage | undefined>(() => (page.value?.kind === "review" ? page.value : undefined));

/** The findings that the navigator lets through, as a reader meets them. */
export const shownFindings = computed<readonly PageFinding[]>(() => {
  const now = review.value;
  if (now === undefined) return [];
  return inReadingOrder(
    now.findings.filter((finding) => isShown(finding, hidden.value)),
    now.files.map(({ path }) => path),
  );
});

export function applyUpdate(update: PageUpdate): void {
  if (page.value !== undefined) page.value = { ...page.value, ...update } as PageState;
}

/** Does something and says how it went. */
export async function perform(action: string, input: object, done: string): Promise<boolean> {
  try {
    await act(action, input);
    notice.value = { text: done, isError: false };
    return true;
  } catch (error) {
    notice.value = { text: error instanceof Refused ? error.message : "something went wrong", isError: true };
    return false;
  }
}

const currentAt = (): number => shownFindings.value.findIndex(({ fingerprint }) => fingerprint === current.value);

/** Where the reader is among the findings, or was before that one was dismissed, applied or hidden. */
let place: number | undefined;
effect(() => {
  const at = currentAt();
  if (at >= 0) place = at;
});

/** Goes `steps` findings on, round and round. */
export function move(steps: 1 | -1): void {
  const findings = shownFindings.value;
  if (findings.length === 0) return;
  const at = currentAt();
  // In the place of one that is gone stands the next one.
  const from = at >= 0 || place === undefined ? at : steps > 0 ? place - 1 : place;
  const next = from < 0 && steps < 0 ? findings.length - 1 : (from + steps + findings.length) % findings.length;
  tab.value = "changes";
  current.value = findings[next]?.fingerprint;
}

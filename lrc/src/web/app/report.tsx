import { effect, signal } from "@preact/signals";
import { type JSX, render } from "preact";
import { type Faceted, isShown, nothingHidden } from "./facets.ts";
import { hidden } from "./filter.ts";
import { Navigator } from "./navigator.tsx";
import { type Theme, ThemeChoice } from "./theme-choice.tsx";
import "./base.css";
import "./report.css";

/**
 * What is added to a report that is read in a browser: the navigator and its keys. The findings stand in the report as text already, with what they answer
 * to each facet as attributes; whoever runs no script reads them all.
 */
const articles = [...document.querySelectorAll<HTMLElement>("article[data-severity]")];
const answers = new Map(articles.map((article) => [article, facetedOf(article.dataset)]));
const theme = signal<Theme>("system");
/** Whoever speaks to their computer may not want single letters to do something. */
const heedsKeys = signal(true);

function facetedOf(data: DOMStringMap): Faceted {
  const { severity = "", confidence = "", category = "", subcategory = "", source = "", file = "" } = data;
  return { severity, confidence, category, subcategory, reviewer: source, path: file } as Faceted;
}

const shown = (): HTMLElement[] => articles.filter((article) => !article.hidden);

/** Goes `steps` findings on, round and round. */
function move(steps: 1 | -1): void {
  const all = shown();
  const at = all.indexOf(document.activeElement as HTMLElement);
  const next = at < 0 ? (steps > 0 ? 0 : all.length - 1) : (at + steps + all.length) % all.length;
  all[next]?.focus();
}

const keys: Readonly<Record<string, () => void>> = {
  j: () => move(1),
  k: () => move(-1),
  r: () => {
    hidden.value = nothingHidden;
  },
};

function Aside(): JSX.Element {
  return (
    <>
      <h2>Findings</h2>
      <Navigator findings={[...answers.values()]} />
      <p class="quiet">
        <label>
          <input
            type="checkbox"
            checked={heedsKeys.value}
            onChange={(event) => {
              heedsKeys.value = event.currentTarget.checked;
            }}
          />{" "}
          <kbd>j</kbd> and <kbd>k</kbd> go from finding to finding, <kbd>r</kbd> shows all.
        </label>
      </p>
      <ThemeChoice
        chosen={theme.value}
        onChoose={(chosen) => {
          theme.value = chosen;
        }}
      />
    </>
  );
}

const aside = document.createElement("aside");
aside.setAttribute("aria-label", "Findings by what they are");
document.querySelector("main")?.before(aside);
document.body.classList.add("navigated");
render(<Aside />, aside);

effect(() => {
  for (const [article, finding] of answers) article.hidden = !isShown(finding, hidden.value);
});
effect(() => {
  document.documentElement.dataset.theme = theme.value;
});
addEventListener("keydown", (event) => {
  const isWriting = ((event.target as Element | null)?.closest("select") ?? undefined) !== undefined;
  const run = !heedsKeys.value || event.ctrlKey || event.metaKey || event.altKey || isWriting ? undefined : keys[event.key];
  if (run === undefined || !Object.hasOwn(keys, event.key)) return;
  event.preventDefault();
  run();
});

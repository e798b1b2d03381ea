import { plainWord } from "./highlighters.ts";

/** Elements of the whole page, those within the files in sight too. With more, a page of long lines stutters while it is scrolled. */
const mostElements = 1900;

/** What lines had that are drawn without colours for now. */
const taken = new WeakMap<Element, { readonly words: readonly ChildNode[]; readonly text: string | null; readonly count: number }>();

interface Line {
  readonly line: Element;
  /** Elements that its colours need. */
  readonly count: number;
  /** Pixels to the nearest edge of what is in sight; 0 within. */
  readonly distance: number;
}

/**
 * Keeps the page small after a file has been drawn. Words in the colour that all text has lose their element. Where there are still too many, lines give up
 * their colours: first those farthest out of sight, then those that need most. They have them back as soon as there is room.
 */
export function thinOut(root: ShadowRoot, view: Element): void {
  for (const word of root.querySelectorAll(`[data-line] > span[style="${plainWord}"]`)) word.replaceWith(...word.childNodes);
  const files = [...document.querySelectorAll("diffs-container")].flatMap(({ shadowRoot }) => shadowRoot ?? []);
  const all = files.reduce((sum, file) => sum + elementsOf(file), elementsOf(document));
  if (all <= mostElements && !files.some((file) => file.querySelector("[data-line][data-plain]") !== null)) return;
  const lines = files.flatMap((file) => [...file.querySelectorAll("[data-line]")]).map((line) => measured(line, view));
  let room = mostElements - all + lines.reduce((sum, { line }) => sum + elementsOf(line), 0);
  for (const { line, count } of lines.toSorted((a, b) => a.distance - b.distance || a.count - b.count)) {
    room -= count;
    if (room >= 0) colour(line);
    else strip(line);
  }
}

function measured(line: Element, view: Element): Line {
  const { top, bottom } = view.getBoundingClientRect();
  const box = line.getBoundingClientRect();
  return { line, count: takenFrom(line)?.count ?? elementsOf(line), distance: Math.max(0, top - box.bottom, box.top - bottom) };
}

/** Nothing, where the library has drawn the line anew since. */
function takenFrom(line: Element) {
  const before = taken.get(line);
  return before !== undefined && line.firstElementChild === null && line.textContent === before.text ? before : undefined;
}

function colour(line: Element): void {
  line.removeAttribute("data-plain");
  const before = takenFrom(line);
  taken.delete(line);
  if (before !== undefined) line.replaceChildren(...before.words);
}

function strip(line: Element): void {
  if (line.firstElementChild === null) return;
  const text = line.textContent;
  taken.set(line, { words: [...line.childNodes], text, count: elementsOf(line) });
  line.replaceChildren(text);
  line.setAttribute("data-plain", "");
}

function elementsOf(root: ParentNode): number {
  return root.querySelectorAll("*").length;
}

import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { agentText } from "../page/agent-text.ts";
import { copyText } from "./clipboard.ts";
import { answer } from "./decision-bar.tsx";
import { nothingHidden } from "./facets.ts";
import { hidden } from "./filter.ts";
import { cardId } from "./finding-card.tsx";
import { current, diffStyle, heedKeys, heedsKeys, move, review, shownFindings, showsKeys, tab } from "./store.ts";

interface KeyAction {
  readonly key: string;
  readonly what: string;
  readonly run: () => void;
}

const currentFinding = () => shownFindings.value.find(({ fingerprint }) => fingerprint === current.value);

/** Presses a button of the finding that j and k have reached. */
function press(button: string): void {
  const card = current.value === undefined ? null : document.getElementById(cardId(current.value));
  card?.querySelector<HTMLButtonElement>(`[data-do=${button}]`)?.click();
}

const keyActions: readonly KeyAction[] = [
  { key: "j", what: "next finding", run: () => move(1) },
  { key: "k", what: "previous finding", run: () => move(-1) },
  { key: "a", what: "apply the suggestion", run: () => press("apply") },
  { key: "d", what: "dismiss the finding", run: () => press("dismiss") },
  {
    key: "y",
    what: "copy the finding",
    run: () => {
      const finding = currentFinding();
      if (finding !== undefined) void copyText(agentText([finding], review.value?.source ?? ""), "Finding copied.");
    },
  },
  {
    key: "Y",
    what: "copy all visible findings",
    run: () => void copyText(agentText(shownFindings.value, review.value?.source ?? ""), "Findings copied."),
  },
  {
    key: "u",
    what: "split or unified",
    run: () => {
      diffStyle.value = diffStyle.value === "split" ? "unified" : "split";
    },
  },
  {
    key: "e",
    what: "event log or changes",
    run: () => {
      tab.value = tab.value === "log" ? "changes" : "log";
    },
  },
  {
    key: "r",
    what: "show all findings",
    run: () => {
      hidden.value = nothingHidden;
    },
  },
  { key: "C", what: "commit", run: () => void answer("commit") },
  { key: "V", what: "vouch", run: () => void answer("vouch") },
  { key: "S", what: "skip", run: () => void answer("skip") },
  { key: "A", what: "abort", run: () => void answer("abort") },
  {
    key: "?",
    what: "these keys",
    run: () => {
      showsKeys.value = !showsKeys.value;
    },
  },
];

/** What a key does, unless somebody is writing. */
export function pressed(event: KeyboardEvent): void {
  if (!heedsKeys.value || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target as Element | null;
  if (target !== null && target.closest("input:not([type=checkbox]), textarea, select") !== null) return;
  const action = keyActions.find(({ key }) => key === event.key);
  if (action === undefined) return;
  event.preventDefault();
  action.run();
}

export function KeySheet(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const isOpen = showsKeys.value;
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  return (
    <dialog
      ref={dialog}
      aria-labelledby="keys-title"
      onClose={() => {
        showsKeys.value = false;
      }}
    >
      <h2 id="keys-title">Keys</h2>
      <dl class="keys">
        {(isOpen ? keyActions : []).map(({ key, what }) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p>
        <label>
          <input type="checkbox" checked={heedsKeys.value} onChange={(event) => heedKeys(event.currentTarget.checked)} /> Single keys do
          something
        </label>
      </p>
      <button
        type="button"
        onClick={() => {
          showsKeys.value = false;
        }}
      >
        Close
      </button>
    </dialog>
  );
}

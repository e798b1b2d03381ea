import { signal } from "@preact/signals";
import type { JSX } from "preact";
import type { PageAnswer, ReviewPage } from "../page/page-state.ts";
import { ended, notice, perform, review } from "./store.ts";

const message = signal("");

const labels: Readonly<Record<PageAnswer, { readonly label: string; readonly what: string; readonly done: string }>> = {
  commit: { label: "Commit", what: "accept the review and commit", done: "Committing." },
  "commit-push": { label: "Commit and push", what: "commit, then push the branch", done: "Committing, then pushing." },
  vouch: { label: "Vouch", what: "commit, and take responsibility for what was found", done: "Vouched for." },
  skip: { label: "Skip", what: "commit without the review", done: "Skipped." },
  abort: { label: "Abort", what: "do not commit", done: "The commit is stopped." },
};

/** Says what becomes of the commit. What is not legal now does nothing. */
export async function answer(given: PageAnswer): Promise<void> {
  const now = review.value;
  if (now === undefined || !now.legal.includes(given)) return;
  const commits = given === "commit" || given === "commit-push";
  if (commits && now.message === "needed" && message.value.trim() === "") {
    notice.value = { text: "a commit needs a message", isError: true };
    document.getElementById("message")?.focus();
    return;
  }
  await perform("answer", { answer: given, message: message.value }, labels[given].done);
}

export function DecisionBar({ page }: { readonly page: ReviewPage }): JSX.Element | null {
  const isOver = ended.value !== undefined;
  if (page.phase === "decided" || isOver) {
    return (
      <section class="decision" aria-label="Decision">
        <p role="status">{page.outcome ?? "lrc has ended."} This page can be closed.</p>
      </section>
    );
  }
  if (page.legal.length === 0) return null;
  return (
    <section class="decision" aria-label="Decision">
      {page.message === undefined ? null : (
        <label class="message">
          <span>Message{page.message === "kept" ? " (empty: as it was given to git)" : ""}</span>
          <textarea
            id="message"
            rows={2}
            value={message.value}
            onInput={(event) => {
              message.value = event.currentTarget.value;
            }}
          />
        </label>
      )}
      <div class="buttons">
        {page.legal.map((one) => (
          <button
            type="button"
            key={one}
            class={one === page.legal[0] ? "primary" : one === "abort" ? "danger" : ""}
            title={labels[one].what}
            onClick={() => void answer(one)}
          >
            {labels[one].label}
          </button>
        ))}
      </div>
    </section>
  );
}

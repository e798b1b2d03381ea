import type { JSX } from "preact";
import { DashboardPage } from "./dashboard.tsx";
import { ReviewScreen } from "./review-screen.tsx";
import { ended, notice, page, theme } from "./store.ts";

export function App(): JSX.Element {
  const now = page.value;
  document.documentElement.dataset.theme = theme.value;
  return (
    <>
      {now === undefined ? <Waiting /> : now.kind === "review" ? <ReviewScreen page={now} /> : <DashboardPage page={now} />}
      {/* It is there before it says something: what comes together with its text is not read aloud. */}
      <div role="status">
        {notice.value === undefined ? null : <p class={`notice ${notice.value.isError ? "error" : ""}`}>{notice.value.text}</p>}
      </div>
    </>
  );
}

function Waiting(): JSX.Element {
  return (
    <main class="waiting">
      <h1>lrc</h1>
      <p role="status">
        {ended.value === undefined
          ? "Waiting for the review…"
          : ended.value === "refused"
            ? "This page is opened with the address that lrc prints in the terminal."
            : "lrc has ended. This page can be closed."}
      </p>
    </main>
  );
}

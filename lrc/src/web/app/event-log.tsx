import type { JSX } from "preact";
import type { PageEvent } from "../page/page-state.ts";
import { copyText } from "./clipboard.ts";

export function EventLog({ events }: { readonly events: readonly PageEvent[] }): JSX.Element {
  const lines = events.map(({ time, text }) => `${clockTime(time)} ${text}`);
  return (
    <section class="log" aria-label="Event log">
      <button type="button" onClick={() => void copyText(lines.join("\n"), "Event log copied.")}>
        Copy
      </button>
      <ol>
        {events.map(({ time, text }, index) => (
          <li key={index}>
            <time dateTime={new Date(time).toISOString()}>{clockTime(time)}</time> {text}
          </li>
        ))}
      </ol>
    </section>
  );
}

function clockTime(time: number): string {
  return new Date(time).toTimeString().slice(0, 8);
}

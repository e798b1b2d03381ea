import type { JSX } from "preact";
import type { PageEvent } from "../page/page-state.ts";
import { copyText } from "./clipboard.ts";
import { useGrowing } from "./growing.tsx";

/** So many lines are drawn at once. */
const drawn = 150;

export function EventLog({ events }: { readonly events: readonly PageEvent[] }): JSX.Element {
  const lines = events.map(({ time, text }) => `${clockTime(time)} ${text}`);
  const { count, more } = useGrowing(events.length, drawn, "earlier");
  return (
    <section class="log" aria-label="Event log">
      <button type="button" onClick={() => void copyText(lines.join("\n"), "Event log copied.")}>
        Copy
      </button>{" "}
      {more}
      <ol start={events.length - count + 1}>
        {events.slice(events.length - count).map(({ time, text }, index) => (
          <li key={events.length - count + index}>
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

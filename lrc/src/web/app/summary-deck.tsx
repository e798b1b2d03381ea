import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { PageSummary, ReviewPage } from "../page/page-state.ts";

/** What the change does, one slide after the other; all of it as text for whoever prefers that. */
export function SummaryDeck({ summary, page }: { readonly summary: PageSummary | undefined; readonly page: ReviewPage }): JSX.Element {
  const [at, setAt] = useState(0);
  const { title, slides } = summary ?? countedSummary(page);
  const slide = slides[Math.min(at, slides.length - 1)];
  return (
    <section class="deck" aria-label="Summary" aria-roledescription="carousel">
      <h2>{title}</h2>
      {slide === undefined ? null : (
        <div class="slide" aria-live="polite">
          <h3>{slide.heading}</h3>
          <ul>
            {slide.points.map((point) => (
              <li key={point}>{point}</li>
            ))}
          </ul>
        </div>
      )}
      {slides.length < 2 ? null : (
        <p class="buttons">
          <button type="button" aria-label="Previous slide" onClick={() => setAt((at + slides.length - 1) % slides.length)}>
            ‹
          </button>{" "}
          {(at % slides.length) + 1} of {slides.length}{" "}
          <button type="button" aria-label="Next slide" onClick={() => setAt((at + 1) % slides.length)}>
            ›
          </button>
        </p>
      )}
      {slides.length < 2 ? null : (
        <details class="fold">
          <summary>All of it as text</summary>
          {slides.map(({ heading, points }) => (
            <section key={heading}>
              <h3>{heading}</h3>
              <ul>
                {points.map((point) => (
                  <li key={point}>{point}</li>
                ))}
              </ul>
            </section>
          ))}
        </details>
      )}
    </section>
  );
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** Without a model the deck says what can be counted. */
function countedSummary({ files, findings, skipped, coverage, source }: ReviewPage): PageSummary {
  const added = files.reduce((sum, { addedLines }) => sum + addedLines, 0);
  const removed = files.reduce((sum, { removedLines }) => sum + removedLines, 0);
  const largest = files.toSorted((a, b) => b.addedLines + b.removedLines - a.addedLines - a.removedLines).slice(0, 3);
  const tally = new Map<string, number>();
  for (const { category } of findings) tally.set(category, (tally.get(category) ?? 0) + 1);
  return {
    title: source,
    slides: [
      {
        heading: "The change",
        points: [
          `${counted(files.length, "file")}, ${counted(added, "line")} added, ${removed} removed`,
          ...largest.map(({ path, addedLines, removedLines }) => `${path}: +${addedLines} −${removedLines}`),
        ],
      },
      {
        heading: "What was found",
        points: findings.length === 0 ? ["Nothing"] : [...tally].map(([category, count]) => `${category}: ${count}`),
      },
      {
        heading: "How far it was looked at",
        points: [
          `${coverage.reviewedLines} of ${coverage.changedLines} changed lines reviewed`,
          `${counted(skipped.length, "file")} left out`,
        ],
      },
    ],
  };
}

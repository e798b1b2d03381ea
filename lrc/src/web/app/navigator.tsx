import type { JSX } from "preact";
import { useState } from "preact/hooks";
import {
  countsOf,
  type Facet,
  type FacetCount,
  type Faceted,
  facets,
  groupsOf,
  isShown,
  nothingHidden,
  withOnly,
  withValues,
} from "./facets.ts";
import { hidden } from "./filter.ts";
import "./navigator.css";

/** Lines of a group that are shown until somebody asks for more, and how many come then. */
const mostLines = 12;
const moreLines = 100;

/** What was found, counted in every way that one can ask for; a tick hides or shows. Counts follow what the other groups let through. */
export function Navigator({ findings }: { readonly findings: readonly Faceted[] }): JSX.Element {
  const shown = findings.filter((finding) => isShown(finding, hidden.value)).length;
  return (
    <div class="navigator">
      <p>
        <strong data-testid="shown-count">{shown}</strong> of {findings.length} shown{" "}
        <button
          type="button"
          class="plain"
          aria-disabled={shown === findings.length}
          onClick={() => {
            hidden.value = nothingHidden;
          }}
        >
          Show all
        </button>
      </p>
      {findings.length === 0 ? (
        <p class="quiet">Nothing found.</p>
      ) : (
        facets.map((facet) => <Group key={facet.id} facet={facet} findings={findings} />)
      )}
    </div>
  );
}

/** A line of a group: one value, or several that belong together. */
interface Line extends FacetCount {
  readonly label: string;
  readonly values: readonly string[];
  readonly isMixed: boolean;
  /** It stands below a line that counts it too. */
  readonly isMember: boolean;
}

function linesOf({ groupOf }: Facet, counts: readonly FacetCount[]): readonly Line[] {
  const alone = (count: FacetCount): Line => ({ ...count, label: count.value, values: [count.value], isMixed: false, isMember: false });
  if (groupOf === undefined) return counts.map(alone);
  return groupsOf(counts, groupOf).flatMap(({ members, ...group }) => [
    { ...group, label: group.value, values: members.map(({ value }) => value), isMember: false },
    ...members.map((member) => ({ ...alone(member), label: member.value.slice(group.value.length).trimStart(), isMember: true })),
  ]);
}

function Group({ facet, findings }: { readonly facet: Facet; readonly findings: readonly Faceted[] }): JSX.Element {
  const [most, setMost] = useState(mostLines);
  const lines = linesOf(facet, countsOf(facet, findings, hidden.value));
  return (
    <fieldset class="facet">
      <legend>{facet.label}</legend>
      {lines.slice(0, most).map(({ value, label, values, count, isShown, isMixed, isMember }) => (
        <div class={isMember ? "facet-value member" : "facet-value"} key={value}>
          <label>
            <input
              type="checkbox"
              checked={isShown}
              indeterminate={isMixed}
              onChange={(event) => {
                hidden.value = withValues(hidden.value, facet.id, values, event.currentTarget.checked);
              }}
            />
            <span class={facet.id === "severity" ? `severity ${value}` : ""}>{label}</span> <span class="count">{count}</span>
          </label>
          <button
            type="button"
            class="plain only"
            aria-label={`Only ${value}`}
            onClick={() => {
              hidden.value = withOnly(hidden.value, facet, values, findings);
            }}
          >
            only
          </button>
        </div>
      ))}
      {lines.length <= mostLines ? null : (
        <button type="button" class="plain" onClick={() => setMost(most < lines.length ? most + moreLines : mostLines)}>
          {most < lines.length ? `${Math.min(moreLines, lines.length - most)} more of ${lines.length}` : "fewer"}
        </button>
      )}
    </fieldset>
  );
}

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { countsOf, type Facet, type Faceted, facets, isShown, nothingHidden, withOnly, withValue } from "./facets.ts";
import { hidden } from "./filter.ts";
import "./navigator.css";

/** Values of a group that are shown until somebody asks for all. */
const mostValues = 12;

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
          disabled={shown === findings.length}
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

function Group({ facet, findings }: { readonly facet: Facet; readonly findings: readonly Faceted[] }): JSX.Element {
  const [isWhole, setWhole] = useState(false);
  const values = countsOf(facet, findings, hidden.value);
  return (
    <fieldset class="facet">
      <legend>{facet.label}</legend>
      {values.slice(0, isWhole ? undefined : mostValues).map(({ value, count, isShown }) => (
        <div class="facet-value" key={value}>
          <label>
            <input
              type="checkbox"
              checked={isShown}
              onChange={(event) => {
                hidden.value = withValue(hidden.value, facet.id, value, event.currentTarget.checked);
              }}
            />
            <span class={facet.id === "severity" ? `severity ${value}` : ""}>{value}</span> <span class="count">{count}</span>
          </label>
          <button
            type="button"
            class="plain only"
            aria-label={`Only ${value}`}
            onClick={() => {
              hidden.value = withOnly(hidden.value, facet, value, findings);
            }}
          >
            only
          </button>
        </div>
      ))}
      {values.length <= mostValues ? null : (
        <button type="button" class="plain" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? "fewer" : `all ${values.length}`}
        </button>
      )}
    </fieldset>
  );
}

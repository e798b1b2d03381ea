import type { ComponentChildren, JSX } from "preact";
import { focusable } from "./focusable.ts";

interface PanelProps {
  readonly title: string;
  /** What is said when there is nothing to show. */
  readonly empty: string;
  readonly isEmpty: boolean;
  readonly children: ComponentChildren;
}

export function Panel({ title, empty, isEmpty, children }: PanelProps): JSX.Element {
  const id = `panel-${title.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`;
  return (
    <section class="panel" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {isEmpty ? <p class="quiet">{empty}</p> : children}
    </section>
  );
}

export function Rows({ titles, rows }: { readonly titles: readonly string[]; readonly rows: readonly (readonly string[])[] }): JSX.Element {
  return (
    <section class="scroll" aria-label={titles.join(", ")} {...focusable}>
      <table>
        <thead>
          <tr>
            {titles.map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={titles[column]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

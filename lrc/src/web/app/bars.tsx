import type { JSX } from "preact";

interface BarsProps {
  readonly label: string;
  /** What a bar stands for, as the head of a column. */
  readonly unit: string;
  readonly bars: readonly { readonly name: string; readonly values: readonly number[] }[];
  /** What the values of a bar are, in order. */
  readonly series: readonly string[];
}

const width = 560;
const height = 150;
const foot = 18;

/** A bar chart, and the same numbers as a table for whoever cannot see it. */
export function Bars({ label, unit, bars, series }: BarsProps): JSX.Element {
  const most = Math.max(1, ...bars.flatMap(({ values }) => values));
  const step = width / bars.length;
  const bar = Math.min(24, (step * 0.8) / series.length);
  return (
    <>
      <ul class="legend">
        {series.map((name, at) => (
          <li key={name}>
            <svg class="chart" viewBox="0 0 10 10" aria-hidden="true">
              <rect class={`bar series-${at}`} width={10} height={10} />
            </svg>{" "}
            {name}
          </li>
        ))}
      </ul>
      <svg class="chart" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${label}: the numbers are in the table below`}>
        {bars.map(({ name, values }, index) => (
          <g key={name}>
            {values.map((value, at) => {
              const tall = (value / most) * (height - foot - 4);
              return (
                <rect
                  key={series[at]}
                  class={`bar series-${at}`}
                  x={index * step + at * bar}
                  y={height - foot - tall}
                  width={bar - 1}
                  height={tall}
                />
              );
            })}
            {index % Math.ceil(bars.length / 8) === 0 ? (
              <text x={index * step} y={height - 4}>
                {name}
              </text>
            ) : null}
          </g>
        ))}
      </svg>
      <details>
        <summary>Numbers</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{unit}</th>
              {series.map((name) => (
                <th scope="col" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {bars.map(({ name, values }) => (
              <tr key={name}>
                <td>{name}</td>
                {values.map((value, at) => (
                  <td key={series[at]}>{value}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}

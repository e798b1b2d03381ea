/** What was measured, as a table for people, as JSON for programs, and as a picture. */

/**
 * @typedef {{ group: string, name: string, peer: string, goal: { iops: number | undefined, cpu: number | undefined } }} Subject
 * @typedef {Subject & import("./pairs.mjs").Comparison} Row
 */

/** @param {Row} row */
export function meets({ goal, iopsRatio, cpuRatio }) {
  return (goal.iops === undefined || iopsRatio >= goal.iops) && (goal.cpu === undefined || cpuRatio <= goal.cpu);
}

/**
 * @param {readonly Row[]} rows
 * @returns {string} a Markdown table
 */
export function table(rows) {
  const head = [
    "workload",
    "against",
    "ours IOPS",
    "theirs",
    "ratio",
    "goal",
    "ours MB/s",
    "ours CPU µs/IO",
    "theirs",
    "ratio",
    "goal",
    "copied B/B",
    "",
  ];
  const body = rows.map((row) => [
    row.name,
    row.peer,
    count(row.ours.iops),
    count(row.theirs.iops),
    `**${row.iopsRatio.toFixed(2)}**`,
    row.goal.iops === undefined ? "" : `≥ ${row.goal.iops}`,
    count(row.ours.megabytesPerSecond),
    row.ours.cpuMicrosecondsPerIo.toFixed(2),
    row.theirs.cpuMicrosecondsPerIo.toFixed(2),
    row.cpuRatio.toFixed(2),
    row.goal.cpu === undefined ? "" : `≤ ${row.goal.cpu}`,
    row.ours.bytesCopiedPerByte === undefined ? "" : row.ours.bytesCopiedPerByte.toFixed(3),
    row.goal.iops === undefined && row.goal.cpu === undefined ? "" : meets(row) ? "met" : "missed",
  ]);
  return markdown([head, ...body], 2);
}

/**
 * What has a goal, in as few columns as tell it.
 *
 * @param {readonly Row[]} rows
 * @returns {string} a Markdown table
 */
export function shortTable(rows) {
  const head = ["workload", "against", "operations per second", "goal", "processor time for each", "goal"];
  const body = rows
    .filter(({ goal }) => goal.iops !== undefined || goal.cpu !== undefined)
    .map(({ name, peer, goal, iopsRatio, cpuRatio }) => [
      name,
      peer,
      `${iopsRatio.toFixed(2)}×`,
      goal.iops === undefined ? "" : `≥ ${goal.iops}${iopsRatio >= goal.iops ? "" : ", missed"}`,
      `${cpuRatio.toFixed(2)}×`,
      goal.cpu === undefined ? "" : `≤ ${goal.cpu}${cpuRatio <= goal.cpu ? "" : ", missed"}`,
    ]);
  return markdown([head, ...body], 2);
}

/**
 * @param {readonly (readonly string[])[]} rows the first is the head
 * @param {number} words how many columns, from the left, hold words; figures are set to the right
 */
function markdown([head = [], ...body], words) {
  return [head, head.map((_, column) => (column < words ? "---" : "---:")), ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** @param {number} value */
const count = (value) => (value >= 10_000 ? `${Math.round(value / 1000)}k` : value >= 100 ? String(Math.round(value)) : value.toFixed(1));

/**
 * A bar for each workload, as long as our operations per second are many times the peer's; a tick where the goal is.
 *
 * @param {readonly Row[]} rows
 * @returns {string} SVG
 */
export function plot(rows) {
  const width = 860;
  const left = 300;
  const line = 24;
  const height = rows.length * line + 70;
  const most = Math.max(2, ...rows.map((row) => Math.max(row.iopsRatio, row.goal.iops ?? 0))) * 1.05;
  const x = (/** @type {number} */ ratio) => left + (ratio / most) * (width - left - 70);
  const bars = rows.flatMap((row, index) => {
    const y = 44 + index * line;
    const colour = meets(row) ? "#2a7f62" : "#b3572b";
    const tick =
      row.goal.iops === undefined
        ? []
        : [`<line x1="${x(row.goal.iops)}" x2="${x(row.goal.iops)}" y1="${y}" y2="${y + 17}" stroke="#111" stroke-width="2"/>`];
    return [
      `<text x="${left - 8}" y="${y + 13}" text-anchor="end">${escaped(row.name)}</text>`,
      `<rect x="${left}" y="${y + 1}" width="${Math.max(1, x(row.iopsRatio) - left)}" height="15" fill="${colour}"/>`,
      `<text x="${x(row.iopsRatio) + 6}" y="${y + 13}">${row.iopsRatio.toFixed(2)}×</text>`,
      ...tick,
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    "<title>Operations per second of our programs, as multiples of their peers'</title>",
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${left}" y="20" font-weight="bold">operations per second, times the peer's (median of pairs; black tick: goal)</text>`,
    `<line x1="${x(1)}" x2="${x(1)}" y1="34" y2="${height - 24}" stroke="#999" stroke-dasharray="3 3"/>`,
    `<text x="${x(1)}" y="${height - 8}" text-anchor="middle" fill="#555">1× (as fast as the peer)</text>`,
    ...bars,
    "</svg>",
    "",
  ].join("\n");
}

/** @param {string} text */
const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");

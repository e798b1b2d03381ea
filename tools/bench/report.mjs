/** What was measured, as a table for people, as JSON for programs, and as a picture. */

/**
 * @typedef {{ group: string, name: string, peer: string, goal: { iops: number | undefined, cpu: number | undefined } }} Subject
 * @typedef {Subject & import("./pairs.mjs").Comparison} Row
 * @typedef {import("./machines.mjs").Measurement} Measurement
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
 * What has a goal, in as few columns as tell it: operations per second and processor time, times the peer's.
 *
 * @param {readonly Measurement[]} measurements
 * @returns {string} a Markdown table
 */
export function shortTable(measurements) {
  const head = ["workload", "against", "goal", ...measurements.map(({ processor }) => processor)];
  const body = subjects(measurements)
    .filter(({ goal }) => goal.iops !== undefined || goal.cpu !== undefined)
    .map((subject) => [
      subject.name,
      subject.peer,
      [
        ...(subject.goal.iops === undefined ? [] : [`≥ ${subject.goal.iops}`]),
        ...(subject.goal.cpu === undefined ? [] : [`processor ≤ ${subject.goal.cpu}`]),
      ].join(", "),
      ...measurements.map(({ rows }) => inShort(rows.find(({ name }) => name === subject.name))),
    ]);
  return markdown([head, ...body], 3);
}

/** @param {Row | undefined} row */
function inShort(row) {
  if (row === undefined) return "";
  return `${row.iopsRatio.toFixed(2)}×, ${row.cpuRatio.toFixed(2)}×${meets(row) ? "" : ", missed"}`;
}

/**
 * Everything of one measurement.
 *
 * @param {Measurement} measurement
 * @returns {string} Markdown
 */
export function page({ processor, machine, day, rounds, seconds, rows, growth }) {
  return [
    `## ${processor}`,
    `Measured ${day} on ${machine}: medians of ${rounds} alternating pairs of ${seconds} s. Processor time counts user and system time of the client (initiator) or of the server (NBD).`,
    table(rows),
    ...growth,
  ].join("\n\n");
}

/**
 * The workloads of all measurements, each once, in the order of the newest.
 *
 * @param {readonly Measurement[]} measurements
 * @returns {readonly Subject[]}
 */
function subjects(measurements) {
  const rows = measurements.flatMap((measurement) => measurement.rows);
  return [...new Map(rows.toReversed().map((row) => [row.name, row])).values()].toReversed();
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
 * A bar for each workload and processor, as long as our operations per second are many times the peer's; a tick where the goal is.
 *
 * @param {readonly Measurement[]} measurements
 * @returns {string} SVG
 */
export function plot(measurements) {
  const width = 860;
  const left = 300;
  const bar = 14;
  const line = measurements.length * bar + 8;
  const top = 44;
  const workloads = subjects(measurements);
  const height = top + workloads.length * line + 26;
  const ratios = measurements.flatMap(({ rows }) => rows.flatMap(({ iopsRatio, goal }) => [iopsRatio, goal.iops ?? 0]));
  const most = Math.max(2, ...ratios) * 1.05;
  const x = (/** @type {number} */ ratio) => left + (ratio / most) * (width - left - 130);
  const lines = workloads.flatMap((subject, index) => {
    const y = top + index * line;
    const bars = measurements.flatMap(({ processor, rows }, place) => {
      const row = rows.find(({ name }) => name === subject.name);
      if (row === undefined) return [];
      const at = y + place * bar;
      return [
        `<rect x="${left}" y="${at + 1}" width="${Math.max(1, x(row.iopsRatio) - left)}" height="${bar - 2}" fill="${meets(row) ? "#2a7f62" : "#b3572b"}"/>`,
        `<text x="${x(row.iopsRatio) + 6}" y="${at + bar - 3}" font-size="11">${row.iopsRatio.toFixed(2)}× <tspan fill="#555">${escaped(processor)}</tspan></text>`,
      ];
    });
    const goal = subject.goal.iops;
    const tick =
      goal === undefined ? [] : [`<line x1="${x(goal)}" x2="${x(goal)}" y1="${y}" y2="${y + line - 8}" stroke="#111" stroke-width="2"/>`];
    return [`<text x="${left - 8}" y="${y + bar - 2}" text-anchor="end">${escaped(subject.name)}</text>`, ...bars, ...tick];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    "<title>Operations per second of our programs, as multiples of their peers'</title>",
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${left}" y="20" font-weight="bold">operations per second, times the peer's (median of pairs; black tick: goal)</text>`,
    `<line x1="${x(1)}" x2="${x(1)}" y1="34" y2="${height - 24}" stroke="#999" stroke-dasharray="3 3"/>`,
    `<text x="${x(1)}" y="${height - 8}" text-anchor="middle" fill="#555">1× (as fast as the peer)</text>`,
    ...lines,
    "</svg>",
    "",
  ].join("\n");
}

/** @param {string} text */
const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");

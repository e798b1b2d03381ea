/**
 * Two contestants, measured in turn. The machine is noisy, so nothing is said but medians of alternating runs and the ratio of each pair:
 * what disturbs one run of a pair is likely to disturb the other too.
 */

/** @typedef {{ ios: number, seconds: number, cpuSeconds: number, bytes: number, bytesCopiedPerByte?: number }} Run */
/** @typedef {{ iops: number, megabytesPerSecond: number, cpuMicrosecondsPerIo: number, bytesCopiedPerByte: number | undefined }} Figures */
/** @typedef {{ ours: Figures, theirs: Figures, iopsRatio: number, cpuRatio: number }} Comparison */

/**
 * @param {number} rounds
 * @param {() => Promise<Run>} ours
 * @param {() => Promise<Run>} theirs
 * @returns {Promise<Comparison>}
 */
export async function comparePaired(rounds, ours, theirs) {
  /** @type {{ ours: Run, theirs: Run }[]} */
  const pairs = [];
  for (let round = 0; round < rounds; round += 1) {
    // Who goes first changes with each pair.
    if (round % 2 === 0) {
      const a = await ours();
      pairs.push({ ours: a, theirs: await theirs() });
    } else {
      const b = await theirs();
      pairs.push({ ours: await ours(), theirs: b });
    }
  }
  return {
    ours: figures(pairs.map((pair) => pair.ours)),
    theirs: figures(pairs.map((pair) => pair.theirs)),
    iopsRatio: median(pairs.map((pair) => rate(pair.ours) / rate(pair.theirs))),
    cpuRatio: median(pairs.map((pair) => cpuPerIo(pair.ours) / cpuPerIo(pair.theirs))),
  };
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** @param {Run} run */
const rate = (run) => measured(run.ios / run.seconds);

/** @param {Run} run */
const cpuPerIo = (run) => measured(run.cpuSeconds / run.ios);

/** @param {number} value */
function measured(value) {
  if (!Number.isFinite(value)) throw new Error("a run reported no figures: nothing was measured");
  return value;
}

/**
 * @param {readonly Run[]} runs
 * @returns {Figures}
 */
function figures(runs) {
  const copied = runs.map((run) => run.bytesCopiedPerByte).filter((value) => value !== undefined);
  return {
    iops: median(runs.map(rate)),
    megabytesPerSecond: median(runs.map((run) => run.bytes / run.seconds / 1e6)),
    cpuMicrosecondsPerIo: median(runs.map((run) => cpuPerIo(run) * 1e6)),
    bytesCopiedPerByte: copied.length === 0 ? undefined : median(copied),
  };
}

import type { Duration } from "kit/clock";

/** Below this many units every value has a bucket of its own; above, every power of two has half as many. */
const exact = 64;
const perOctave = exact / 2;
const octaves = 32 - 6;

/** A unit is 100 ns: 32 bits of them last for seven minutes. */
const unitsPerMs = 10_000;
const mostUnits = 2 ** 32 - 1;

/** A row for a reader: latencies in [fromMs, toMs) and how many there were. */
export interface HistogramRow {
  readonly fromMs: Duration;
  readonly toMs: Duration;
  readonly count: number;
}

/**
 * Latencies in log-linear buckets: 3 % wide at most, whatever the latency, in 7 KiB. Recording costs a few instructions and no memory.
 */
export class LatencyHistogram {
  readonly #counts = new Float64Array(exact + octaves * perOctave);
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;

  record(latencyMs: Duration): void {
    const units = Math.min(latencyMs * unitsPerMs, mostUnits) >>> 0;
    const index = bucketOf(units);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#count++;
    this.#sum += latencyMs;
    if (latencyMs < this.#min) this.#min = latencyMs;
    if (latencyMs > this.#max) this.#max = latencyMs;
  }

  clear(): void {
    this.#counts.fill(0);
    this.#count = 0;
    this.#sum = 0;
    this.#min = Number.POSITIVE_INFINITY;
    this.#max = 0;
  }

  get count(): number {
    return this.#count;
  }

  /** All in milliseconds; 0 when nothing was recorded. */
  get minMs(): Duration {
    return this.#count === 0 ? 0 : this.#min;
  }

  get maxMs(): Duration {
    return this.#max;
  }

  get meanMs(): Duration {
    return this.#count === 0 ? 0 : this.#sum / this.#count;
  }

  /** The latency that `percent` of all stayed within, to the width of a bucket. */
  percentile(percent: number): Duration {
    const rank = Math.max(1, Math.ceil((percent / 100) * this.#count));
    let seen = 0;
    for (let index = 0; index < this.#counts.length; index++) {
      seen += this.#counts[index] ?? 0;
      // The bucket's upper end, but never beyond what was really seen.
      if (seen >= rank) return Math.min(lowestOf(index + 1) / unitsPerMs, this.#max);
    }
    return 0;
  }

  /** One row for each power of two, from the first that has any to the last. */
  rows(): readonly HistogramRow[] {
    const rows: { fromMs: number; toMs: number; count: number }[] = [];
    for (let index = 0; index < this.#counts.length; index++) {
      const octave = Math.floor(Math.log2(Math.max(1, lowestOf(index))));
      const fromMs = octave === 0 ? 0 : 2 ** octave / unitsPerMs;
      const last = rows.at(-1);
      if (last?.fromMs === fromMs) last.count += this.#counts[index] ?? 0;
      else rows.push({ fromMs, toMs: 2 ** (octave + 1) / unitsPerMs, count: this.#counts[index] ?? 0 });
    }
    const first = rows.findIndex(({ count }) => count > 0);
    return first < 0 ? [] : rows.slice(first, rows.findLastIndex(({ count }) => count > 0) + 1);
  }
}

/** 32 buckets between 2^k and 2^(k+1): the top bits of the value choose one. */
function bucketOf(units: number): number {
  if (units < exact) return units;
  const shift = 26 - Math.clz32(units);
  return shift * perOctave + (units >>> shift);
}

/** The smallest value of a bucket. */
function lowestOf(index: number): number {
  if (index < exact) return index;
  const shift = Math.floor(index / perOctave) - 1;
  return (perOctave + (index % perOctave)) * 2 ** shift;
}

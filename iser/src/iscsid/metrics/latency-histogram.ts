/** Upper ends of the buckets in seconds, 100 µs to 30 s: an answer from memory, a disk that seeks, a target that came back. */
export const bucketBoundsS: readonly number[] = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];

/** How many operations took how long. Made once for each kind of operation; counting allocates nothing. */
export class LatencyHistogram {
  /** Operations by bucket, not added up; the last entry is of those beyond all bounds. */
  readonly buckets = new Float64Array(bucketBoundsS.length + 1);
  count = 0;
  sumS = 0;

  observe(seconds: number): void {
    let bucket = 0;
    while (bucket < bucketBoundsS.length && seconds > bucketBoundsS[bucket]!) bucket++;
    this.buckets[bucket]! += 1;
    this.count += 1;
    this.sumS += seconds;
  }
}

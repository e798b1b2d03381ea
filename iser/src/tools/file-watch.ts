import type { Clock, Duration, Instant, Timer } from "kit/clock";
import { type BlockDevice, FileDisk } from "#block";

/** How long a file that grew may be a disk of the size it had. */
const measureEveryMs: Duration = 1000;
/** How often the same trouble is worth a line. */
const tellEveryMs: Duration = 60_000;

interface Served {
  readonly device: BlockDevice;
}

/**
 * Looks after files while they are served as disks: one that grew is a larger disk, and what goes wrong with one is told to whoever runs the program, because its clients hear no more than that
 * the medium failed. The same trouble, wherever in the file, is told once a minute. `tell` gets the number of the disk among those served. Returns what ends it.
 */
export function watchFiles(served: readonly Served[], clock: Clock, tell: (index: number, sentence: string) => void): () => void {
  const files = served.flatMap(({ device }, index) => (device instanceof FileDisk ? [{ device, index }] : []));
  const told = new Map<string, Instant>();
  const unwatch = files.map(({ device, index }) =>
    device.onTrouble((sentence) => {
      const trouble = `${index} ${sentence.replace(/\d+/g, "")}`;
      const now = clock.now();
      if (now - (told.get(trouble) ?? Number.NEGATIVE_INFINITY) < tellEveryMs) return;
      told.set(trouble, now);
      tell(index, sentence);
    }),
  );
  const look = (): void => {
    for (const { device } of files) device.measure();
    timer = clock.after(measureEveryMs, look, { background: true });
  };
  let timer: Timer = clock.after(measureEveryMs, look, { background: true });
  return () => {
    timer.cancel();
    for (const end of unwatch) end();
  };
}

/** What can be asked again what it is. */
interface Refreshable {
  /** Resolves when it has been asked, whatever came of it. */
  refresh(): Promise<void>;
}

/** So many are asked at once: other commands of the session wait for room behind them. */
const mostAtOnce = 16;

/** Disks that are to be asked again what they are: a few at a time, in the order in which that came up, and each once however often it did. */
export class UnitRefreshes {
  readonly #due = new Set<Refreshable>();
  #running = 0;

  add(disk: Refreshable): void {
    this.#due.add(disk);
    this.#goOn();
  }

  /** The disk is gone, and needs not be asked any more. */
  delete(disk: Refreshable): void {
    this.#due.delete(disk);
  }

  close(): void {
    this.#due.clear();
  }

  #goOn(): void {
    for (const disk of this.#due) {
      if (this.#running === mostAtOnce) return;
      this.#due.delete(disk);
      this.#running++;
      void disk.refresh().then(() => {
        this.#running--;
        this.#goOn();
      });
    }
  }
}

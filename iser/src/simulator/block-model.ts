/** Writes are known by a number; 0 is what every block held at the beginning. Moments are numbers too: of events, in their order. */
export type WriteId = number;

/** A write that was acknowledged and lost, and when somebody was told so. */
interface Loss {
  /** When the first such write was acknowledged. */
  readonly acknowledgedAt: number;
  readonly toldAt: number | undefined;
}

/** `waiting` to be executed, `executed`, or executed and `lost` with the cache. */
type Progress = "waiting" | "executed" | "lost";

/** One way in which the block may have come to where it is. */
interface World {
  /** What may be on the platters, oldest first; the last is what a read gives. */
  readonly held: readonly WriteId[];
  readonly pending: ReadonlyMap<WriteId, Progress>;
  /** What each read under way has had the chance to see. */
  readonly seen: ReadonlyMap<number, readonly WriteId[]>;
  readonly losses: readonly Loss[];
}

/** More than this many ways at once, and nothing is known any more. The workload keeps it to a handful. */
const maxWorlds = 4096;

/**
 * Everything that one block behind a volatile cache may have been through, from what its users saw: all ways are followed at once, and what the users see next rules some out. When none is left,
 * something happened that may not.
 *
 * What may: a write takes effect once between its beginning and its end, a second time when it was lost and sent again; a read gives what the block held at some moment between the read's beginning
 * and end; a power loss takes the block back to anything it held since it was last known to be durable; a flush that succeeds makes all durable that was acknowledged before it began, and is not
 * possible while some of that is lost and nobody was told before the flush began.
 */
export class BlockModel {
  #worlds: readonly World[] = [{ held: [0], pending: new Map(), seen: new Map(), losses: [] }];
  /** When each write was acknowledged. */
  readonly #acknowledged = new Map<WriteId, number>([[0, Number.NEGATIVE_INFINITY]]);
  /** What a read gives after each write. */
  readonly #contents = new Map<WriteId, number>([[0, 0]]);

  /** No way is left. */
  get isImpossible(): boolean {
    return this.#worlds.length === 0;
  }

  get isTooMany(): boolean {
    return this.#worlds.length > maxWorlds;
  }

  /** What a read could give now. */
  get candidates(): readonly WriteId[] {
    this.#letWritesHappen();
    return [...new Set(this.#worlds.map(({ held }) => this.#contents.get(held.at(-1) ?? 0) ?? 0))];
  }

  writeBegins(write: WriteId, content: number): void {
    this.#letWritesHappen();
    this.#contents.set(write, content);
    this.#each((world) => [{ ...world, pending: new Map(world.pending).set(write, "waiting") }]);
  }

  writeEnds(write: WriteId, now: number, durable: boolean): void {
    this.#letWritesHappen();
    this.#acknowledged.set(write, now);
    this.#each((world) => {
      const progress = world.pending.get(write);
      if (progress === "waiting" || (durable && progress === "lost")) return [];
      const pending = new Map(world.pending);
      pending.delete(write);
      const losses = progress === "lost" ? [...world.losses, { acknowledgedAt: now, toldAt: undefined }] : world.losses;
      const held = durable ? from(world.held, world.held.lastIndexOf(write)) : world.held;
      return [{ ...world, held, pending, losses }];
    });
  }

  readBegins(read: number): void {
    this.#letWritesHappen();
    this.#each((world) => [{ ...world, seen: new Map(world.seen).set(read, world.held.slice(-1)) }]);
  }

  /** `content` is undefined when the read failed. */
  readEnds(read: number, content: number | undefined): void {
    this.#letWritesHappen();
    this.#each((world) => {
      if (content !== undefined && world.seen.get(read)?.some((write) => this.#contents.get(write) === content) !== true) return [];
      const seen = new Map(world.seen);
      seen.delete(read);
      return [{ ...world, seen }];
    });
  }

  flushSucceeds(begunAt: number): void {
    this.#letWritesHappen();
    this.#each((world) => {
      const isLie = world.losses.some(
        ({ acknowledgedAt, toldAt }) => acknowledgedAt <= begunAt && !(toldAt !== undefined && toldAt <= begunAt),
      );
      if (isLie) return [];
      const durable = world.held.findLastIndex((write) => (this.#acknowledged.get(write) ?? Number.POSITIVE_INFINITY) <= begunAt);
      return [{ ...world, held: from(world.held, durable) }];
    });
  }

  flushFails(now: number): void {
    this.#each((world) => [{ ...world, losses: world.losses.map((loss) => ({ ...loss, toldAt: loss.toldAt ?? now })) }]);
  }

  powerFails(): void {
    this.#letWritesHappen();
    this.#each((world) => world.held.map((_, index) => this.#afterPowerLoss(world, index)));
  }

  #afterPowerLoss(world: World, survivor: number): World {
    const lost = world.held.slice(survivor + 1);
    const pending = new Map(world.pending);
    for (const write of lost) if (pending.get(write) === "executed") pending.set(write, "lost");
    const moments = lost.flatMap((write) => (pending.has(write) ? [] : [this.#acknowledged.get(write) ?? Number.POSITIVE_INFINITY]));
    const losses = moments.length === 0 ? [] : [{ acknowledgedAt: Math.min(...moments), toldAt: undefined }];
    return withValue({ ...world, held: [], pending, losses: [...world.losses, ...losses] }, world.held[survivor] ?? 0);
  }

  /** Writes under way may take effect between any two events. */
  #letWritesHappen(): void {
    if (this.#worlds.every(({ pending }) => pending.size === 0)) return;
    const known = new Map(this.#worlds.map((world) => [keyOf(world), world]));
    for (const world of known.values()) {
      for (const [write, progress] of world.pending) {
        if (progress === "executed") continue;
        const next = withValue({ ...world, pending: new Map(world.pending).set(write, "executed") }, write);
        const key = keyOf(next);
        if (!known.has(key)) known.set(key, next);
        if (known.size > maxWorlds) break;
      }
    }
    this.#worlds = [...known.values()];
  }

  #each(next: (world: World) => readonly World[]): void {
    const after = this.#worlds.flatMap(next);
    this.#worlds = after.length < 2 ? after : [...new Map(after.map((world) => [keyOf(world), world])).values()];
  }
}

function withValue(world: World, value: WriteId): World {
  const seen = new Map([...world.seen].map(([read, values]) => [read, values.includes(value) ? values : [...values, value]] as const));
  return { ...world, held: [...world.held, value], seen };
}

function from(held: readonly WriteId[], index: number): readonly WriteId[] {
  return index <= 0 ? held : held.slice(index);
}

function keyOf({ held, pending, seen, losses }: World): string {
  const reads = [...seen].map(([read, values]) => `${read}:${[...values].sort((a, b) => a - b).join()}`);
  const told = losses.map(({ acknowledgedAt, toldAt }) => `${acknowledgedAt}/${toldAt}`);
  return `${held.join()}|${[...pending].join(";")}|${reads.join(";")}|${told.join(";")}`;
}

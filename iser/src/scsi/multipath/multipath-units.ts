import type { Clock } from "kit/clock";
import { BlockError } from "#block";
import { accessStateNames } from "../cdb/report-target-port-groups.ts";
import { ScsiDisk, type ScsiDiskOptions } from "../disk.ts";
import { LogicalUnit } from "../logical-unit.ts";
import { type PortAccess, rankOf } from "./access.ts";
import { MultipathPort } from "./multipath-port.ts";
import type { Path, PathCounters, PathPlace, PathState } from "./path.ts";
import { askPath, type PathFacts } from "./path-facts.ts";
import { unitKey } from "./unit-key.ts";

/** Where a path leads: to a LUN of a target, by a port. */
export interface UnitPathPlace extends PathPlace {
  readonly targetName: string;
}

export interface UnitPathListener {
  /** It leads to another unit than it did; it is out, and may be opened anew. */
  onForeign(): void;
}

/** A way to a unit, for whoever opened it. */
export interface UnitPath {
  /** The unit says that it is another one which is there, and cannot be: it is a disk of its own. */
  readonly oddity: string | undefined;
  /** The same for all paths to the unit. Its owner is whoever uses it: he closes it. */
  readonly disk: ScsiDisk;
  readonly state: PathState;
  readonly access: PortAccess | undefined;
  readonly counters: Readonly<PathCounters>;
  /** Commands go here now. */
  readonly active: boolean;
  /** The session of the path has a connection now, or none any more. */
  setConnected(connected: boolean): void;
  leave(): void;
  /** The disk is about to be closed: no other path joins it. */
  retire(): void;
}

/** The port that leads to a unit has a state in which it takes no I/O. */
export class PortNotAccessible extends BlockError {
  constructor(state: number | undefined) {
    const name = state === undefined ? undefined : accessStateNames.get(state);
    super("EIO", `the port to the logical unit is not good for I/O: ${name ?? "it says so"}`);
  }
}

interface Unit {
  readonly port: MultipathPort;
  readonly disk: ScsiDisk;
  readonly key: string | undefined;
  readonly listeners: Map<Path, UnitPathListener>;
}

/** The logical units that there are, each with all paths to it. */
export class MultipathUnits {
  readonly #clock: Clock;
  readonly #units = new Map<string, Unit>();
  readonly #listeners = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Looks at what is at `place`, and makes it a path to the disk that is there already when it says that it is the same, else to a disk of its own, which has these `options` for all of its life.
   * Rejects as `ScsiDisk.open` does, and with {@link PortNotAccessible} when the port is not good for I/O and nobody else leads to the unit: then nothing can be known of it but its name.
   */
  async open(place: UnitPathPlace, options: ScsiDiskOptions, listener: UnitPathListener, signal: AbortSignal): Promise<UnitPath> {
    const facts = await askPath(new LogicalUnit(place.port, place.lun, { clock: this.#clock, signal }));
    if (rankOf(facts.access) === 0) return this.#joinByName(place, facts, listener);
    const found = await this.#look(place, options, signal);
    const before = this.#known(found);
    const oddity = before === undefined ? undefined : await this.#oddityOf(found, before, signal);
    const known = this.#known(found);
    // One target that shows one unit twice gives its name to two.
    if (known === undefined || oddity !== undefined || known.port.paths.some(({ port }) => port === place.port)) {
      if (found.key !== undefined && known === undefined) {
        this.#units.set(found.key, found);
        for (const tell of [...this.#listeners]) tell();
      }
      const [path] = found.port.paths;
      if (path === undefined) throw new Error("a unit that was opened has the path by which it was");
      return this.#handle(found, path, listener, oddity);
    }
    const joined = this.#handle(known, known.port.join(place), listener, undefined);
    await closed(found);
    return joined;
  }

  /** Has `listener` called when there is one more unit, to which somebody may lead who could not be told apart alone; until the returned function is called. */
  onNewUnit(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A port that takes no I/O does not even tell the size of the disk: it leads to the one that has this name. */
  #joinByName(place: UnitPathPlace, { identity, access }: PathFacts, listener: UnitPathListener): UnitPath {
    const key = unitKey(identity, place.targetName, place.lun);
    const known = key === undefined ? undefined : this.#units.get(key);
    if (known === undefined || known.port.paths.some(({ port }) => port === place.port)) throw new PortNotAccessible(access?.state);
    return this.#handle(known, known.port.join(place), listener, undefined);
  }

  #known({ key }: Unit): Unit | undefined {
    return key === undefined ? undefined : this.#units.get(key);
  }

  /** Why two disks of one name are not one. A disk may have grown, and its other paths not have been told yet: so they are asked. */
  async #oddityOf(found: Unit, known: Unit, signal: AbortSignal): Promise<string | undefined> {
    const oddity = differenceOf(known.disk, found.disk);
    if (oddity === undefined || known.port.paths.every(({ state }) => state !== "up")) return oddity;
    try {
      const now = await ScsiDisk.open(known.port, known.disk.lun, { clock: this.#clock }, signal);
      const still = differenceOf(now, found.disk);
      await new Promise<void>((resolve) => now.close(() => resolve()));
      if (still === undefined) void known.disk.refresh();
      return still;
    } catch (error) {
      if (!(error instanceof BlockError)) throw error;
      return oddity;
    }
  }

  async #look(place: UnitPathPlace, options: ScsiDiskOptions, signal: AbortSignal): Promise<Unit> {
    const listeners = new Map<Path, UnitPathListener>();
    let key: string | undefined;
    const port = new MultipathPort({
      clock: this.#clock,
      isSame: (identity) => key === undefined || unitKey(identity, place.targetName, place.lun) === key,
      onForeign: (path) => {
        const listener = listeners.get(path);
        listeners.delete(path);
        port.leave(path);
        listener?.onForeign();
      },
    });
    const path = port.join(place);
    try {
      const disk = await ScsiDisk.open(port, place.lun, options, signal);
      key = unitKey(disk.identity, place.targetName, place.lun);
      return { port, disk, key, listeners };
    } catch (error) {
      port.leave(path);
      throw error;
    }
  }

  #handle(unit: Unit, path: Path, listener: UnitPathListener, oddity: string | undefined): UnitPath {
    const { port, disk, key, listeners } = unit;
    listeners.set(path, listener);
    const retire = (): void => {
      if (key !== undefined && this.#units.get(key) === unit) this.#units.delete(key);
    };
    return {
      oddity,
      disk,
      counters: path.counters,
      get state() {
        return path.state;
      },
      get access() {
        return path.access;
      },
      get active() {
        return port.isActive(path);
      },
      setConnected: (connected) => port.setConnected(path, connected),
      leave: () => {
        listeners.delete(path);
        port.leave(path);
        if (port.paths.length === 0) retire();
      },
      retire,
    };
  }
}

/** Closes a disk that was only looked at. */
function closed({ disk, port }: Unit): Promise<void> {
  return new Promise((resolve) => {
    disk.close(() => {
      for (const path of port.paths) port.leave(path);
      resolve();
    });
  });
}

/** Why two disks of one name are not one. */
function differenceOf(a: ScsiDisk, b: ScsiDisk): string | undefined {
  const name = a.identity.id ?? "it";
  if (a.geometry.blockSize !== b.geometry.blockSize) {
    return `${name} has blocks of ${a.geometry.blockSize} bytes on its other paths, and of ${b.geometry.blockSize} here`;
  }
  if (a.geometry.size !== b.geometry.size) return `${name} has ${a.geometry.size} bytes on its other paths, and ${b.geometry.size} here`;
  return undefined;
}

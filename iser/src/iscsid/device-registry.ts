import type { BlockDevice } from "#block";
import type { UnitPathStatus } from "./initiator.ts";

/** A device that this machine sees under a name. */
export interface RegisteredDevice {
  /** `da0`, `da1`, … */
  readonly name: string;
  readonly description: string;
  readonly device: BlockDevice;
  /** What was added; `device` may be something around it. */
  readonly source: BlockDevice;
  /** Where it comes from: one place for each path to it, the oldest first. */
  readonly places: readonly DevicePlace[];
}

/** Where a device comes from: what it is known by when the daemon that gave it its name is gone. */
export interface DevicePlace {
  readonly sessionId: number;
  readonly lun: number;
  /** The way from there, where that is kept track of. */
  readonly path?: UnitPathStatus | undefined;
}

/** The name of what a session has at a LUN. */
interface DeviceName {
  readonly lun: number;
  readonly device: string;
}

/** Who serves devices to others: is told before a device goes away. */
export interface DeviceServer {
  /** Ends the use of `device`; `done` when nobody uses it any more, or when it is time to close the device under those who still do. */
  withdraw(device: BlockDevice, done: () => void): void;
  /** How many clients have `device` open. */
  usersOf(device: BlockDevice): number;
}

interface Entry extends RegisteredDevice {
  places: readonly DevicePlace[];
}

/** The devices of all sessions under FreeBSD's names: each takes the smallest number that is free, and keeps it until it is gone. */
export class DeviceRegistry {
  readonly #devices = new Map<number, Entry>();
  /** Their numbers, by what was added. */
  readonly #numbers = new Map<BlockDevice, number>();
  /** No number below is free. */
  #lowestFree = 0;
  /** Numbers of devices that are on their way out: not listed any more, not free yet. */
  readonly #leaving = new Set<number>();
  /** Numbers that are kept for devices which are to come back. */
  readonly #reserved = new Map<number, readonly DevicePlace[]>();
  /** The same by place: each is kept one number. */
  readonly #reservedAt = new Map<string, number>();
  #server: DeviceServer | undefined = undefined;
  #wrap: (device: BlockDevice) => BlockDevice = (device) => device;
  readonly #listeners: (() => void)[] = [];
  /** Something has changed that was not told yet. */
  #isDue = false;
  /** What changes now is told when all of it has. */
  #isHeld = false;

  /** Has every device that is added replaced by what `wrap` makes of it. */
  wrapBy(wrap: (device: BlockDevice) => BlockDevice): void {
    this.#wrap = wrap;
  }

  /** Names who serves the devices. */
  serveBy(server: DeviceServer): void {
    this.#server = server;
  }

  /** Has `listener` called after every device that comes or goes, and once after all that come or go together. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** All that comes and goes in `work` is told as one change: a target may have a thousand units. */
  together(work: () => void): void {
    if (this.#isHeld) {
      work();
      return;
    }
    this.#isHeld = true;
    try {
      work();
    } finally {
      this.#isHeld = false;
      this.#tell();
    }
  }

  /** All devices, in order of their numbers. */
  list(): readonly RegisteredDevice[] {
    return [...this.#devices.entries()].sort(([a], [b]) => a - b).map(([, registered]) => registered);
  }

  /** The names of all sessions' devices by session, those that are kept for it included. */
  get names(): ReadonlyMap<number, readonly DeviceName[]> {
    const names = new Map<number, DeviceName[]>();
    const note = (number: number, places: readonly DevicePlace[]): void => {
      for (const { sessionId, lun } of places) {
        const name = { lun, device: `da${number}` };
        const others = names.get(sessionId);
        if (others === undefined) names.set(sessionId, [name]);
        else others.push(name);
      }
    };
    for (const [number, places] of this.#reserved) note(number, places);
    for (const [number, { places }] of this.#devices) note(number, places);
    return names;
  }

  /** The names of devices that somebody has open, and to which no path is left without these sessions. */
  inUse(sessionIds: ReadonlySet<number>): readonly string[] {
    return this.list()
      .filter(({ device, places }) => places.every((place) => sessionIds.has(place.sessionId)) && (this.#server?.usersOf(device) ?? 0) > 0)
      .map(({ name }) => name);
  }

  /** Names that are kept for devices which are not there yet. */
  get awaited(): number {
    return [...this.#reserved.keys()].filter((number) => !this.#devices.has(number)).length;
  }

  /** Whether names are kept for devices of a session. */
  isAwaiting(sessionId: number): boolean {
    return [...this.#reserved.values()].some((places) => places.some((place) => place.sessionId === sessionId));
  }

  /** Keeps a name for the device that will come from `place`, or from another place that it is kept for; it is nobody else's until then, or until `release`. */
  reserve(name: string, place: DevicePlace): void {
    const number = numberOf(name);
    this.#settle(place);
    this.#reserved.set(number, [...(this.#reserved.get(number) ?? []), place]);
    this.#reservedAt.set(keyOf(place), number);
  }

  /** The session will not come back: what was kept for it is free. */
  release(sessionId: number): void {
    for (const place of [...this.#reserved.values()].flat()) if (place.sessionId === sessionId) this.#settle(place);
  }

  /** Gives a device its name, or takes note that a device which has one can be reached from `place` too. */
  add(device: BlockDevice, description: string, place: DevicePlace): RegisteredDevice {
    const known = this.#devices.get(this.#numbers.get(device) ?? -1);
    const kept = this.#reservedFor(place);
    this.#settle(place);
    if (known !== undefined) {
      known.places = [...known.places, place];
      this.#changed();
      return known;
    }
    const number = kept ?? this.#smallestFree();
    const entry = { name: `da${number}`, description, device: this.#wrap(device), source: device, places: [place] };
    this.#devices.set(number, entry);
    this.#numbers.set(device, number);
    this.#changed();
    return entry;
  }

  /** Whether `place` is the only one where the device comes from. */
  isLast(registered: RegisteredDevice, place: DevicePlace): boolean {
    return registered.places.every((other) => isSame(other, place));
  }

  /** The device cannot be reached from `place` any more. When that was the last place: takes it out of the list at once, ends its use, and closes it; then its name is free. Then `done` is called. */
  remove(registered: RegisteredDevice, place: DevicePlace, done: () => void): void {
    const number = numberOf(registered.name);
    const entry = this.#devices.get(number);
    if (entry === registered && !this.isLast(entry, place)) {
      entry.places = entry.places.filter((other) => !isSame(other, place));
      this.#changed();
      done();
      return;
    }
    this.#devices.delete(number);
    this.#numbers.delete(registered.source);
    this.#leaving.add(number);
    this.#changed();
    const close = (): void =>
      registered.device.close(() => {
        this.#leaving.delete(number);
        this.#lowestFree = Math.min(this.#lowestFree, number);
        done();
      });
    if (this.#server === undefined) close();
    else this.#server.withdraw(registered.device, close);
  }

  #changed(): void {
    this.#isDue = true;
    if (!this.#isHeld) this.#tell();
  }

  #tell(): void {
    if (!this.#isDue) return;
    this.#isDue = false;
    for (const listener of this.#listeners) listener();
  }

  /** A place that a name was kept for is taken, or will not be. */
  #settle(place: DevicePlace): void {
    const number = this.#reservedAt.get(keyOf(place));
    if (number === undefined) return;
    this.#reservedAt.delete(keyOf(place));
    const rest = this.#reserved.get(number)?.filter((other) => !isSame(other, place)) ?? [];
    if (rest.length > 0) {
      this.#reserved.set(number, rest);
      return;
    }
    this.#reserved.delete(number);
    this.#lowestFree = Math.min(this.#lowestFree, number);
  }

  /** The name kept for the device of a place. A device that has it already, and is another one, keeps it. */
  #reservedFor(place: DevicePlace): number | undefined {
    const number = this.#reservedAt.get(keyOf(place));
    return number === undefined || this.#devices.has(number) || this.#leaving.has(number) ? undefined : number;
  }

  #smallestFree(): number {
    let number = this.#lowestFree;
    while (this.#devices.has(number) || this.#leaving.has(number) || this.#reserved.has(number)) number++;
    this.#lowestFree = number;
    return number;
  }
}

function keyOf({ sessionId, lun }: DevicePlace): string {
  return `${sessionId}:${lun}`;
}

function isSame(a: DevicePlace, b: DevicePlace): boolean {
  return a.sessionId === b.sessionId && a.lun === b.lun;
}

function numberOf(name: string): number {
  return Number(name.slice("da".length));
}

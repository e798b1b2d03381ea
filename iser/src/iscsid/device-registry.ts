import type { BlockDevice } from "#block";

/** A device that this machine sees under a name. */
export interface RegisteredDevice {
  /** `da0`, `da1`, … */
  readonly name: string;
  readonly description: string;
  readonly device: BlockDevice;
  readonly place: DevicePlace;
}

/** Where a device comes from: what it is known by when the daemon that gave it its name is gone. */
export interface DevicePlace {
  readonly sessionId: number;
  readonly lun: number;
}

/** Who serves devices to others: is told before a device goes away. */
export interface DeviceServer {
  /** Ends the use of `device`; `done` when nobody uses it any more, or when it is time to close the device under those who still do. */
  withdraw(device: BlockDevice, done: () => void): void;
  /** How many clients have `device` open. */
  usersOf(device: BlockDevice): number;
}

/** The devices of all sessions under FreeBSD's names: each takes the smallest number that is free, and keeps it until it is gone. */
export class DeviceRegistry {
  readonly #devices = new Map<number, RegisteredDevice>();
  /** Numbers of devices that are on their way out: not listed any more, not free yet. */
  readonly #leaving = new Set<number>();
  /** Numbers that are kept for devices which are to come back. */
  readonly #reserved = new Map<number, DevicePlace>();
  #server: DeviceServer | undefined = undefined;
  #wrap: (device: BlockDevice) => BlockDevice = (device) => device;
  readonly #listeners: (() => void)[] = [];

  /** Has every device that is added replaced by what `wrap` makes of it. */
  wrapBy(wrap: (device: BlockDevice) => BlockDevice): void {
    this.#wrap = wrap;
  }

  /** Names who serves the devices. */
  serveBy(server: DeviceServer): void {
    this.#server = server;
  }

  /** Has `listener` called after every device that comes or goes. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** All devices, in order of their numbers. */
  list(): readonly RegisteredDevice[] {
    return [...this.#devices.entries()].sort(([a], [b]) => a - b).map(([, registered]) => registered);
  }

  /** The names of a session's devices, those that are kept for it included. */
  namesOf(sessionId: number): readonly { readonly lun: number; readonly device: string }[] {
    const places: [number, DevicePlace][] = [
      ...this.#reserved,
      ...[...this.#devices].map(([n, { place }]): [number, DevicePlace] => [n, place]),
    ];
    return places.filter(([, place]) => place.sessionId === sessionId).map(([number, { lun }]) => ({ lun, device: `da${number}` }));
  }

  /** The names of a session's devices that somebody has open. */
  inUse(sessionId: number): readonly string[] {
    return this.list()
      .filter(({ device, place }) => place.sessionId === sessionId && (this.#server?.usersOf(device) ?? 0) > 0)
      .map(({ name }) => name);
  }

  /** Names that are kept for devices which are not there yet. */
  get awaited(): number {
    return this.#reserved.size;
  }

  /** Keeps a name for the device that will come from `place`; it is nobody else's until then, or until `release`. */
  reserve(name: string, place: DevicePlace): void {
    this.#reserved.set(numberOf(name), place);
  }

  /** The session will not come back: what was kept for it is free. */
  release(sessionId: number): void {
    for (const [number, place] of this.#reserved) if (place.sessionId === sessionId) this.#reserved.delete(number);
  }

  add(device: BlockDevice, description: string, place: DevicePlace): RegisteredDevice {
    const number = this.#reservedFor(place) ?? this.#smallestFree();
    this.#reserved.delete(number);
    const registered = { name: `da${number}`, description, device: this.#wrap(device), place };
    this.#devices.set(number, registered);
    this.#changed();
    return registered;
  }

  /** Takes the device out of the list at once, ends its use, and closes it; then its name is free and `done` is called. */
  remove(registered: RegisteredDevice, done: () => void): void {
    const number = numberOf(registered.name);
    this.#devices.delete(number);
    this.#leaving.add(number);
    this.#changed();
    const close = (): void =>
      registered.device.close(() => {
        this.#leaving.delete(number);
        done();
      });
    if (this.#server === undefined) close();
    else this.#server.withdraw(registered.device, close);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  #reservedFor({ sessionId, lun }: DevicePlace): number | undefined {
    for (const [number, place] of this.#reserved) if (place.sessionId === sessionId && place.lun === lun) return number;
    return undefined;
  }

  #smallestFree(): number {
    let number = 0;
    while (this.#devices.has(number) || this.#leaving.has(number) || this.#reserved.has(number)) number++;
    return number;
  }
}

function numberOf(name: string): number {
  return Number(name.slice("da".length));
}

import type { BlockDevice } from "#block";

/** A device that this machine sees under a name. */
export interface RegisteredDevice {
  /** `da0`, `da1`, … */
  readonly name: string;
  readonly description: string;
  readonly device: BlockDevice;
}

/** Who serves devices to others: is told before a device goes away. */
export interface DeviceServer {
  /** Ends the use of `device`; `done` when nobody uses it any more, or when it is time to close the device under those who still do. */
  withdraw(device: BlockDevice, done: () => void): void;
}

/** The devices of all sessions under FreeBSD's names: each takes the smallest number that is free, and keeps it until it is gone. */
export class DeviceRegistry {
  readonly #devices = new Map<number, RegisteredDevice>();
  /** Numbers of devices that are on their way out: not listed any more, not free yet. */
  readonly #leaving = new Set<number>();
  #server: DeviceServer | undefined = undefined;

  /** Names who serves the devices. */
  serveBy(server: DeviceServer): void {
    this.#server = server;
  }

  /** All devices, in order of their numbers. */
  list(): readonly RegisteredDevice[] {
    return [...this.#devices.entries()].sort(([a], [b]) => a - b).map(([, registered]) => registered);
  }

  add(device: BlockDevice, description: string): RegisteredDevice {
    let number = 0;
    while (this.#devices.has(number) || this.#leaving.has(number)) number++;
    const registered = { name: `da${number}`, description, device };
    this.#devices.set(number, registered);
    return registered;
  }

  /** Takes the device out of the list at once, ends its use, and closes it; then its name is free and `done` is called. */
  remove(registered: RegisteredDevice, done: () => void): void {
    const number = Number(registered.name.slice(2));
    this.#devices.delete(number);
    this.#leaving.add(number);
    const close = (): void =>
      registered.device.close(() => {
        this.#leaving.delete(number);
        done();
      });
    if (this.#server === undefined) close();
    else this.#server.withdraw(registered.device, close);
  }
}

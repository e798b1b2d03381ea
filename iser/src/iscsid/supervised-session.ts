import type { Clock, Duration, Random } from "kit/clock";
import type { Logger } from "kit/log";
import type { DeviceStatus, SessionConfig, SessionStatus } from "#control";
import { allDone } from "./all-done.ts";
import type { DeviceRegistry, RegisteredDevice } from "./device-registry.ts";
import type { Initiator, LinkStatus, LogicalUnit, TargetLink } from "./initiator.ts";

/** One entry of the daemon's list: a normal session or a discovery. */
export interface Supervised {
  readonly id: number;
  readonly config: SessionConfig;
  readonly status: SessionStatus;
  /** Ends it; `done` when nothing of it is left. */
  close(done: () => void): void;
}

/** What entries are made from. */
export interface SupervisionParts {
  readonly initiator: Initiator;
  readonly devices: DeviceRegistry;
  readonly log: Logger;
  readonly clock: Clock;
  readonly random: Random;
  /** Where a device can be opened. */
  readonly deviceUri: (name: string) => string;
}

/** How long the devices of a session that is removed may wait for their target before the session is ended under them. */
const devicesPatienceMs: Duration = 5000;

/** FreeBSD's words for a session whose first login is still under way. */
const firstReason = "Waiting for iscsid(8)";

/** A session that is only remembered. */
const noLink: LinkStatus = {
  connected: false,
  failureReason: undefined,
  failureDetail: undefined,
  initiatorPortal: undefined,
  targetAlias: undefined,
  negotiated: undefined,
};

/** A session with one target, and the devices it brings. */
export class SupervisedSession implements Supervised {
  readonly id: number;
  readonly config: SessionConfig;
  readonly #parts: SupervisionParts;
  readonly #log: Logger;
  readonly #onChange: () => void;
  readonly #link: TargetLink | undefined;
  readonly #units = new Map<number, RegisteredDevice>();
  #wasConnected = false;
  #loggedReason: string | undefined = undefined;
  #closing = false;

  constructor(id: number, config: SessionConfig, parts: SupervisionParts, onChange: () => void) {
    this.id = id;
    this.config = config;
    this.#parts = parts;
    this.#onChange = onChange;
    this.#log = parts.log.with({ session: id, target: config.targetName, portal: config.targetAddress });
    this.#link = config.enable
      ? parts.initiator.open(config, { onChange: () => this.#onLinkChange(), onUnits: (units) => this.#onUnits(units) })
      : undefined;
  }

  get status(): SessionStatus {
    const { config } = this;
    const link = this.#link?.status ?? noLink;
    const fresh = config.enable && !link.connected && link.negotiated === undefined;
    return {
      sessionId: this.id,
      sessionType: config.sessionType,
      initiatorName: config.initiatorName ?? this.#parts.initiator.name,
      initiatorPortal: link.initiatorPortal,
      initiatorAlias: undefined,
      targetName: config.targetName,
      targetAddress: config.targetAddress,
      targetAlias: link.targetAlias,
      user: config.user,
      hasSecret: config.secret !== undefined,
      protocol: config.protocol,
      enable: config.enable,
      connected: link.connected,
      failureReason: link.failureReason ?? (fresh ? firstReason : undefined),
      negotiated: link.negotiated,
      devices: [...this.#units].sort(([a], [b]) => a - b).map(([lun, registered]) => this.#deviceStatus(lun, registered)),
    };
  }

  close(done: () => void): void {
    this.#closing = true;
    const { clock, devices } = this.#parts;
    const registered = [...this.#units.values()];
    this.#units.clear();
    const ended = (): void => {
      this.#log.info("session removed");
      done();
    };
    let loggingOut = false;
    const logOut = (): void => {
      if (loggingOut) return;
      loggingOut = true;
      patience.cancel();
      if (this.#link === undefined) ended();
      else this.#link.close(ended);
    };
    // Devices first: what they still have to say needs the session. A target that does not answer gets no say in how long that takes.
    const patience = clock.after(devicesPatienceMs, logOut);
    allDone(
      registered.map((one) => (removed) => devices.remove(one, removed)),
      logOut,
    );
  }

  #deviceStatus(lun: number, { name, device }: RegisteredDevice): DeviceStatus {
    const { size, blockSize } = device.geometry;
    return { lun, device: name, uri: this.#parts.deviceUri(name), size, blockSize };
  }

  #onUnits(units: readonly LogicalUnit[]): void {
    if (this.#closing) return;
    const present = new Set(units.map(({ lun }) => lun));
    for (const [lun, registered] of this.#units) {
      if (present.has(lun)) continue;
      this.#units.delete(lun);
      this.#log.warn("device is gone", { device: registered.name, lun });
      this.#parts.devices.remove(registered, () => {});
    }
    for (const { lun, device, description } of [...units].sort((a, b) => a.lun - b.lun)) {
      if (this.#units.has(lun)) continue;
      const registered = this.#parts.devices.add(device, description);
      this.#units.set(lun, registered);
      const { size, blockSize } = device.geometry;
      this.#log.info("device found", { device: registered.name, lun, size, blockSize, description });
    }
    this.#onChange();
  }

  #onLinkChange(): void {
    if (this.#closing || this.#link === undefined) return;
    const { connected, failureReason, failureDetail } = this.#link.status;
    if (connected && !this.#wasConnected) {
      this.#log.info("session connected", { devices: [...this.#units.values()].map(({ name }) => name).join(" ") });
    } else if (!connected && failureReason !== undefined && (this.#wasConnected || failureReason !== this.#loggedReason)) {
      // A target that stays away would repeat itself for ever: one line for each different reason.
      this.#log.warn(this.#wasConnected ? "session lost" : "session cannot be connected", { reason: failureDetail });
    }
    this.#wasConnected = connected;
    this.#loggedReason = connected ? undefined : failureReason;
    this.#onChange();
  }
}

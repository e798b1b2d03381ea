import type { Clock, Duration, Random } from "kit/clock";
import type { Logger } from "kit/log";
import type { DeviceStatus, PathStatus, SessionConfig, SessionStatus } from "#control";
import { allDone } from "./all-done.ts";
import { configuredStatus } from "./configured-status.ts";
import type { DevicePlace, DeviceRegistry, RegisteredDevice } from "./device-registry.ts";
import type { Initiator, LinkStatus, LogicalUnit, TargetLink } from "./initiator.ts";
import type { LinkCounters } from "./link-meter.ts";
import type { NamingOrder, NamingPlace } from "./naming-order.ts";
import type { SessionIdentities } from "./session-identities.ts";

/** One entry of the daemon's list: a normal session or a discovery. */
export interface Supervised {
  readonly id: number;
  readonly config: SessionConfig;
  readonly status: SessionStatus;
  /** As `status` has it. */
  readonly connected: boolean;
  /** undefined while it has no link to a target. */
  readonly counters: LinkCounters | undefined;
  /** Goes on with another configuration of the same kind of session. */
  reconfigure(config: SessionConfig): void;
  /** Ends it; `done` when nothing of it is left. `failNow`: what waits for a target that is away fails at once, rather than after some patience. */
  close(done: () => void, failNow?: boolean): void;
}

/** What entries are made from. */
export interface SupervisionParts {
  readonly initiator: Initiator;
  readonly identities: SessionIdentities;
  readonly devices: DeviceRegistry;
  readonly naming: NamingOrder;
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

/** A unit and the device it is, or is a path to. */
interface RegisteredUnit {
  readonly unit: LogicalUnit;
  readonly registered: RegisteredDevice;
}

/** A session with one target, and the devices it brings. */
export class SupervisedSession implements Supervised {
  readonly id: number;
  readonly #parts: SupervisionParts;
  #config: SessionConfig;
  #log: Logger;
  readonly #onChange: () => void;
  #link: TargetLink | undefined = undefined;
  readonly #units = new Map<number, RegisteredUnit>();
  /** Until its first devices have names. */
  #naming: NamingPlace | undefined = undefined;
  #wasConnected = false;
  #loggedReason: string | undefined = undefined;
  /** The link to a former target is being ended. */
  #ending = false;
  #closing = false;
  /** What to do when nothing is left of a session that is closed. */
  #closed: (() => void) | undefined = undefined;

  constructor(id: number, config: SessionConfig, parts: SupervisionParts, onChange: () => void) {
    this.id = id;
    this.#config = config;
    this.#parts = parts;
    this.#onChange = onChange;
    this.#log = this.#logOf(config);
    this.#sayWhatHasNoEffect();
    if (config.enable) this.#open();
  }

  get config(): SessionConfig {
    return this.#config;
  }

  get status(): SessionStatus {
    const config = this.#config;
    const link = this.#link?.status ?? noLink;
    const { connected } = this;
    const fresh = config.enable && !connected && (link.negotiated === undefined || link.connected);
    return {
      ...configuredStatus(this.id, config, this.#parts.initiator.name),
      initiatorPortal: link.initiatorPortal,
      movedTo: link.movedTo,
      targetAlias: link.targetAlias,
      connected,
      failureReason: link.failureReason ?? (fresh ? firstReason : undefined),
      negotiated: link.negotiated,
      devices: [...this.#units].sort(([a], [b]) => a - b).map(([lun, { registered }]) => this.#deviceStatus(lun, registered)),
    };
  }

  /** A session whose devices have no names yet is of no use to anybody. */
  get connected(): boolean {
    return this.#link?.status.connected === true && this.#naming === undefined;
  }

  get counters(): LinkCounters | undefined {
    return this.#link?.counters;
  }

  reconfigure(config: SessionConfig): void {
    const before = this.#config;
    this.#config = config;
    this.#log = this.#logOf(config);
    this.#loggedReason = undefined;
    this.#log.info("session changed", { enable: config.enable, protocol: config.protocol });
    this.#sayWhatHasNoEffect();
    if (!config.enable) this.#leaveNaming();
    if (!this.#ending) this.#follow(config.targetName !== before.targetName);
    this.#onChange();
  }

  #follow(isOtherTarget: boolean): void {
    if (isOtherTarget) this.#changeTarget();
    else if (this.#link !== undefined) this.#link.reconfigure(this.#config);
    else if (this.#config.enable) this.#open();
  }

  close(done: () => void, failNow = false): void {
    this.#closing = true;
    this.#closed = () => {
      this.#log.info("session removed");
      done();
    };
    if (!this.#ending) this.#end(this.#closed, failNow);
  }

  #logOf(config: SessionConfig): Logger {
    return this.#parts.log.with({ session: this.id, target: config.targetName, portal: config.targetAddress });
  }

  /** Node.js reaches neither the fields of packets nor a network card that speaks iSCSI. */
  #sayWhatHasNoEffect(): void {
    const { dscp, pcp, offload } = this.#config;
    const set = Object.entries({ dscp, pcp, offload }).filter(([, value]) => value !== undefined);
    if (set.length > 0) this.#log.warn("kept, but without effect on this platform", Object.fromEntries(set));
  }

  #open(): void {
    // A session that comes back with the names it had waits for nobody.
    if (!this.#parts.devices.isAwaiting(this.id)) this.#naming = this.#parts.naming.enter();
    const link = this.#parts.initiator.open(this.#config, this.#parts.identities.isidOf(this.id), {
      onChange: () => {
        if (this.#link === link) this.#onLinkChange();
      },
      onUnits: (units) => {
        if (this.#link === link) this.#onUnits(units);
      },
    });
    this.#link = link;
    this.#wasConnected = false;
  }

  /** Another target has other disks: those of the old one go away first, and then their names are free. */
  #changeTarget(): void {
    this.#ending = true;
    this.#end(() => {
      this.#ending = false;
      if (this.#closed !== undefined) this.#closed();
      else if (this.#config.enable) this.#open();
    });
  }

  /** Takes the devices away, then logs out. */
  #end(done: () => void, failNow = false): void {
    const link = this.#link;
    this.#link = undefined;
    this.#leaveNaming();
    const { clock } = this.#parts;
    const units = [...this.#units.values()];
    this.#units.clear();
    let loggingOut = false;
    const logOut = (): void => {
      if (loggingOut) return;
      loggingOut = true;
      patience.cancel();
      if (link === undefined) done();
      else link.close(done);
    };
    // Devices first: what they still have to say needs the session. A target that does not answer gets no say in how long that takes.
    const patience = clock.after(devicesPatienceMs, logOut);
    this.#parts.devices.together(() =>
      allDone(
        units.map((one) => (removed) => this.#remove(one, removed)),
        logOut,
      ),
    );
    if (failNow && link?.status.connected === false) logOut();
  }

  #deviceStatus(lun: number, { name, device, places }: RegisteredDevice): DeviceStatus {
    const { size, blockSize } = device.geometry;
    return { lun, device: name, uri: this.#parts.deviceUri(name), size, blockSize, paths: pathsOf(places) };
  }

  #remove({ unit, registered }: RegisteredUnit, done: () => void): void {
    const { devices } = this.#parts;
    const place = { sessionId: this.id, lun: unit.lun };
    if (devices.isLast(registered, place)) unit.path?.retire();
    devices.remove(registered, place, done);
  }

  #onUnits(units: readonly LogicalUnit[]): void {
    if (this.#closing) return;
    const place = this.#naming;
    const follow = (): void => {
      this.#parts.devices.together(() => this.#followUnits(units));
      this.#onChange();
    };
    if (place === undefined) follow();
    else
      place.take(() => {
        this.#naming = undefined;
        follow();
        this.#onLinkChange();
      });
  }

  #leaveNaming(): void {
    const place = this.#naming;
    this.#naming = undefined;
    place?.leave();
  }

  #followUnits(units: readonly LogicalUnit[]): void {
    const present = new Map(units.map(({ lun, device }) => [lun, device]));
    for (const [lun, one] of this.#units) {
      if (present.get(lun) === one.unit.device) continue;
      this.#units.delete(lun);
      const isLast = one.registered.places.length === 1;
      this.#log.warn(isLast ? "device is gone" : "path is gone", { device: one.registered.name, lun });
      this.#remove(one, () => {});
    }
    for (const unit of [...units].sort((a, b) => a.lun - b.lun)) {
      const { lun, device, description, path } = unit;
      if (this.#units.has(lun)) continue;
      const registered = this.#parts.devices.add(device, description, { sessionId: this.id, lun, path });
      this.#units.set(lun, { unit, registered });
      const { size, blockSize } = device.geometry;
      const found = registered.places.length === 1 ? "device found" : "path found";
      this.#log.info(found, { device: registered.name, lun, size, blockSize, description });
      if (registered.places.length === 1) {
        device.onGeometryChange(() =>
          this.#log.info("device has another size", { device: registered.name, lun, size: device.geometry.size }),
        );
      }
    }
  }

  #onLinkChange(): void {
    if (this.#closing || this.#link === undefined) return;
    const { failureReason, failureDetail } = this.#link.status;
    if (failureReason !== undefined) this.#leaveNaming();
    const { connected } = this;
    if (connected && !this.#wasConnected) {
      this.#log.info("session connected", { devices: [...this.#units.values()].map(({ registered }) => registered.name).join(" ") });
    } else if (!connected && failureReason !== undefined && (this.#wasConnected || failureReason !== this.#loggedReason)) {
      // A target that stays away would repeat itself for ever: one line for each different reason.
      this.#log.warn(this.#wasConnected ? "session lost" : "session cannot be connected", { reason: failureDetail });
    }
    this.#wasConnected = connected;
    this.#loggedReason = connected ? undefined : failureReason;
    this.#onChange();
  }
}

/** The ways to a device, where there is something to say of them: several, or one that is not the best it could be. */
function pathsOf(places: readonly DevicePlace[]): readonly PathStatus[] | undefined {
  const paths = places.flatMap(({ sessionId, path }): readonly PathStatus[] => {
    return path === undefined ? [] : [{ sessionId, portal: path.portal, state: path.state, access: path.access }];
  });
  const isPlain = paths.every(({ access }) => access === undefined || access === "active/optimized");
  return paths.length > 1 || !isPlain ? paths : undefined;
}

import type { BlockDevice } from "#block";
import type { NegotiatedStatus, PathStatus, SessionConfig } from "#control";
import type { Lun, PathCounters } from "#scsi";
import type { LinkCounters } from "./link-meter.ts";

/** A disk behind a session. */
export interface LogicalUnit {
  readonly lun: Lun;
  /** Lives as long as its link has the unit, across reconnections. Several links may have the same: then each is a path to it. */
  readonly device: BlockDevice;
  /** Vendor, product and the like, for people. */
  readonly description: string;
  /** The way of this link to it; undefined where that is not kept track of. */
  readonly path?: UnitPathStatus | undefined;
}

/** A way to a unit. The properties say how it is at the moment. */
export interface UnitPathStatus extends Pick<PathStatus, "portal" | "state" | "access"> {
  /** What went this way so far. */
  readonly counters?: Readonly<PathCounters>;
  /** The device is about to be closed: no other link is to have it. */
  retire(): void;
}

/** Where a link to a target stands. */
export interface LinkStatus {
  /** Logged in, and its logical units are known. */
  readonly connected: boolean;
  /** Why it is not connected, or not yet, in the few words that a list has room for. */
  readonly failureReason: string | undefined;
  /** The same as a whole sentence, with what to do about it, for the log. */
  readonly failureDetail: string | undefined;
  /** `host:port` of our end. */
  readonly initiatorPortal: string | undefined;
  /** Where the target has sent us; undefined while it is where it is configured. */
  readonly movedTo?: string | undefined;
  readonly targetAlias: string | undefined;
  /** What the latest login agreed on. */
  readonly negotiated: NegotiatedStatus | undefined;
}

/** A session with a target that keeps itself up: what is lost comes back by itself until it is closed. */
export interface TargetLink {
  readonly status: LinkStatus;
  /** What it has done so far. */
  readonly counters: LinkCounters;
  /**
   * Goes on under another configuration of the same target: logs out and in anew, with the devices it has; with one that is not enabled it stays logged out until
   * the next.
   */
  reconfigure(config: SessionConfig): void;
  /** Logs out. `done` when nothing of it is left. */
  close(done: () => void): void;
}

/** What a link tells; never before `open` returned. */
export interface TargetLinkListener {
  /** `status` is another. */
  onChange(): void;
  /** All disks that the target has now, after a login or because it said that they changed. A unit seen before has the device it had. */
  onUnits(units: readonly LogicalUnit[]): void;
}

/** A target that a portal knows, and the one of its addresses that is meant to be used. */
export interface FoundTarget {
  readonly targetName: string;
  readonly targetAddress: string;
}

/** What the supervisor needs from below: sessions and discovery. Tests hand in a scripted one. */
export interface Initiator {
  readonly name: string;
  /** `isid` is what the target knows the session by, for as long as it is ours. */
  open(config: SessionConfig, isid: Uint8Array, listener: TargetLinkListener): TargetLink;
  /** Asks the portal of a discovery session once; `done` is called once, later. Returns what gives the attempt up, after which `done` is not called. */
  discover(config: SessionConfig, done: (outcome: readonly FoundTarget[] | Error) => void): () => void;
}

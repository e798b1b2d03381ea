import type { Instant } from "kit/clock";
import type { InitiatorPort } from "../initiator-port.ts";
import type { Lun } from "../lun.ts";
import { type PortAccess, rankOf } from "./access.ts";

/** Where a path leads, as whoever opened it says. */
export interface PathPlace {
  readonly port: InitiatorPort;
  readonly lun: Lun;
}

/**
 * Where a path stands.
 *
 * - `down`: its session has no connection; what is given to it waits.
 * - `unchecked`: connected, and nobody has asked yet whether the same unit is still at its end.
 * - `up`: the same unit is there.
 * - `foreign`: another unit is there, which must not be touched.
 */
export type PathState = "down" | "unchecked" | "up" | "foreign";

/** What a path has done so far. */
export interface PathCounters {
  /** Commands that were sent over it. */
  commands: number;
  /** Bytes that those were to move, either way. */
  bytes: number;
  /** Commands that had to go over another one, because it was lost or refused them. */
  moved: number;
}

/** One way to a logical unit: a port with a LUN. */
export class Path implements PathPlace {
  readonly port: InitiatorPort;
  readonly lun: Lun;
  state: PathState = "unchecked";
  /** As last told; undefined when the target knows no asymmetric access. */
  access: PortAccess | undefined = undefined;
  /** No reset of the unit that endangers a cache can have escaped this path since then: the target tells every nexus that there is. */
  quietSince: Instant;
  /** Fires when the present connection is gone. */
  lost = new AbortController();
  /** It is being asked; `"again"`: and is to be asked again behind that. */
  asking: "idle" | "running" | "again" = "idle";
  unwatch: (() => void) | undefined = undefined;
  /** When its port last refused a command for its state. */
  refusedAt: Instant = Number.NEGATIVE_INFINITY;
  readonly counters: PathCounters = { commands: 0, bytes: 0, moved: 0 };
  /** It was taken out. */
  left = false;

  constructor({ port, lun }: PathPlace, now: Instant) {
    this.port = port;
    this.lun = lun;
    this.quietSince = now;
  }

  /** How good it is for I/O; 0: not at all. */
  get rank(): number {
    return this.state === "up" ? rankOf(this.access) : 0;
  }
}

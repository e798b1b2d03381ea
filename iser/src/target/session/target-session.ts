import type { Instant } from "kit/clock";
import type { LoginIdentity, Portal, TargetDatamover, TransportKind } from "#iscsi";
import type { Nexus, TaskRouter } from "../device-server/index.ts";
import { CommandWindow } from "./command-window.ts";
import { DeliveryOrder } from "./delivery-order.ts";
import { SessionTasks } from "./session-tasks.ts";

/** How full the memory is that commands' data goes to. */
export interface DataMemory {
  readonly lentBytes: number;
  readonly budgetBytes: number;
}

/** What a normal session reaches: a nexus with a target, and that target's memory. */
export interface SessionDevice {
  readonly router: TaskRouter;
  readonly nexus: Nexus;
  readonly memory: DataMemory;
}

/** The connection of a session, as far as the session's owner needs it. */
export interface SessionConnection {
  readonly peer: string;
  /** Where the initiator found us, if that is an address. */
  readonly portal: Portal | undefined;
  readonly transport: TransportKind;
  /** Asks the initiator to log out within `withinS` seconds; then the connection is dropped. */
  requestLogout(withinS: number, now: Instant): void;
  /** Tells of a SCSI event at LUN 0 without being asked. */
  reportScsiEvent(sense: Uint8Array): void;
  /** Says that the connection goes, and when to come back, and ends it. */
  dropAfterWarning(time2WaitS: number, time2RetainS: number, why: string): void;
  /** Ends it at once. */
  drop(why: string): void;
}

/**
 * A session (RFC 7143, 4.4): who it is with, and the numbers and commands that outlast one connection. A discovery session has no commands.
 * Memory running short shows as a command window that closes, and opens again.
 */
export class TargetSession {
  readonly tsih: number;
  readonly identity: LoginIdentity;
  /** The portal group that it belongs to: the initiator may have another session of the same ISID by another one. Undefined for discovery. */
  readonly portalGroupTag: number | undefined;
  readonly window: CommandWindow;
  readonly order: DeliveryOrder;
  readonly tasks: SessionTasks | undefined;
  connection: SessionConnection;
  readonly #memory: DataMemory | undefined;
  readonly #depth: number;
  #ended = false;

  /** `cmdSn` is the number of the first command; `depth`, how many commands the initiator may have outstanding. */
  constructor(
    tsih: number,
    identity: LoginIdentity,
    portalGroupTag: number | undefined,
    cmdSn: number,
    depth: number,
    connection: SessionConnection,
    mover: TargetDatamover,
    device: SessionDevice | undefined,
  ) {
    this.tsih = tsih;
    this.identity = identity;
    this.portalGroupTag = portalGroupTag;
    this.connection = connection;
    this.window = new CommandWindow(cmdSn, depth);
    this.order = new DeliveryOrder(cmdSn);
    this.#depth = depth;
    this.#memory = device?.memory;
    this.tasks = device && new SessionTasks(device.nexus, device.router, this.window, this.order, mover);
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Offers the initiator as many commands as there is room for; to be called before a number of the window is sent. */
  openWindow(): void {
    this.window.grant(this.#credits());
  }

  /** Another connection carries the session on (reinstatement); commands of the old one are aborted, and those of the new one wait until they are quiet. */
  continueOn(connection: SessionConnection, mover: TargetDatamover): void {
    this.connection = connection;
    const tasks = this.tasks;
    if (tasks === undefined) return;
    this.order.pause();
    tasks.abortAll(() => this.order.resume());
    tasks.moveTo(mover);
  }

  /** The session is over: aborts its commands. `quiet` is called when nothing of them can reach a medium any more. A second call is harmless. */
  end(quiet: () => void): void {
    if (this.#ended) return;
    this.#ended = true;
    this.order.clear();
    if (this.tasks === undefined) quiet();
    else this.tasks.end(quiet);
  }

  /** Half of the memory may be in use before it matters; then places go in proportion to what is left. One command can always come. */
  #credits(): number {
    const { tasks } = this;
    const memory = this.#memory;
    if (tasks === undefined || memory === undefined) return this.#depth;
    const waiting = tasks.outstanding - tasks.immediate;
    const places = this.#depth - waiting;
    const share = (2 * (memory.budgetBytes - memory.lentBytes)) / memory.budgetBytes;
    if (share >= 1) return places;
    return Math.max(waiting === 0 ? 1 : 0, Math.floor(places * share));
  }
}

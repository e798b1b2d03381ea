import { serialLess, type TargetDatamover } from "#iscsi";
import type { TaskManagementFunction, TaskManagementOutcome } from "#scsi";
import type { Nexus, TaskRouter } from "../device-server/index.ts";
import type { CommandWindow } from "./command-window.ts";
import type { DeliveryOrder } from "./delivery-order.ts";
import { SessionTask, type TaskOwner } from "./session-task.ts";

/** An ABORT TASK: which task, and which number it had. */
export interface AbortTask {
  readonly referencedTaskTag: number;
  readonly refCmdSn: number;
  /** Of the request itself. */
  readonly cmdSn: number;
}

/** The SCSI commands of a normal session: slots that carry each one between its datamover and the device server. */
export class SessionTasks implements TaskOwner {
  readonly nexus: Nexus;
  readonly #router: TaskRouter;
  readonly #window: CommandWindow;
  readonly #order: DeliveryOrder;
  #mover: TargetDatamover;
  #slots: SessionTask[] = [];
  #free: SessionTask[] = [];
  /** Commands that are not over for the initiator, by their Initiator Task Tag. */
  readonly #byTag = new Map<number, SessionTask>();
  #immediate = 0;
  #inUse = 0;
  #whenUnused: (() => void)[] = [];
  /** Commands that were delivered so far. */
  delivered = 0;

  constructor(nexus: Nexus, router: TaskRouter, window: CommandWindow, order: DeliveryOrder, mover: TargetDatamover) {
    this.nexus = nexus;
    this.#router = router;
    this.#window = window;
    this.#order = order;
    this.#mover = mover;
  }

  /** Commands that the initiator still waits for. */
  get outstanding(): number {
    return this.#byTag.size;
  }

  /** Those of them that took no place in the command window. */
  get immediate(): number {
    return this.#immediate;
  }

  /** Commands that were answered, and whose answer the initiator has not taken yet. */
  get unsent(): number {
    return this.#inUse - this.#byTag.size;
  }

  has(initiatorTaskTag: number): boolean {
    return this.#byTag.has(initiatorTaskTag);
  }

  /** A command whose number the window took. Throws a ProtocolError when its additional header segments make no sense, and has then forgotten it. */
  arrive(bhs: Uint8Array, ahs: Uint8Array, immediate: boolean): SessionTask {
    const task = this.#free.pop() ?? this.#newSlot();
    try {
      task.fill(bhs, ahs);
    } catch (error) {
      this.#free.push(task);
      throw error;
    }
    task.state = "arriving";
    task.immediate = immediate;
    if (immediate) this.#immediate += 1;
    this.#inUse += 1;
    this.#byTag.set(task.initiatorTaskTag, task);
    task.dataOut = this.#router.prepare(task);
    return task;
  }

  /** All unsolicited data of the task is here. */
  ready(task: SessionTask): void {
    if (task.state !== "arriving") return;
    if (task.immediate) this.deliver(task);
    else this.#order.submit(task.cmdSn, task);
  }

  // -------------------------------------------------------------------------------------------------------------- TaskOwner

  deliver(task: SessionTask): void {
    task.state = "delivered";
    this.delivered += 1;
    this.#router.execute(task);
  }

  leaves(task: SessionTask): void {
    if (this.#byTag.get(task.initiatorTaskTag) !== task) return;
    this.#byTag.delete(task.initiatorTaskTag);
    if (task.immediate) this.#immediate -= 1;
    else if (task.state === "arriving") this.#order.skip(task.cmdSn);
  }

  ended(task: SessionTask): void {
    task.state = "free";
    this.#inUse -= 1;
    if (task.mover === this.#mover) this.#free.push(task);
    else this.#slots.splice(this.#slots.indexOf(task), 1);
    if (this.#inUse === 0 && this.#whenUnused.length > 0) for (const unused of this.#whenUnused.splice(0)) unused();
  }

  // -------------------------------------------------------------------------------------------------------- task management

  /** ABORT TASK (RFC 7143, 11.5.1 and 11.5.5). `done` when the task is quiet; when its status was on the way already, not before that is sent. */
  abort(request: AbortTask, done: (outcome: TaskManagementOutcome) => void): void {
    const tag = request.referencedTaskTag;
    const task = this.#byTag.get(tag);
    if (task !== undefined) {
      this.#router.abort(task, () => done("complete"));
      return;
    }
    const answered = this.#slots.find((slot) => slot.state === "responding" && slot.initiatorTaskTag === tag);
    if (answered !== undefined) {
      answered.whenEnded(() => done("no-such-task"));
      return;
    }
    // A command that was never seen, but may still come: its number is used up here, so that it is ignored when it does.
    const expected = serialLess(request.refCmdSn, request.cmdSn) && this.#window.arrive(request.refCmdSn);
    if (expected) this.#order.skip(request.refCmdSn);
    done(expected ? "complete" : "no-such-task");
  }

  /** Any other function; the device server knows which tasks it concerns. `done` when they are quiet. */
  manage(
    taskManagement: Exclude<TaskManagementFunction, "abort-task">,
    lun: Uint8Array,
    done: (outcome: TaskManagementOutcome) => void,
  ): void {
    this.#router.manage(this.nexus, taskManagement, lun, done);
  }

  /** Aborts what the initiator still waits for, and lets out what was answered. `drained` is called when nothing is left of either. */
  drain(drained: () => void): void {
    this.#abort([...this.#byTag.values()], () => {
      if (this.#inUse === 0) drained();
      else this.#whenUnused.push(drained);
    });
  }

  /** As `drain`, and what SCSI kept for the nexus (RESERVE (6), PREVENT ALLOW) is over too: the next command of anybody else can rely on that. */
  leave(left: () => void): void {
    this.drain(() => {
      this.#router.closeNexus(this.nexus);
      left();
    });
  }

  /** Aborts everything, also what was answered and is not sent yet. `quiet` is called when no memory is lent and nothing can reach the medium any more. */
  abortAll(quiet: () => void): void {
    this.#abort(
      this.#slots.filter((task) => task.state !== "free"),
      quiet,
    );
  }

  /** The session is over. Aborts everything first; a task that was aborted before has no slot here any more, and may be on its way to the medium still. */
  end(quiet: () => void): void {
    this.abortAll(() => this.#router.closeNexus(this.nexus, quiet));
    this.#router.closeNexus(this.nexus);
  }

  /** Another connection carries the session on: no slot of the old one is used again. */
  moveTo(mover: TargetDatamover): void {
    this.#mover = mover;
    this.#slots = this.#slots.filter((task) => task.state !== "free");
    this.#free = [];
  }

  #abort(tasks: readonly SessionTask[], quiet: () => void): void {
    let left = tasks.length + 1;
    const one = (): void => {
      left -= 1;
      if (left === 0) quiet();
    };
    for (const task of tasks) this.#router.abort(task, one);
    one();
  }

  #newSlot(): SessionTask {
    const task = new SessionTask(this, this.#mover);
    this.#slots.push(task);
    return task;
  }
}

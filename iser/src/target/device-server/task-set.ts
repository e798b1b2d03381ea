import type { Nexus } from "./nexus.ts";

/** A command as its task set sees it. */
export interface QueuedTask {
  readonly nexus: Nexus;
  readonly isHeadOfQueue: boolean;
  /** Whether it excludes anybody. */
  readonly isBarrier: boolean;
  readonly excludesUnit: boolean;
  readonly excludesRange: boolean;
  readonly firstBlock: number;
  readonly endBlock: number;
  /** The task set says go. */
  start(): void;
  /** Ends it without status; `done` when nothing of it is left. */
  abort(done: () => void): void;
  /** As `abort`, but a status that is on its way gets there. */
  abortUnlessAnswered(done: () => void): void;

  // What the task set remembers of it.
  preceding: QueuedTask | undefined;
  following: QueuedTask | undefined;
  entered: boolean;
  started: boolean;
  blocked: boolean;
}

/**
 * The task set of a logical unit (SAM-5, 8): all commands that it knows of, in the order their turn came, and the rules of who must wait for whom.
 *
 * Commands pass each other freely (QUEUE ALGORITHM MODIFIER 1) except that an ORDERED command, and one that excludes the whole unit, waits for all before
 * it and holds up all behind it, and one that excludes a range of blocks does so for commands that touch them. A HEAD OF QUEUE command waits
 * for none but running exclusions. As long as nobody excludes anybody, entering and leaving are a few assignments.
 */
export class TaskSet {
  #first: QueuedTask | undefined;
  #last: QueuedTask | undefined;
  /** Commands that entered, are not over, and hold others up. */
  #barriers = 0;
  #blocked = 0;
  #starting = false;

  /** The command has arrived: it can be aborted from now on. */
  add(execution: QueuedTask): void {
    this.#append(execution);
  }

  /** The command's turn has come: starts it now or when those it must wait for are over. */
  enter(execution: QueuedTask): void {
    if (this.#last !== execution) {
      this.#unlink(execution);
      this.#append(execution);
    }
    execution.entered = true;
    if (execution.isBarrier) this.#barriers++;
    if (this.#barriers === 0 || !this.#mustWait(execution)) {
      execution.started = true;
      execution.start();
    } else {
      execution.blocked = true;
      this.#blocked++;
    }
  }

  /** The command no longer holds anybody up: its work is done, though its status may be on the way still. Call `resume` when that is sent. */
  finished(execution: QueuedTask): void {
    if (!execution.entered) return;
    execution.entered = false;
    if (execution.isBarrier) this.#barriers--;
    if (execution.blocked) {
      execution.blocked = false;
      this.#blocked--;
    }
  }

  /** Starts those that need not wait any longer. */
  resume(): void {
    if (this.#blocked === 0 || this.#starting) return;
    this.#starting = true;
    for (let execution = this.#first; execution !== undefined; ) {
      if (execution.blocked && !this.#mustWait(execution)) {
        execution.blocked = false;
        this.#blocked--;
        execution.started = true;
        execution.start();
        execution = this.#first; // The list may be another one now; those that started are skipped.
      } else {
        execution = execution.following;
      }
    }
    this.#starting = false;
  }

  /** The command is over. */
  remove(execution: QueuedTask): void {
    this.#unlink(execution);
  }

  /** The commands at this moment, oldest turn first. */
  snapshot(): QueuedTask[] {
    const executions: QueuedTask[] = [];
    for (let execution = this.#first; execution !== undefined; execution = execution.following) executions.push(execution);
    return executions;
  }

  #mustWait(execution: QueuedTask): boolean {
    for (let other = this.#first; other !== undefined && other !== execution; other = other.following) {
      if (other.entered && conflicts(other, execution)) return true;
    }
    return false;
  }

  #append(execution: QueuedTask): void {
    execution.preceding = this.#last;
    execution.following = undefined;
    if (this.#last === undefined) this.#first = execution;
    else this.#last.following = execution;
    this.#last = execution;
  }

  #unlink(execution: QueuedTask): void {
    const { preceding, following } = execution;
    if (preceding === undefined) this.#first = following;
    else preceding.following = following;
    if (following === undefined) this.#last = preceding;
    else following.preceding = preceding;
    execution.preceding = undefined;
    execution.following = undefined;
  }
}

/** Whether `later` must wait for `earlier`. */
function conflicts(earlier: QueuedTask, later: QueuedTask): boolean {
  if (later.isHeadOfQueue && !earlier.started) return false;
  if (earlier.excludesUnit || (later.excludesUnit && !later.isHeadOfQueue)) return true;
  if (!earlier.excludesRange && !later.excludesRange) return false;
  return earlier.firstBlock < later.endBlock && later.firstBlock < earlier.endBlock;
}

/** Aborts commands, and calls `done` when all of them are over. A status that is on its way gets there. */
export function abortEach(executions: readonly QueuedTask[], done: () => void): void {
  let left = executions.length + 1;
  const one = () => {
    left--;
    if (left === 0) done();
  };
  for (const execution of executions) execution.abortUnlessAnswered(one);
  one();
}

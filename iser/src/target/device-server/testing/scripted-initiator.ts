import type { FetchFailure, TaskResponse } from "#iscsi";
import { encodeLun, parseSense, ScsiStatus, type SenseData, SenseKey, TaskAttribute } from "#scsi";
import type { Nexus } from "../nexus.ts";
import type { TargetDevice } from "../target-device.ts";
import type { Task } from "../task.ts";

/** What a command came to. */
export interface Outcome {
  readonly status: number;
  readonly sense: SenseData | undefined;
  readonly senseBytes: Uint8Array;
  readonly data: Uint8Array;
  readonly residual: number;
}

/** What a test says about a command; the rest is as usual. */
export interface Sent {
  readonly lun?: number;
  readonly attribute?: TaskAttribute;
  /** Write data, all of it. */
  readonly data?: Uint8Array;
  /** EXPECTED DATA TRANSFER LENGTH of a read. */
  readonly expect?: number;
  /** EXPECTED DATA TRANSFER LENGTH of a write when it is not the length of `data`. */
  readonly expectedDataOut?: number;
  /** Why write data does not come. */
  readonly fetchFails?: FetchFailure["reason"];
}

/**
 * An initiator without a wire: a transport whose every step the test can look at. Data is all there at once; responses are held back while `holdsResponses`.
 */
export class ScriptedInitiator {
  readonly target: TargetDevice;
  readonly nexus: Nexus;
  holdsResponses = false;

  constructor(target: TargetDevice, name = "iqn.2026-11.test:initiator", isid = 1) {
    this.target = target;
    this.nexus = target.openNexus({ initiatorName: name, isid: Uint8Array.of(0x80, 0, 0, 0, 0, isid), portalGroupTag: 1 });
  }

  /** A command that arrived; `execute` is for the test to call. */
  prepare(cdb: Uint8Array, sent: Sent = {}): ScriptedTask {
    const task = new ScriptedTask(this, cdb, sent);
    task.dataOut = this.target.prepare(task);
    return task;
  }

  start(cdb: Uint8Array, sent: Sent = {}): ScriptedTask {
    const task = this.prepare(cdb, sent);
    this.target.execute(task);
    return task;
  }

  /** Executes a command that is done at once. */
  run(cdb: Uint8Array, sent: Sent = {}): Outcome {
    const { outcome } = this.start(cdb, sent);
    if (outcome === undefined) throw new Error("the command is not done yet");
    return outcome;
  }

  /** Gets unit attentions out of the way. */
  clearAttentions(lun = 0): void {
    while (this.run(new Uint8Array(6), { lun }).sense?.key === SenseKey.unitAttention);
  }
}

/** One command of a {@link ScriptedInitiator}. */
export class ScriptedTask implements Task {
  readonly nexus: Nexus;
  readonly lun = new Uint8Array(8);
  readonly cdb = new Uint8Array(16);
  readonly attribute: TaskAttribute;
  readonly expectedDataIn: number;
  readonly expectedDataOut: number;
  serverState: unknown = undefined;
  dataOut: Uint8Array | undefined;
  outcome: Outcome | undefined;
  released = false;
  readonly #initiator: ScriptedInitiator;
  readonly #sent: Sent;
  #sendResponse: (() => void) | undefined;

  constructor(initiator: ScriptedInitiator, cdb: Uint8Array, sent: Sent) {
    this.#initiator = initiator;
    this.#sent = sent;
    this.nexus = initiator.nexus;
    this.cdb.set(cdb.subarray(0, 16));
    encodeLun(this.lun, 0, sent.lun ?? 0);
    this.attribute = sent.attribute ?? TaskAttribute.simple;
    this.expectedDataOut = sent.expectedDataOut ?? sent.data?.length ?? 0;
    this.expectedDataIn = sent.data === undefined && sent.expectedDataOut === undefined ? (sent.expect ?? 1024 * 1024) : 0;
  }

  fetch(length: number, done: (failure: FetchFailure | undefined) => void): void {
    if (this.dataOut === undefined || length > this.dataOut.length) throw new Error(`fetch of ${length} bytes into less memory`);
    this.dataOut.set((this.#sent.data ?? new Uint8Array(0)).subarray(0, length));
    done(this.#sent.fetchFails === undefined ? undefined : { reason: this.#sent.fetchFails });
  }

  respond(response: TaskResponse, data: Uint8Array | undefined, done: () => void): void {
    if (this.outcome !== undefined || this.released) throw new Error("a second end of one command");
    if ((data?.length ?? 0) > this.expectedDataIn) throw new Error("more data than the initiator has room for");
    const senseBytes = response.sense.slice();
    this.outcome = {
      status: response.status,
      sense: senseBytes.length === 0 ? undefined : parseSense(senseBytes),
      senseBytes,
      data: data?.slice() ?? new Uint8Array(0),
      residual: response.residual,
    };
    if (this.#initiator.holdsResponses) this.#sendResponse = done;
    else done();
  }

  /** A response that was held back is on the wire now. */
  sendResponse(): void {
    this.#sendResponse?.();
  }

  release(done: () => void): void {
    this.released = true;
    done();
  }

  get isGood(): boolean {
    return this.outcome?.status === ScsiStatus.good;
  }
}

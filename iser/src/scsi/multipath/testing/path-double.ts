import { AdditionalSense } from "../../additional-sense.ts";
import { AsymmetricAccessState, buildTargetPortGroups } from "../../cdb/report-target-port-groups.ts";
import { type InitiatorPort, type ScsiCommand, ScsiTransportError, type TaskManagementOutcome } from "../../initiator-port.ts";
import { MaintenanceIn, Opcode } from "../../opcode.ts";
import { SenseKey } from "../../sense.ts";
import { ScsiStatus } from "../../status.ts";
import type { DiskDouble } from "../../testing/disk-double.ts";
import { answer, fail } from "../../testing/scripted-port.ts";

/** A port of a target to a disk that other ports lead to as well, with a session that can be cut: then commands wait in it, as they do in a real one. */
export class PathDouble implements InitiatorPort {
  readonly maxTransferBytes = 0;
  readonly #disk: DiskDouble;
  /** Of the port; what the disk's page 83h says of it is in the disk's options. */
  state: number = AsymmetricAccessState.activeOptimized;
  preferred = false;
  /** Unit attentions that this nexus has not been told of. */
  readonly pending: number[] = [];
  /** While true, nothing is executed but what is released. */
  holds = false;
  connected = true;
  /** Opcodes of what was executed. */
  readonly executed: number[] = [];
  readonly #queue: ScsiCommand[] = [];

  constructor(disk: DiskDouble) {
    this.#disk = disk;
  }

  /** Commands that have no end yet. */
  get waiting(): number {
    return this.#queue.length;
  }

  get wrote(): number {
    return this.executed.filter((opcode) => opcode === Opcode.write10 || opcode === Opcode.write16).length;
  }

  execute(command: ScsiCommand): void {
    this.#queue.push(command);
    if (this.connected && !this.holds) queueMicrotask(() => this.release());
  }

  abort(command: ScsiCommand): void {
    const at = this.#queue.indexOf(command);
    if (at === -1) return;
    this.#queue.splice(at, 1);
    queueMicrotask(() => this.#fail(command, new ScsiTransportError("aborted", "aborted", { mayHaveExecuted: true })));
  }

  manage(_function: unknown, _lun: number, done: (outcome: TaskManagementOutcome) => void): void {
    done("not-supported");
  }

  /** Executes the oldest command. */
  release(): void {
    const command = this.connected ? this.#queue.shift() : undefined;
    if (command === undefined) return;
    this.perform(command);
    command.done(command);
  }

  /** Writes that are on their way, as copies: what a target may still execute when the connection is gone. */
  underWay(): (() => void)[] {
    return this.#queue
      .filter(({ cdb }) => cdb[0] === Opcode.write10)
      .map(({ cdb, dataOut }) => {
        const ghost = { cdb: cdb.slice(), cdbLength: 10, dataOut: dataOut?.slice() } as ScsiCommand;
        return () => {
          this.#disk.script(ghost);
        };
      });
  }

  cut(): void {
    this.connected = false;
  }

  restore(): void {
    this.connected = true;
    if (!this.holds) for (let left = this.#queue.length; left > 0; left--) queueMicrotask(() => this.release());
  }

  perform(command: ScsiCommand): void {
    const { cdb } = command;
    command.status = ScsiStatus.good;
    command.sense = new Uint8Array(0);
    command.residual = 0;
    command.failure = undefined;
    const attention = cdb[0] === Opcode.inquiry ? undefined : this.pending.shift();
    if (attention !== undefined) fail(command, SenseKey.unitAttention, attention);
    else if (cdb[0] === Opcode.maintenanceIn && (cdb[1]! & 31) === MaintenanceIn.reportTargetPortGroups) this.#tellGroups(command);
    else if (cdb[0] !== Opcode.inquiry && this.state > AsymmetricAccessState.activeNonOptimized)
      fail(command, SenseKey.notReady, this.#refusal);
    else {
      this.executed.push(cdb[0] ?? 0);
      this.#disk.script(command);
    }
  }

  get #refusal(): number {
    if (this.state === AsymmetricAccessState.standby) return 0x040b;
    return this.state === AsymmetricAccessState.unavailable ? 0x040c : 0x040a;
  }

  /** Says of every group that it is in this port's state: the port finds its own among them. */
  #tellGroups(command: ScsiCommand): void {
    if ((this.#disk.options.inquiry?.targetPortGroups ?? 0) === 0) {
      fail(command, SenseKey.illegalRequest, AdditionalSense.invalidFieldInCdb);
      return;
    }
    const group = {
      preferred: this.preferred,
      state: this.state,
      supportedStates: 0x0f,
      group: 1,
      statusCode: 0,
      relativeTargetPorts: [1],
    };
    answer(command, buildTargetPortGroups([group]));
  }

  #fail(command: ScsiCommand, failure: ScsiTransportError): void {
    command.failure = failure;
    command.done(command);
  }
}

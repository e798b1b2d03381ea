import { type InitiatorPort, type ScsiCommand, ScsiTransportError, type TaskManagementOutcome } from "../initiator-port.ts";
import { operationName } from "../opcode.ts";
import { encodeSense, plainSense } from "../sense.ts";
import { ScsiStatus } from "../status.ts";

/** How a scripted target ends a command: sets the outcome and returns, or holds the command back. */
export type Script = (command: ScsiCommand) => "hold" | undefined;

/** A port that asks a function what its target would say. Commands end after the present turn, as they do on a wire, in the order they came. */
export class ScriptedPort implements InitiatorPort {
  maxTransferBytes = 0;
  script: Script;
  /** The descriptor blocks of all commands so far, cut to their length. */
  readonly cdbs: Uint8Array[] = [];
  readonly held: ScsiCommand[] = [];
  readonly aborted: ScsiCommand[] = [];
  /** Most commands that were outstanding at once. */
  deepest = 0;
  #outstanding = 0;

  constructor(script: Script) {
    this.script = script;
  }

  /** The names of all commands so far. */
  get names(): string[] {
    return this.cdbs.map(operationName);
  }

  forget(): void {
    this.cdbs.length = 0;
    this.deepest = 0;
  }

  execute(command: ScsiCommand): void {
    this.cdbs.push(command.cdb.slice(0, command.cdbLength));
    this.deepest = Math.max(this.deepest, ++this.#outstanding);
    command.status = ScsiStatus.good;
    command.sense = new Uint8Array(0);
    command.residual = 0;
    command.failure = undefined;
    if (this.script(command) === "hold") this.held.push(command);
    else queueMicrotask(() => this.#end(command));
  }

  abort(command: ScsiCommand): void {
    this.aborted.push(command);
    const index = this.held.indexOf(command);
    if (index === -1) return;
    this.held.splice(index, 1);
    command.failure = new ScsiTransportError("aborted", "aborted on request", { mayHaveExecuted: true });
    this.#end(command);
  }

  /** Ends the oldest command that is held, as `outcome` says. */
  release(outcome: (command: ScsiCommand) => void = () => {}): void {
    const command = this.held.shift();
    if (command === undefined) throw new Error("no command is held");
    outcome(command);
    this.#end(command);
  }

  manage(_function: unknown, _lun: number, done: (outcome: TaskManagementOutcome) => void): void {
    done("not-supported");
  }

  #end(command: ScsiCommand): void {
    this.#outstanding--;
    command.done(command);
  }
}

/** Ends `command` with CHECK CONDITION and this sense. */
export function fail(
  command: ScsiCommand,
  key: number,
  code: number,
  extra: { readonly information?: number; readonly deferred?: boolean } = {},
): void {
  command.status = ScsiStatus.checkCondition;
  command.sense = encodeSense(
    { ...plainSense(key, code), information: extra.information, deferred: extra.deferred ?? false },
    "descriptor",
  );
}

/** Puts an answer into the command's buffer, as much as it has room for. */
export function answer(command: ScsiCommand, data: Uint8Array): void {
  const room = command.dataIn ?? new Uint8Array(0);
  room.set(data.subarray(0, room.length));
  command.residual = Math.max(0, room.length - data.length);
}

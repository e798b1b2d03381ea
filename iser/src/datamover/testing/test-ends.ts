/** Both ends of a connection as tests need them: as simple as can be, and suspicious. */
import {
  type FetchFailure,
  type InitiatorDatamover,
  type InitiatorDatamoverUser,
  type InitiatorTask,
  loginPhaseParameters,
  type ProtocolError,
  ScsiCommandField,
  type TargetDatamover,
  type TargetDatamoverUser,
  type TargetTask,
  type TaskResponse,
  type TransferParameters,
  writeScsiCommand,
} from "#iscsi";

/** Full feature phase with room for everything; tests change what they are about. */
export const openParameters: TransferParameters = {
  ...loginPhaseParameters,
  maxRecvDataSegmentLength: 262144,
  maxSendDataSegmentLength: 262144,
};

const guardLength = 4096;
const guardByte = 0xa5;
const guard = Buffer.alloc(guardLength, guardByte);

/** Memory between two guard pages: `intact` tells whether anybody wrote outside. Poisoned, so that bytes that were never written give themselves away. */
export class GuardedBuffer {
  readonly bytes: Uint8Array;
  readonly #whole: Uint8Array;

  constructor(length: number) {
    this.#whole = new Uint8Array(length + 2 * guardLength).fill(guardByte);
    this.bytes = this.#whole.subarray(guardLength, guardLength + length);
    this.bytes.fill(0xdd);
  }

  get intact(): boolean {
    return guard.equals(this.#whole.subarray(0, guardLength)) && guard.equals(this.#whole.subarray(guardLength + this.bytes.length));
  }

  /** Nobody wrote anywhere. */
  get untouched(): boolean {
    return this.intact && this.bytes.every((byte) => byte === 0xdd);
  }
}

/** What became of a task that was sent. */
export interface SentTask extends InitiatorTask {
  readonly memory: GuardedBuffer | undefined;
  /** How often it came back: 1 at the end of each test. */
  returned: number;
  outcome:
    | { readonly response: number; readonly status: number; readonly residual: number; readonly sense: Uint8Array }
    | "released"
    | undefined;
}

export interface CommandShape {
  readonly read?: number;
  readonly write?: Uint8Array;
  readonly cdb?: readonly number[];
  readonly ahs?: Uint8Array;
}

/** An initiator's connection that only sends commands and writes down what it is told. */
export class TestInitiator implements InitiatorDatamoverUser {
  readonly datamover: InitiatorDatamover;
  readonly tasks: SentTask[] = [];
  readonly events: string[] = [];
  readonly controls: { readonly bhs: Uint8Array; readonly data: Uint8Array }[] = [];
  readonly faults: ProtocolError[] = [];
  closed = 0;
  expStatSn = 1;
  /** Called with each task that came back. */
  onReturn: (task: SentTask) => void = () => {};
  #nextIndex = 0;
  #generation = 1;
  readonly #freeIndexes: number[] = [];

  constructor(datamover: InitiatorDatamover) {
    this.datamover = datamover;
    datamover.attach(this);
  }

  send(shape: CommandShape): SentTask {
    const memory = shape.read === undefined ? undefined : new GuardedBuffer(shape.read);
    const index = this.#freeIndexes.shift() ?? this.#nextIndex++;
    const task: SentTask = {
      initiatorTaskTag: ((this.#generation++ << 16) | index) >>> 0,
      bhs: new Uint8Array(48),
      ahs: shape.ahs,
      dataIn: memory?.bytes,
      dataOut: shape.write,
      moverState: undefined,
      memory,
      returned: 0,
      outcome: undefined,
    };
    const header = {
      immediate: false,
      final: false,
      read: shape.read !== undefined,
      write: shape.write !== undefined,
      attribute: 1,
      lun: Uint8Array.of(0, 7, 0, 0, 0, 0, 0, 0),
      initiatorTaskTag: task.initiatorTaskTag,
      expectedDataTransferLength: shape.write?.length ?? shape.read ?? 0,
      cmdSn: 1,
      expStatSn: this.expStatSn,
      cdb: Uint8Array.from({ length: 16 }, (_, at) => shape.cdb?.[at] ?? 0),
    } as const;
    writeScsiCommand(header, task.bhs);
    this.tasks.push(task);
    this.datamover.sendCommand(task);
    return task;
  }

  onCommandWindow(): void {}

  onStatSn(statSn: number, consumed: boolean): void {
    this.events.push(`${consumed ? "StatSN" : "next StatSN"} ${statSn}`);
    if (consumed) this.expStatSn = (statSn + 1) >>> 0;
  }

  onResponse(task: InitiatorTask, response: TaskResponse): void {
    this.#return(task, { ...response, sense: response.sense.slice() });
  }

  onReleased(task: InitiatorTask): void {
    this.#return(task, "released");
  }

  onControl(bhs: Uint8Array, data: Uint8Array): void {
    this.controls.push({ bhs: bhs.slice(), data: data.slice() });
  }

  onFault(error: ProtocolError): void {
    this.faults.push(error);
  }

  onOpen(): void {
    this.events.push("open");
  }

  onClosed(): void {
    this.closed++;
  }

  /** Everything that must hold whatever the peer did. */
  get violations(): string[] {
    const found: string[] = [];
    if (this.faults.length > 1) found.push(`${this.faults.length} faults`);
    for (const task of this.tasks) {
      if (task.memory?.intact === false) found.push(`task ${task.initiatorTaskTag} was written outside its buffer`);
      if (task.returned > 1 || (this.closed > 0 && task.returned !== 1))
        found.push(`task ${task.initiatorTaskTag} came back ${task.returned} times`);
    }
    return found;
  }

  #return(returned: InitiatorTask, outcome: SentTask["outcome"]): void {
    const task = returned as SentTask;
    task.returned++;
    task.outcome = outcome;
    this.#freeIndexes.push(task.initiatorTaskTag & 0xffff);
    this.onReturn(task);
  }
}

/** Operations that a TestTarget understands: the first byte of a CDB; offset and length follow as 32-bit numbers. */
export const TestOperation = { read: 0x28, write: 0x2a } as const;

export function testCdb(operation: number, offset: number, length: number): number[] {
  const cdb = [operation, 0, offset >>> 24, offset >>> 16, offset >>> 8, offset, length >>> 24, length >>> 16, length >>> 8, length];
  return cdb.map((byte) => byte & 0xff);
}

interface ServedTask extends TargetTask {
  readonly cdb: Uint8Array;
  readonly memory: GuardedBuffer | undefined;
  finished: number;
  failure: FetchFailure | undefined;
}

/** A target's connection with a little memory behind it. */
export class TestTarget implements TargetDatamoverUser {
  readonly datamover: TargetDatamover;
  readonly disk: Uint8Array;
  readonly tasks: ServedTask[] = [];
  readonly controls: { readonly bhs: Uint8Array; readonly data: Uint8Array }[] = [];
  readonly faults: ProtocolError[] = [];
  closed = 0;
  nextStatSn = 1;
  readonly expCmdSn = 1;
  readonly maxCmdSn = 64;
  /** What happens with a command when its unsolicited data is there. */
  onReady: (task: ServedTask) => void = (task) => this.serve(task);
  /** Whether the command is taken, at its header. */
  accept = true;

  constructor(datamover: TargetDatamover, diskLength = 0) {
    this.datamover = datamover;
    this.disk = new Uint8Array(diskLength);
    datamover.attach(this);
  }

  takeStatSn(): number {
    return this.nextStatSn++;
  }

  onCommand(bhs: Uint8Array): TargetTask | undefined {
    if (!this.accept) return undefined;
    const view = new DataView(bhs.buffer, bhs.byteOffset);
    const writes = (bhs[ScsiCommandField.flags]! & 0x20) !== 0;
    const expected = view.getUint32(ScsiCommandField.expectedDataTransferLength);
    const cdb = bhs.slice(ScsiCommandField.cdb, 48);
    const wanted = Math.min(lengthIn(cdb), 1 << 20);
    const memory = writes ? new GuardedBuffer(wanted) : undefined;
    const task: ServedTask = {
      initiatorTaskTag: view.getUint32(ScsiCommandField.initiatorTaskTag),
      lun: bhs.slice(8, 16),
      dataOut: memory?.bytes,
      expectedDataOut: writes ? expected : 0,
      expectedDataIn: writes ? 0 : expected,
      moverState: undefined,
      cdb,
      memory,
      finished: 0,
      failure: undefined,
    };
    this.tasks.push(task);
    return task;
  }

  onCommandReady(task: TargetTask): void {
    this.onReady(task as ServedTask);
  }

  serve(task: ServedTask): void {
    const { cdb } = task;
    const offset = offsetIn(cdb);
    const length = lengthIn(cdb);
    if (cdb[0] === TestOperation.write && task.dataOut !== undefined) this.#write(task, offset, length);
    else this.#read(task, offset, length);
  }

  #read(task: ServedTask, offset: number, length: number): void {
    const data = this.disk.slice(offset, offset + Math.min(length, task.expectedDataIn));
    this.end(task, { status: 0, residual: task.expectedDataIn - length }, data);
  }

  #write(task: ServedTask, offset: number, length: number): void {
    this.datamover.fetch(task, Math.min(length, task.expectedDataOut), (failure) => {
      task.failure = failure;
      if (failure !== undefined || offset + length > this.disk.length) {
        this.end(task, { status: 2, sense: Uint8Array.of(0x70, 0, 0x0b) });
        return;
      }
      this.disk.set(task.dataOut!.subarray(0, Math.min(length, task.expectedDataOut)), offset);
      this.end(task, { status: 0, residual: task.expectedDataOut - length });
    });
  }

  end(task: ServedTask, response: Partial<TaskResponse>, data?: Uint8Array): void {
    this.datamover.respond(task, { response: 0, status: 0, residual: 0, sense: new Uint8Array(0), ...response }, data, () => {
      task.finished++;
      data?.fill(0xee); // ours again: whoever still sends it, sends this
    });
  }

  onControl(bhs: Uint8Array, data: Uint8Array): void {
    this.controls.push({ bhs: bhs.slice(), data: data.slice() });
  }

  onFault(error: ProtocolError): void {
    this.faults.push(error);
  }

  onOpen(): void {}

  onClosed(): void {
    this.closed++;
  }

  /** Everything that must hold whatever the peer did. */
  get violations(): string[] {
    const found: string[] = [];
    if (this.faults.length > 1) found.push(`${this.faults.length} faults`);
    for (const task of this.tasks) {
      if (task.memory?.intact === false) found.push(`task ${task.initiatorTaskTag} was written outside its buffer`);
      if (task.finished > 1) found.push(`task ${task.initiatorTaskTag} finished ${task.finished} times`);
    }
    return found;
  }
}

function offsetIn(cdb: Uint8Array): number {
  return new DataView(cdb.buffer).getUint32(2);
}

function lengthIn(cdb: Uint8Array): number {
  return new DataView(cdb.buffer).getUint32(6);
}

/** Both ends of a connection as tests need them: a consumer that writes down what it is told and is suspicious. */
import type { RdmaError } from "../rdmap/rdma-error.ts";
import { AccessRight, type MemoryRegion } from "../verbs/memory-region.ts";
import type { QueuePair, QueuePairUser } from "../verbs/queue-pair.ts";
import { type CompletionStatus, Operation, ReceiveRequest, WorkRequest } from "../verbs/work-request.ts";

const guardLength = 4096;
const guardByte = 0xa5;
const poison = 0xdd;

/** Memory between two guard pages: `intact` tells whether anybody wrote outside. Poisoned, so that bytes that were never written give themselves away. */
export class GuardedMemory {
  readonly bytes: Uint8Array;
  readonly #whole: Buffer;

  constructor(length: number) {
    this.#whole = Buffer.alloc(length + 2 * guardLength, guardByte);
    this.bytes = this.#whole.subarray(guardLength, guardLength + length);
    this.bytes.fill(poison);
  }

  get intact(): boolean {
    return guard.equals(this.#whole.subarray(0, guardLength)) && guard.equals(this.#whole.subarray(guardLength + this.bytes.length));
  }

  get untouched(): boolean {
    return this.intact && this.bytes.every((byte) => byte === poison);
  }
}

const guard = Buffer.alloc(guardLength, guardByte);

export interface TestRegion {
  readonly region: MemoryRegion;
  readonly memory: GuardedMemory;
  readonly stag: number;
  readonly offsetHigh: number;
  deregistrations: number;
}

export class TestConsumer implements QueuePairUser {
  readonly queuePair: QueuePair;
  readonly regions: TestRegion[] = [];
  readonly receives: { readonly request: ReceiveRequest; readonly memory: GuardedMemory; returned: number }[] = [];
  readonly messages: { readonly bytes: Buffer; readonly solicited: boolean; readonly invalidated: MemoryRegion | undefined }[] = [];
  readonly posted = new Map<WorkRequest, number>();
  readonly completions: { readonly request: WorkRequest; readonly status: CompletionStatus }[] = [];
  readonly faults: RdmaError[] = [];
  readonly events: string[] = [];
  privateData: Buffer | undefined;
  disconnected = 0;
  onRequest: (privateData: Uint8Array) => void = () => this.queuePair.accept(new Uint8Array(0));
  onMessage: (bytes: Uint8Array) => void = () => undefined;
  onWrong: () => void = () => undefined;
  onDone: (request: WorkRequest, status: CompletionStatus) => void = () => undefined;

  constructor(queuePair: QueuePair) {
    this.queuePair = queuePair;
    queuePair.attach(this);
  }

  // ------------------------------------------------------------------------------------------------------------------- verbs

  register(length: number, access: number = AccessRight.none, content?: Uint8Array): TestRegion {
    const memory = new GuardedMemory(length);
    if (content !== undefined) memory.bytes.set(content);
    const region = this.queuePair.protectionDomain.register(memory.bytes, access);
    const entry = { region, memory, stag: region.stag, offsetHigh: region.baseOffset / 2 ** 32, deregistrations: 0 };
    region.context = entry;
    this.regions.push(entry);
    return entry;
  }

  deregister(entry: TestRegion): void {
    this.queuePair.protectionDomain.deregister(entry.region);
  }

  postReceives(count: number, length = 256): void {
    for (let i = 0; i < count; i++) {
      const memory = new GuardedMemory(length);
      const request = new ReceiveRequest(memory.bytes);
      this.receives.push({ request, memory, returned: 0 });
      this.queuePair.postReceive(request);
    }
  }

  send(bytes: Uint8Array, options: Partial<Pick<WorkRequest, "inline" | "signaled" | "solicited" | "invalidateStag">> = {}): WorkRequest {
    return this.#post(Object.assign(new WorkRequest(), { operation: Operation.send }, options), [bytes]);
  }

  write(pieces: readonly Uint8Array[], stag: number, offsetHigh: number, offsetLow: number): WorkRequest {
    const target = { operation: Operation.rdmaWrite, remoteStag: stag, remoteOffsetHigh: offsetHigh, remoteOffsetLow: offsetLow };
    return this.#post(Object.assign(new WorkRequest(), target), pieces);
  }

  read(sink: TestRegion, sinkOffset: number, length: number, stag: number, offsetHigh: number, offsetLow: number): WorkRequest {
    const source = { operation: Operation.rdmaRead, remoteStag: stag, remoteOffsetHigh: offsetHigh, remoteOffsetLow: offsetLow };
    return this.#post(Object.assign(new WorkRequest(), source, { sink: sink.region, sinkOffset, length }), []);
  }

  #post(request: WorkRequest, pieces: readonly Uint8Array[]): WorkRequest {
    request.pieces.push(...pieces);
    if (request.signaled || !request.inline) this.posted.set(request, 0);
    this.queuePair.post(request);
    return request;
  }

  statusOf(request: WorkRequest): CompletionStatus | undefined {
    return this.completions.find((completion) => completion.request === request)?.status;
  }

  // ----------------------------------------------------------------------------------------------------------- QueuePairUser

  onConnectRequest(privateData: Uint8Array): void {
    this.privateData = Buffer.from(privateData);
    this.events.push("connect request");
    this.onRequest(privateData);
  }

  onEstablished(privateData: Uint8Array): void {
    this.events.push("established");
    this.privateData ??= Buffer.from(privateData);
  }

  onReceive(request: ReceiveRequest, status: CompletionStatus): void {
    const entry = this.receives.find((receive) => receive.request === request);
    if (entry === undefined) throw new Error("a receive that was not posted");
    entry.returned++;
    if (status === "flushed") return;
    const bytes = Buffer.from(request.memory.subarray(0, request.length));
    this.messages.push({ bytes, solicited: request.solicited, invalidated: request.invalidated });
    this.onMessage(bytes);
  }

  onCompletion(request: WorkRequest, status: CompletionStatus): void {
    this.posted.set(request, (this.posted.get(request) ?? -100) + 1);
    this.completions.push({ request, status });
    this.onDone(request, status);
  }

  onDeregistered(region: MemoryRegion): void {
    (region.context as TestRegion).deregistrations++;
  }

  onFault(error: RdmaError): void {
    this.faults.push(error);
    this.onWrong();
  }

  onDisconnected(): void {
    this.disconnected++;
  }

  /** Everything that must hold whatever the peer did. */
  get violations(): string[] {
    const found: string[] = [];
    const isOver = this.disconnected > 0;
    if (this.faults.length > 1) found.push(`${this.faults.length} faults`);
    if (this.disconnected > 1) found.push(`disconnected ${this.disconnected} times`);
    for (const { memory, returned } of this.receives) {
      if (!memory.intact) found.push("written outside a receive");
      if (returned > 1 || (isOver && returned !== 1)) found.push(`a receive came back ${returned} times`);
    }
    for (const [request, count] of this.posted) {
      if (count > 1 || count < 0 || (isOver && count !== 1)) found.push(`${request.operation} ended ${count} times`);
    }
    for (const { memory, deregistrations, region } of this.regions) {
      if (!memory.intact) found.push("written outside a region");
      if (deregistrations > 1) found.push(`a region came back ${deregistrations} times`);
      if (isOver && deregistrations === 0 && region.isValid) found.push("a region outlives its connection");
    }
    return found;
  }
}

import type { Clock, SeededRandom } from "kit/clock";
import type { BlockDevice, BlockDone, BlockError } from "#block";
import type { History, Outcome, Request } from "./history.ts";

export interface WorkloadOptions {
  readonly device: BlockDevice;
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly history: History;
  /** How many clients there are, each with one request at a time. */
  readonly clients: number;
  /** How many requests there are in all. */
  readonly requests: number;
  /** How many milliseconds a client thinks, at most. */
  readonly thinkMs: number;
  /** Whether some requests are canceled. */
  readonly cancels: boolean;
  readonly trace?: ((line: string) => void) | undefined;
}

/** What lies in memory that a client has got back, or not yet filled: nobody may send it or read it. */
const poison = 0xee;

/**
 * Clients of a disk, each of which reads, writes, flushes and thinks. Like all reasonable users of a disk they never have two writes on one block under way. What they write says in every word which write
 * it was, and memory is poisoned as soon as it is theirs again.
 */
export class Workload {
  readonly #options: WorkloadOptions;
  readonly #blockSize: number;
  readonly #blocks: number;
  readonly #writing = new Set<number>();
  /** Memory that was given back, to look whether somebody still writes into it. */
  readonly #returned: Uint8Array[] = [];
  #begun = 0;
  #busy = 0;

  constructor(options: WorkloadOptions) {
    this.#options = options;
    const { blockSize, size } = options.device.geometry;
    this.#blockSize = blockSize;
    this.#blocks = size / blockSize;
    for (let client = 0; client < options.clients; client++) this.#think();
  }

  /** All requests have ended. */
  get isDone(): boolean {
    return this.#begun >= this.#options.requests && this.#busy === 0;
  }

  /** Memory into which somebody wrote after its request had ended. */
  get touchedAfterwards(): number {
    return this.#returned.filter((memory) => memory.some((byte) => byte !== poison)).length;
  }

  /** Reads the whole disk, and `done` with it. */
  readAll(done: () => void): void {
    this.#start({ kind: "read", first: 0, count: this.#blocks }, done);
  }

  flush(done: () => void): void {
    this.#start({ kind: "flush" }, done);
  }

  #think(): void {
    const { clock, random, thinkMs, requests } = this.#options;
    this.#busy++;
    clock.after(random.fraction() * thinkMs, () => {
      this.#busy--;
      if (this.#begun < requests) this.#start(this.#invent(), () => this.#think());
    });
  }

  #invent(): Request {
    const { random } = this.#options;
    const what = random.fraction();
    if (what < 0.12) return { kind: "flush" };
    const count = random.fraction() < 0.1 ? 1 + random.below(this.#blocks) : 1 + random.below(4);
    const first = random.below(this.#blocks - count + 1);
    if (what < 0.45 || this.#isWriting(first, count)) return { kind: "read", first, count };
    const zeroes = what > 0.96;
    return { kind: "write", first, count, fua: random.fraction() < 0.12, content: zeroes ? 0 : this.#begun + 1 };
  }

  #isWriting(first: number, count: number): boolean {
    for (let block = first; block < first + count; block++) if (this.#writing.has(block)) return true;
    return false;
  }

  #start(request: Request, next: () => void): void {
    const { device, history } = this.#options;
    const id = ++this.#begun;
    this.#busy++;
    this.#trace(`${id} ${describe(request)}`);
    history.begin(id, request);
    let memory: Uint8Array | undefined;
    const done: BlockDone = (error) => {
      const outcome = this.#outcome(request, memory, error);
      this.#trace(`${id} ${outcome.kind}${outcome.kind === "failed" ? `: ${outcome.message}` : ""}`);
      history.end(id, outcome);
      this.#giveBack(request, memory);
      this.#busy--;
      next();
    };
    switch (request.kind) {
      case "flush":
        device.flush(done);
        break;
      case "read":
        memory = new Uint8Array(request.count * this.#blockSize).fill(poison);
        device.readInto(request.first * this.#blockSize, memory, done);
        break;
      case "write":
        memory = this.#write(request, done);
    }
    if (request.kind !== "flush") this.#maybeCancel(done);
  }

  #write(request: Extract<Request, { kind: "write" }>, done: BlockDone): Uint8Array | undefined {
    const { device } = this.#options;
    const { first, count, content, fua } = request;
    for (let block = first; block < first + count; block++) this.#writing.add(block);
    if (content === 0) {
      device.writeZeroes(first * this.#blockSize, count * this.#blockSize, { mayUnmap: false, fast: false, fua }, done);
      return undefined;
    }
    const memory = new Uint8Array(count * this.#blockSize);
    new Uint32Array(memory.buffer).fill(content);
    device.writeFrom(first * this.#blockSize, memory, fua, done);
    return memory;
  }

  #maybeCancel(done: BlockDone): void {
    const { device, clock, random, cancels } = this.#options;
    if (cancels && random.fraction() < 0.03) clock.after(random.fraction() * 20, () => device.cancel?.(done), { background: true });
  }

  #outcome(request: Request, memory: Uint8Array | undefined, error: BlockError | undefined): Outcome {
    if (error?.code === "ECANCELED") return { kind: "canceled" };
    if (error !== undefined) return { kind: "failed", message: error.message };
    return request.kind === "read" && memory !== undefined ? { kind: "done", contents: this.#contents(memory) } : { kind: "done" };
  }

  /** Which write each block holds; undefined when it is not one alone. */
  #contents(memory: Uint8Array): (number | undefined)[] {
    const words = new Uint32Array(memory.buffer);
    const wordsPerBlock = this.#blockSize / 4;
    return Array.from({ length: memory.length / this.#blockSize }, (_, block) => {
      const first = block * wordsPerBlock;
      for (let word = first; word < first + wordsPerBlock; word++) if (words[word] !== words[first]) return undefined;
      return words[first] === 0xeeeeeeee ? undefined : words[first];
    });
  }

  #giveBack(request: Request, memory: Uint8Array | undefined): void {
    if (request.kind === "write") {
      for (let block = request.first; block < request.first + request.count; block++) this.#writing.delete(block);
    }
    if (memory !== undefined) this.#returned.push(memory.fill(poison));
  }

  #trace(line: string): void {
    this.#options.trace?.(line);
  }
}

function describe(request: Request): string {
  if (request.kind === "flush") return "flush";
  const blocks = `${request.first}…${request.first + request.count - 1}`;
  return request.kind === "read"
    ? `read ${blocks}`
    : `write${request.fua ? " FUA" : ""}${request.content === 0 ? " zeroes" : ""} ${blocks}`;
}

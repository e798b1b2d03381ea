import type { Output, World } from "./world.ts";

/** What a program wrote, kept for a test to look at. */
export class RecordedOutput implements Output {
  readonly isTerminal: boolean;
  readonly #chunks: Uint8Array[] = [];

  constructor(isTerminal = false) {
    this.isTerminal = isTerminal;
  }

  write(text: string | Uint8Array): void {
    this.#chunks.push(typeof text === "string" ? Buffer.from(text) : Uint8Array.from(text));
  }

  async flushed(): Promise<void> {}

  get bytes(): Uint8Array {
    return Buffer.concat(this.#chunks);
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString();
  }
}

/** Surroundings a test can hold in its hand: nothing of the process leaks in. */
export class TestWorld implements World {
  readonly argv: readonly string[];
  readonly env: Readonly<Partial<Record<string, string>>>;
  readonly home: string;
  readonly uid: number;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: RecordedOutput;
  readonly stderr: RecordedOutput;
  readonly #stopping = new AbortController();

  constructor(
    argv: readonly string[],
    options: {
      readonly env?: World["env"];
      readonly home?: string;
      readonly uid?: number;
      readonly stdin?: AsyncIterable<Uint8Array>;
      readonly terminal?: boolean;
    } = {},
  ) {
    this.argv = argv;
    this.env = options.env ?? {};
    this.home = options.home ?? "/home/test";
    this.uid = options.uid ?? 1000;
    this.stdin = options.stdin ?? nothing();
    this.stdout = new RecordedOutput(options.terminal);
    this.stderr = new RecordedOutput(options.terminal);
  }

  get stopped(): AbortSignal {
    return this.#stopping.signal;
  }

  /** What a SIGTERM does. */
  stop(): void {
    this.#stopping.abort();
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

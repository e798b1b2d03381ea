import { closeSync, openSync, writeSync } from "node:fs";
import { UserError } from "kit/cli";
import type { Clock, Timer } from "kit/clock";
import type { ByteStreamCore } from "#bytes";
import type { Transport } from "#initiator";
import { defaultPort, parsePortal, type TransportKind } from "#iscsi";
import type { TargetTransport } from "#target";
import { pcapngHeader, pcapngPacket } from "./pcapng.ts";
import { TcpFlow } from "./tcp-flow.ts";
import { TracedStream } from "./traced-stream.ts";

/** Written when so much has come together, or so much time has passed: whoever looks while a program runs, or after it was killed, finds nearly everything. */
const batchBytes = 1024 * 1024;
const batchMs = 200;
/** Each connection has a port of its own; the real one is not known where streams are tapped. */
const firstPort = 49152;

interface TracePowers {
  readonly clock: Clock;
  /** Milliseconds since 1970; without it, times begin with the clock. */
  readonly wallClock?: (() => number) | undefined;
}

/** A capture of everything that sessions say and hear, for Wireshark and `iser decode`. What is in it is as secret as what was sent: it is its owner's alone. */
export class TraceFile {
  readonly path: string;
  readonly #file: number;
  readonly #clock: Clock;
  readonly #wallClock: () => number;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #timer: Timer | undefined = undefined;
  #connections = 0;

  /** Throws a UserError when the file cannot be made. */
  constructor(path: string, { clock, wallClock }: TracePowers) {
    this.path = path;
    this.#clock = clock;
    this.#wallClock = wallClock ?? (() => clock.now());
    try {
      this.#file = openSync(path, "w", 0o600);
    } catch (error) {
      throw new UserError(`cannot write the trace: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
    this.#append(pcapngHeader());
  }

  /** How many connections were written down so far. */
  get connections(): number {
    return this.#connections;
  }

  /** The same transport of an initiator, with every connection written down. */
  tap(transport: Transport, kind: TransportKind): Transport {
    return {
      createDatamover: () => transport.createDatamover(),
      connect: (stream, address, options) => transport.connect(this.#tapped(stream, address, kind, "connecting"), address, options),
    };
  }

  /** The same transport of a target, with every connection that it accepts written down. */
  tapAccepted(transport: TargetTransport): TargetTransport {
    return {
      ...transport,
      listen: (address, makeCore) =>
        transport.listen(address, (peer, local) => {
          const core = makeCore(peer, local);
          return core && this.#tapped(core, parsePortal(local), transport.kind, "accepting");
        }),
    };
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  /** Connections of iSCSI go to iSCSI's own port, wherever the target listens: Wireshark knows the protocol by it, and iWARP by what it looks like. */
  #tapped(
    core: ByteStreamCore,
    target: { readonly host: string; readonly port: number },
    kind: TransportKind,
    end: "connecting" | "accepting",
  ): ByteStreamCore {
    const initiatorPort = firstPort + (this.#connections++ % (65536 - firstPort));
    const { host, port } = target;
    const flow = new TcpFlow({ host, port: kind === "tcp" ? defaultPort : port }, initiatorPort, (frame) =>
      this.#append(pcapngPacket(this.#wallClock() * 1000, frame)),
    );
    return new TracedStream(core, flow, end);
  }

  #append(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes >= batchBytes) this.#flush();
    else this.#timer ??= this.#clock.after(batchMs, () => this.#flush(), { background: true });
  }

  #flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const batch = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (let at = 0; at < batch.length; ) at += writeSync(this.#file, batch, at);
  }
}

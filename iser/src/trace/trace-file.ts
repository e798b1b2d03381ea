import type { Clock } from "kit/clock";
import type { ByteStreamCore } from "#bytes";
import type { Transport } from "#initiator";
import { defaultPort, parsePortal, type TransportKind } from "#iscsi";
import type { TargetTransport } from "#target";
import { CaptureFile } from "./capture-file.ts";
import { pcapngPacket } from "./pcapng.ts";
import { TcpFlow } from "./tcp-flow.ts";
import { TracedStream } from "./traced-stream.ts";

/** Each connection has a port of its own; the real one is not known where streams are tapped. */
const firstPort = 49152;

/** What a trace may touch of the world, and how it is bounded. */
interface TracePowers {
  readonly clock: Clock;
  /** Milliseconds since 1970; without it, times begin with the clock. */
  readonly wallClock?: (() => number) | undefined;
  /** Where the file would become longer than this, it is set aside as FILE.1, in place of the one before, and another begins. It grows without end unless given. */
  readonly limitBytes?: number | undefined;
  /** The file takes no more, and the trace ends; sessions go on. Called once, with the reason as a sentence. */
  readonly onFault: (reason: string) => void;
}

/** A capture of everything that sessions say and hear, for Wireshark and `iser decode`: every connection is a TCP stream in it. */
export class TraceFile {
  readonly path: string;
  readonly #file: CaptureFile;
  readonly #wallClock: () => number;
  #connections = 0;

  /** Throws a UserError when the file cannot be made. */
  constructor(path: string, { clock, wallClock, limitBytes, onFault }: TracePowers) {
    this.path = path;
    this.#file = new CaptureFile(path, { clock, limitBytes, onFault });
    this.#wallClock = wallClock ?? (() => clock.now());
  }

  /** How many connections were written down so far. */
  get connections(): number {
    return this.#connections;
  }

  /** The same transport of an initiator, with every connection written down. */
  tap(transport: Transport, kind: TransportKind): Transport {
    return {
      createDatamover: () => transport.createDatamover(),
      connect: (stream, address, options) => transport.connect(this.tapConnecting(stream, address, kind), address, options),
    };
  }

  /** The same core of an initiator's connection to `target`, with what passes written down. */
  tapConnecting(core: ByteStreamCore, target: { readonly host: string; readonly port: number }, kind: TransportKind): ByteStreamCore {
    return new TracedStream(core, this.#flowTo(target, kind), "connecting");
  }

  /** The same transport of a target, with every connection that it accepts written down. */
  tapAccepted(transport: TargetTransport): TargetTransport {
    return {
      ...transport,
      listen: (address, makeCore) =>
        transport.listen(address, (peer, local) => {
          const core = makeCore(peer, local);
          return core && new TracedStream(core, this.#flowTo(parsePortal(local), transport.kind), "accepting");
        }),
    };
  }

  close(): void {
    this.#file.close();
  }

  /** Connections of iSCSI go to iSCSI's own port, wherever the target listens: Wireshark knows the protocol by it, and iWARP by what it looks like. */
  #flowTo({ host, port }: { readonly host: string; readonly port: number }, kind: TransportKind): TcpFlow {
    const initiatorPort = firstPort + (this.#connections++ % (65536 - firstPort));
    return new TcpFlow({ host, port: kind === "tcp" ? defaultPort : port }, initiatorPort, (frames) => {
      const timeUs = this.#wallClock() * 1000;
      this.#file.append(frames.map((frame) => pcapngPacket(timeUs, frame)));
    });
  }
}

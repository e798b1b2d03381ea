import { closeSync, openSync, writeSync } from "node:fs";
import { UserError } from "kit/cli";
import type { Transport } from "#initiator";
import { defaultPort, type TransportKind } from "#iscsi";
import { pcapngHeader, pcapngPacket } from "./pcapng.ts";
import { TcpFlow } from "./tcp-flow.ts";
import { TracedStream } from "./traced-stream.ts";

/** Written when so much has come together. */
const batchBytes = 1024 * 1024;
/** Each connection has a port of its own; the real one is not known where streams are tapped. */
const firstPort = 49152;

/** A capture of everything that sessions say and hear, for Wireshark. What is in it is as secret as what was sent: it is its owner's alone. */
export class TraceFile {
  readonly #file: number;
  readonly #wallClock: () => number;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #connections = 0;

  /** Throws a UserError when the file cannot be made. */
  constructor(path: string, wallClock: () => number) {
    this.#wallClock = wallClock;
    try {
      this.#file = openSync(path, "w", 0o600);
    } catch (error) {
      throw new UserError(`cannot write the trace: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
    this.#append(pcapngHeader());
  }

  /**
   * The same transport, with every connection written down. Those of iSCSI go to iSCSI's own port, wherever the target listens: Wireshark knows the protocol by it, and iWARP by what it
   * looks like.
   */
  tap(transport: Transport, kind: TransportKind): Transport {
    return {
      createDatamover: () => transport.createDatamover(),
      connect: (stream, address, options) => {
        const localPort = firstPort + (this.#connections++ % (65536 - firstPort));
        const peer = kind === "tcp" ? { ...address, port: defaultPort } : address;
        const flow = new TcpFlow(peer, localPort, (frame) => this.#append(pcapngPacket(this.#wallClock() * 1000, frame)));
        transport.connect(new TracedStream(stream, flow), address, options);
      },
    };
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #append(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes >= batchBytes) this.#flush();
  }

  #flush(): void {
    const batch = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (let at = 0; at < batch.length; ) at += writeSync(this.#file, batch, at);
  }
}

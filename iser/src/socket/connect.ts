import { connect, type Socket } from "node:net";
import type { Clock, Duration } from "kit/clock";
import type { ByteStreamCore } from "#bytes";
import { readScratch } from "./read-scratch.ts";
import { formatAddress, type SocketAddress } from "./socket-address.ts";
import { SocketError } from "./socket-error.ts";
import { type SocketConnection, SocketPump } from "./socket-pump.ts";

export interface ConnectOptions {
  /** Gives the attempt up; without effect once connected. */
  readonly signal?: AbortSignal | undefined;
  /** How long an attempt may take; 10 s unless given. */
  readonly connectTimeoutMs?: Duration | undefined;
}

/** Silence after which the kernel probes whether the peer is still there. */
const keepAliveMs: Duration = 30_000;

/**
 * Connects `core` to `address`. Returns at once; everything else is told to the core: `opened`, or `closed` with a SocketError that says why not.
 */
export function connectSocket(core: ByteStreamCore, address: SocketAddress, clock: Clock, options: ConnectOptions = {}): SocketConnection {
  const reader = new SocketReader(core);
  const common = {
    onread: { buffer: reader.nextBuffer, callback: reader.read },
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: keepAliveMs,
  };
  const socket =
    "path" in address
      ? connect({ ...common, path: address.path })
      : connect({ ...common, host: address.host, port: address.port, ...(address.localAddress && { localAddress: address.localAddress }) });
  const pump = new SocketPump(core, socket, clock, formatAddress(address), "path" in address ? address.path : undefined);
  reader.pump = pump;
  limitAttempt(socket, pump, clock, options);
  socket.once("connect", () => pump.open(formatAddress(remoteAddress(socket) ?? address)));
  return pump;
}

/** Ends the attempt when its time is over or the caller gives up, and forgets both once it has an outcome. */
function limitAttempt(socket: Socket, pump: SocketPump, clock: Clock, options: ConnectOptions): void {
  const { signal, connectTimeoutMs = 10_000 } = options;
  const giveUp = (): void =>
    pump.destroy(new SocketError("EABORTED", `connect to ${pump.peer}: given up by the caller`, { cause: signal?.reason }));
  const timer = clock.after(connectTimeoutMs, () => {
    pump.destroy(
      new SocketError("ETIMEDOUT", `connect to ${pump.peer}: no answer within ${connectTimeoutMs} ms; check the address (ETIMEDOUT)`),
    );
  });
  signal?.addEventListener("abort", giveUp, { once: true });
  const settled = (): void => {
    timer.cancel();
    signal?.removeEventListener("abort", giveUp);
  };
  socket.once("connect", settled);
  socket.once("close", settled);
  if (signal?.aborted) giveUp();
}

function remoteAddress(socket: Socket): SocketAddress | undefined {
  return socket.remoteAddress === undefined ? undefined : { host: socket.remoteAddress, port: socket.remotePort ?? 0 };
}

/**
 * Decides before every read where the kernel puts the bytes: straight into the caller's memory when the core can tell whose they are, else into the scratch.
 */
class SocketReader {
  pump: SocketPump | undefined;
  readonly #core: ByteStreamCore;
  /** Whether the buffer handed out last was the core's placement. */
  #placing = false;
  #scratch: Uint8Array;
  /** The last chunk delivered: reads of one size in a row, the rule at small queue depths, share one view. */
  #chunk: Uint8Array;

  constructor(core: ByteStreamCore) {
    this.#core = core;
    this.#scratch = readScratch(core.bulkReadBytes);
    this.#chunk = this.#scratch;
  }

  readonly nextBuffer = (): Uint8Array => {
    this.#placing = false;
    // Node also asks before the connection is there, and behind the last read of one that is over.
    if (this.pump?.live !== true) return this.#scratch;
    const placement = this.#core.placement();
    this.#placing = placement !== undefined;
    if (placement !== undefined) return placement;
    const { bulkReadBytes } = this.#core;
    if (this.#scratch.length !== bulkReadBytes) this.#scratch = readScratch(bulkReadBytes);
    return this.#scratch;
  };

  readonly read = (count: number): boolean => {
    if (this.#placing) {
      this.pump?.placed(count);
    } else {
      if (this.#chunk.length !== count) this.#chunk = this.#scratch.subarray(0, count);
      this.pump?.receive(this.#chunk);
    }
    return true;
  };
}

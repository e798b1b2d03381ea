import { connect, type Socket } from "node:net";
import type { Clock, Duration } from "kit/clock";
import type { ByteStreamCore } from "#bytes";
import { formatAddress, type SocketAddress } from "./socket-address.ts";
import { pathTooLong, SocketError } from "./socket-error.ts";
import { type SocketConnection, SocketPump } from "./socket-pump.ts";
import { SocketReader } from "./socket-reader.ts";
import type { StreamTuning } from "./stream-tuning.ts";

export interface ConnectOptions {
  /** Gives the attempt up; without effect once connected. */
  readonly signal?: AbortSignal | undefined;
  /** How long an attempt may take; 10 s unless given. */
  readonly connectTimeoutMs?: Duration | undefined;
  readonly tuning?: StreamTuning | undefined;
}

/** Silence after which the kernel probes whether the peer is still there. */
const keepAliveMs: Duration = 30_000;

/**
 * Connects `core` to `address`. Returns at once; everything else is told to the core: `opened`, or `closed` with a SocketError that says why not.
 */
export function connectSocket(core: ByteStreamCore, address: SocketAddress, clock: Clock, options: ConnectOptions = {}): SocketConnection {
  const reader = new SocketReader(core, options.tuning);
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
  const pump = new SocketPump(core, socket, clock, formatAddress(address), "path" in address ? address.path : undefined, options.tuning);
  reader.pump = pump;
  limitAttempt(socket, pump, clock, options);
  socket.once("connect", () => pump.open(formatAddress(remoteAddress(socket) ?? address)));
  const tooLong = "path" in address ? pathTooLong("connect to", address) : undefined;
  if (tooLong !== undefined) pump.destroy(tooLong);
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

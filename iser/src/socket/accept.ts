import { Socket } from "node:net";
import type { Clock } from "kit/clock";
import type { ByteStreamCore } from "#bytes";
import { formatAddress } from "./socket-address.ts";
import { type SocketConnection, SocketPump } from "./socket-pump.ts";
import { SocketReader } from "./socket-reader.ts";
import type { StreamTuning } from "./stream-tuning.ts";

/**
 * Connects `core` to a socket that was accepted and not yet read from. The caller's socket is no longer of use but for its "close", which comes when the
 * connection is gone.
 *
 * @param unixPath the path it was accepted on, for a unix socket
 */
export function acceptSocket(
  core: ByteStreamCore,
  socket: Socket,
  clock: Clock,
  unixPath?: string,
  tuning?: StreamTuning,
): SocketConnection {
  const peer = unixPath ?? formatAddress({ host: socket.remoteAddress ?? "", port: socket.remotePort ?? 0 });
  const reader = new SocketReader(core, tuning);
  const placing = placingSocket(socket, reader);
  const pump = new SocketPump(core, placing ?? socket, clock, peer, unixPath, tuning);
  reader.pump = pump;
  if (placing === undefined)
    socket.on("data", (chunk: Buffer) => pump.receive(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length)));
  pump.open(peer);
  return pump;
}

/**
 * The same connection as a socket that asks `reader` before every read. Node takes `onread` only when a socket is made, and makes those
 * of a server itself; so a second one is made around the handle of the first. Writes of 64 KiB cost a ninth of what they do with 'data' events, each of
 * which has a fresh buffer. undefined where Node keeps handles elsewhere: 'data' events do as well, slowly.
 */
function placingSocket(socket: Socket, reader: SocketReader): Socket | undefined {
  const handle: unknown = Reflect.get(socket, "_handle");
  if (typeof handle !== "object" || handle === null) return undefined;
  const options = { handle, onread: { buffer: reader.nextBuffer, callback: reader.read }, readable: true, writable: true };
  const placing = new Socket(options);
  if (Reflect.get(placing, "_handle") !== handle) return undefined;
  Reflect.set(socket, "_handle", null);
  // The server counts its connections by the sockets it made.
  placing.once("close", () => socket.destroy());
  return placing;
}

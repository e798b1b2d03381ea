import type { Socket } from "node:net";
import type { Clock } from "kit/clock";
import type { ByteStreamCore } from "#bytes";
import { formatAddress } from "./socket-address.ts";
import { type SocketConnection, SocketPump } from "./socket-pump.ts";

/**
 * Connects `core` to a socket that was accepted. Node documents `onread` only for sockets it connects itself, so what arrives here is copied
 * from chunks; `placement` of the core is not asked.
 *
 * @param unixPath the path it was accepted on, for a unix socket
 */
export function acceptSocket(core: ByteStreamCore, socket: Socket, clock: Clock, unixPath?: string): SocketConnection {
  const peer = unixPath ?? formatAddress({ host: socket.remoteAddress ?? "", port: socket.remotePort ?? 0 });
  const pump = new SocketPump(core, socket, clock, peer, unixPath);
  socket.on("data", (chunk: Buffer) => pump.receive(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length)));
  pump.open(peer);
  return pump;
}

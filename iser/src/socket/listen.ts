import { createServer, type Server, type Socket } from "node:net";
import type { Clock } from "kit/clock";
import type { ByteStreamCore } from "#bytes";
import { acceptSocket } from "./accept.ts";
import { bind } from "./bind.ts";
import { formatAddress, type SocketAddress } from "./socket-address.ts";
import { describeSocketError, type SocketError } from "./socket-error.ts";
import type { SocketConnection } from "./socket-pump.ts";
import type { StreamTuning } from "./stream-tuning.ts";
import { UnixSocketFile } from "./unix-socket-file.ts";

/** A place where connections are accepted. */
export interface SocketListener {
  /** Where it listens, with the port that was picked. */
  readonly address: SocketAddress;
  /** Connections that are there now. */
  readonly connections: ReadonlySet<SocketConnection>;
  /** Stops accepting and drops the connections that are left; resolves when all are gone. Cores that want an orderly end have it before. */
  close(): Promise<void>;
}

export interface ListenOptions {
  /** Told of a connection that could not be accepted (too many open files); the listener goes on. */
  readonly onError?: ((error: SocketError) => void) | undefined;
  /** Of the connections that are accepted. */
  readonly tuning?: StreamTuning | undefined;
}

/**
 * Accepts connections at `address` and asks `makeCore` for what speaks on each (`undefined` turns the peer away). It is told both ends, as in SocketConnection.
 * Rejects with a SocketError when it cannot listen there. A unix socket has its permissions from the moment it exists; a stale one, which nobody
 * listens on, is replaced, and it is taken away when the program ends, however it does that short of SIGKILL.
 */
export async function listen(
  address: SocketAddress,
  makeCore: (peer: string, local: string) => ByteStreamCore | undefined,
  clock: Clock,
  { onError, tuning }: ListenOptions = {},
): Promise<SocketListener> {
  const connections = new Set<SocketConnection>();
  const unixPath = "path" in address ? address.path : undefined;
  const accept = (socket: Socket): void => {
    const peer = unixPath ?? formatAddress({ host: socket.remoteAddress ?? "", port: socket.remotePort ?? 0 });
    const local = unixPath ?? formatAddress({ host: socket.localAddress ?? "", port: socket.localPort ?? 0 });
    const core = makeCore(peer, local);
    if (core === undefined) {
      socket.on("error", () => {}); // a peer that is turned away may reset us; nobody is left to care
      socket.destroy();
      return;
    }
    const connection = acceptSocket(core, socket, clock, unixPath, tuning);
    connections.add(connection);
    socket.once("close", () => connections.delete(connection));
  };

  const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 }, accept);
  let file: UnixSocketFile | undefined;
  if ("path" in address) file = await UnixSocketFile.bind(server, address);
  else await bind(server, address, () => server.listen({ host: address.host, port: address.port }));
  server.on("error", (error) => onError?.(describeSocketError("listen on", address, error)));

  return {
    address: boundAddress(server, address),
    connections,
    close: async () => {
      file?.remove();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const connection of connections) connection.destroy();
      await closed;
    },
  };
}

function boundAddress(server: Server, asked: SocketAddress): SocketAddress {
  const bound = server.address();
  if (bound === null || typeof bound === "string") return asked;
  return { host: bound.address, port: bound.port };
}

import { existsSync, lstatSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { dirname } from "node:path";
import type { Clock } from "kit/clock";
import type { ByteStreamCore } from "#bytes";
import { acceptSocket } from "./accept.ts";
import { formatAddress, type SocketAddress, type UnixAddress } from "./socket-address.ts";
import { describeSocketError, pathTooLong, SocketError } from "./socket-error.ts";
import type { SocketConnection } from "./socket-pump.ts";

/** A place where connections are accepted. */
export interface SocketListener {
  /** Where it listens, with the port that was picked. */
  readonly address: SocketAddress;
  /** Connections that are there now. */
  readonly connections: ReadonlySet<SocketConnection>;
  /** Stops accepting and drops the connections that are left; resolves when all are gone. Cores that want an orderly end have it before. */
  close(): Promise<void>;
}

const defaultMode = 0o600;

/**
 * Accepts connections at `address` and asks `makeCore` for what speaks on each (`undefined` turns the peer away). It is told both ends, as in SocketConnection.
 * Rejects with a SocketError when it cannot listen there. A unix socket has its permissions from the moment it exists; a stale one, which nobody
 * listens on, is replaced.
 *
 * @param onError told of a connection that could not be accepted (too many open files); the listener goes on
 */
export async function listen(
  address: SocketAddress,
  makeCore: (peer: string, local: string) => ByteStreamCore | undefined,
  clock: Clock,
  onError: (error: SocketError) => void = () => {},
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
    const connection = acceptSocket(core, socket, clock, unixPath);
    connections.add(connection);
    socket.once("close", () => connections.delete(connection));
  };

  const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 }, accept);
  if ("path" in address) await bindUnix(server, address);
  else await bind(server, address, () => server.listen({ host: address.host, port: address.port }));
  server.on("error", (error) => onError(describeSocketError("listen on", address, error)));

  return {
    address: boundAddress(server, address),
    connections,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const connection of connections) connection.destroy();
      await closed;
    },
  };
}

function bind(server: Server, address: SocketAddress, start: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => {
      server.off("listening", listening);
      reject(describeSocketError("listen on", address, error));
    };
    const listening = (): void => {
      server.off("error", failed);
      resolve();
    };
    server.once("error", failed);
    server.once("listening", listening);
    start();
  });
}

async function bindUnix(server: Server, address: UnixAddress): Promise<void> {
  const tooLong = pathTooLong("listen on", address);
  if (tooLong !== undefined) throw tooLong;
  try {
    await bindWithMode(server, address);
  } catch (error) {
    // The system's ENOENT comes as EACCES out of Node.
    if (!existsSync(dirname(address.path)))
      throw new SocketError("ENOENT", `listen on ${address.path}: there is no directory ${dirname(address.path)} (ENOENT)`, {
        cause: error,
      });
    if (!(error instanceof SocketError) || error.code !== "EADDRINUSE") throw error;
    if (!isSocket(address))
      throw new SocketError("EADDRINUSE", `listen on ${address.path}: a file that is no socket is in the way (EADDRINUSE)`, {
        cause: error,
      });
    const found = identityOf(address);
    if (!(await isStale(address))) throw error;
    // While we asked, another one may have replaced it by its own.
    if (identityOf(address) !== found) throw error;
    rmSync(address.path, { force: true });
    await bindWithMode(server, address);
  }
}

/** Node binds inside `listen`, before it returns: the mask holds for exactly this one file, and no moment exists with wider permissions. */
function bindWithMode(server: Server, address: UnixAddress): Promise<void> {
  return bind(server, address, () => {
    const previous = process.umask(0o777 & ~(address.mode ?? defaultMode));
    try {
      server.listen({ path: address.path });
    } finally {
      process.umask(previous);
    }
  });
}

/** Whether what is at `path`, if anything still is, is a socket. */
function isSocket(address: UnixAddress): boolean {
  return lstatSync(address.path, { throwIfNoEntry: false })?.isSocket() ?? true;
}

/** What tells the socket at `path` from one that takes its place. */
function identityOf(address: UnixAddress): string | undefined {
  const found = lstatSync(address.path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev} ${found.ino} ${found.ctimeNs}`;
}

/** Whether nobody listens on the socket at `path`: a connection is refused. */
async function isStale(address: UnixAddress): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect({ path: address.path });
    probe.once("connect", () => {
      probe.destroy();
      resolve(false);
    });
    probe.once("error", (error) => resolve("code" in error && error.code === "ECONNREFUSED"));
  });
}

function boundAddress(server: Server, asked: SocketAddress): SocketAddress {
  const bound = server.address();
  if (bound === null || typeof bound === "string") return asked;
  return { host: bound.address, port: bound.port };
}

import type { ByteStreamCore } from "#bytes";
import { type Portal, parsePortal } from "#iscsi";
import { type StreamedDatamover, TargetServer, type TargetServerOptions } from "./target-server.ts";

/** A place where connections are accepted. */
export interface TargetListener {
  readonly address: { readonly host: string; readonly port: number };
  /** Stops accepting, and drops what is left; resolves when all is gone. */
  close(): Promise<void>;
}

/** What carries iSCSI, as whoever composes a program knows it: the target itself can neither open sockets nor tell TCP from RDMA. */
export interface TargetTransport {
  /** Accepts connections and asks `makeCore` for what speaks on each; undefined turns the peer away. Rejects when it cannot listen there. */
  listen(
    address: { readonly host: string; readonly port: number },
    makeCore: (peer: string) => ByteStreamCore | undefined,
  ): Promise<TargetListener>;
  /** For one new connection. */
  makeDatamover(): StreamedDatamover;
}

export interface StartTargetOptions extends TargetServerOptions {
  /** Portals as people write them, `127.0.0.1:3260` or `[::1]:0`; port 0 is any that is free. */
  readonly listen: readonly string[];
  readonly transport: TargetTransport;
  /** What SendTargets says instead of where it listens; needed behind address translation. */
  readonly announce?: readonly Portal[];
}

/** A target that listens. */
export interface RunningTarget {
  /** Where it listens, with the ports that were picked; in the order asked for. */
  readonly portals: readonly { readonly host: string; readonly port: number }[];
  readonly server: TargetServer;
  /** Ends all sessions and stops listening. The block devices stay their owner's. */
  close(): Promise<void>;
}

/** Starts a target server on every portal, or on none: rejects with the error of the first that fails. */
export async function startTarget(options: StartTargetOptions): Promise<RunningTarget> {
  const server = new TargetServer(options);
  const listeners: TargetListener[] = [];
  const closeAll = async (): Promise<void> => {
    await server.close();
    await Promise.all(listeners.map((listener) => listener.close()));
  };
  try {
    for (const text of options.listen) {
      const { host, port } = parseListenAddress(text);
      listeners.push(await options.transport.listen({ host, port }, (peer) => server.accept(options.transport.makeDatamover(), peer)));
    }
  } catch (error) {
    await closeAll();
    throw error;
  }
  const portals = listeners.map(({ address }) => ({ host: address.host, port: address.port }));
  server.portals =
    options.announce ?? portals.filter(({ host }) => !isWildcard(host)).map((portal) => ({ ...portal, groupTag: undefined }));
  return { portals, server, close: closeAll };
}

/** As a portal is written, but that port 0 means any. */
function parseListenAddress(text: string): { host: string; port: number } {
  const anyPort = text.endsWith(":0");
  const { host, port } = parsePortal(anyPort ? `${text.slice(0, -1)}1` : text);
  return { host, port: anyPort ? 0 : port };
}

/** Every address of the machine: of no use to an initiator. */
function isWildcard(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}

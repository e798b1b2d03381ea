import type { ByteStreamCore } from "#bytes";
import type { Portal, TransportKind } from "#iscsi";
import type { AnnouncedPortal } from "./portal-group.ts";
import { defaultPortalGroupTag } from "./target-node.ts";
import { type StreamedDatamover, TargetServer, type TargetServerOptions } from "./target-server.ts";

/** A place where connections are accepted. */
export interface TargetListener {
  readonly address: { readonly host: string; readonly port: number };
  /** Stops accepting, and drops what is left; resolves when all is gone. */
  close(): Promise<void>;
}

/** What carries iSCSI, as whoever composes a program knows it: the target itself can neither open sockets nor tell TCP from RDMA. */
export interface TargetTransport {
  readonly kind: TransportKind;
  /**
   * Accepts connections and asks `makeCore` for what speaks on each, telling it both ends as `host:port`; undefined turns the peer away. Rejects when it cannot
   * listen there.
   */
  listen(
    address: { readonly host: string; readonly port: number },
    makeCore: (peer: string, local: string) => ByteStreamCore | undefined,
  ): Promise<TargetListener>;
  /** For one new connection. */
  makeDatamover(): StreamedDatamover;
}

export interface StartTargetOptions extends TargetServerOptions {
  readonly listen: readonly TargetPlace[];
  /** What SendTargets says instead of where the server listens and where it was found; needed behind address translation. */
  readonly announce?: readonly Portal[];
}

/** Where to listen, and what for. */
export interface TargetPlace {
  /** A name, or an address without brackets; port 0 is any that is free. */
  readonly address: { readonly host: string; readonly port: number };
  readonly transport: TargetTransport;
  /** Tag of the portal group that it belongs to, 1…65535; 1 unless given. */
  readonly portalGroup?: number;
}

/** A target that listens. */
export interface RunningTarget {
  /** Where it listens, with the ports that were picked; in the order asked for. */
  readonly portals: readonly (Portal & { readonly transport: TransportKind })[];
  readonly server: TargetServer;
  /** Ends all sessions and stops listening. The block devices stay their owner's. */
  close(): Promise<void>;
}

/** Starts a target server on every portal, or on none: rejects with the error of the first that fails. */
export async function startTarget(options: StartTargetOptions): Promise<RunningTarget> {
  const tags = new Set(options.listen.map(({ portalGroup }) => portalGroup ?? defaultPortalGroupTag));
  const known = options.portalGroups ?? [...tags].map((tag) => ({ tag }));
  const unknown = [...tags].find((tag) => !known.some((group) => group.tag === tag));
  if (unknown !== undefined) throw new RangeError(`there is no portal group ${unknown}`);
  const server = new TargetServer({ ...options, portalGroups: known });
  const listeners: TargetListener[] = [];
  const closeAll = async (): Promise<void> => {
    await server.close();
    await Promise.all(listeners.map((listener) => listener.close()));
  };
  try {
    for (const { address, transport, portalGroup } of options.listen) {
      listeners.push(await transport.listen(address, (peer, local) => server.accept(transport.makeDatamover(), peer, local, portalGroup)));
    }
  } catch (error) {
    await closeAll();
    throw error;
  }
  const portals = options.listen.map(({ transport, portalGroup }, index) => {
    const { host = "", port = 0 } = listeners[index]?.address ?? {};
    return { host, port, groupTag: portalGroup, transport: transport.kind };
  });
  const announced: readonly AnnouncedPortal[] = options.announce ?? portals.filter(({ host }) => !isWildcard(host));
  server.announceAt(announced, { exclusively: options.announce !== undefined });
  return { portals, server, close: closeAll };
}

/** Every address of the machine: of no use to an initiator. */
function isWildcard(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}

import type { Duration, Instant } from "kit/clock";
import type { BlockDevice } from "#block";
import type { ExportSource } from "./export.ts";
import { SlabPool } from "./memory/slab-pool.ts";
import { NbdConnection } from "./nbd-connection.ts";

const MiB = 1024 * 1024;

export interface NbdServerOptions {
  readonly exports: ExportSource;
  /** The most memory for requests under way, of all connections together. 64 MiB unless given, which is also the least. */
  readonly memoryLimitBytes?: number | undefined;
  /** The same for each connection; one request may go beyond it. 16 MiB unless given. */
  readonly connectionMemoryLimitBytes?: number | undefined;
  /** A client broke the protocol, and its connection is being reset. */
  readonly onFault?: ((connection: NbdConnection, message: string) => void) | undefined;
}

/**
 * All clients of all exports, without the sockets: whoever listens asks `accept` for what speaks on each new stream.
 *
 *     const server = new NbdServer({ exports });
 *     const listener = await listen({ path }, () => server.accept(), clock);
 */
export class NbdServer {
  readonly #options: NbdServerOptions;
  readonly #pool: SlabPool;
  readonly #connections = new Set<NbdConnection>();
  /** Told after each connection that is gone. */
  readonly #watchers = new Set<() => void>();
  #closing = false;

  constructor(options: NbdServerOptions) {
    this.#options = options;
    this.#pool = new SlabPool({ limitBytes: options.memoryLimitBytes ?? 64 * MiB });
  }

  /** Connections that are there. */
  get connections(): ReadonlySet<NbdConnection> {
    return this.#connections;
  }

  /** Memory that requests hold just now. */
  get memoryBytes(): number {
    return this.#pool.usedBytes;
  }

  /** The core for a stream that was accepted; undefined when the server is closing. */
  accept(): NbdConnection | undefined {
    if (this.#closing) return undefined;
    const { exports, connectionMemoryLimitBytes = 16 * MiB, onFault } = this.#options;
    const connection: NbdConnection = new NbdConnection({
      exports,
      pool: this.#pool,
      memoryLimitBytes: connectionMemoryLimitBytes,
      onFault: (message) => onFault?.(connection, message),
      onClosed: () => {
        this.#connections.delete(connection);
        for (const watcher of this.#watchers) watcher();
      },
    });
    this.#connections.add(connection);
    return connection;
  }

  /**
   * Ends the connections to `device`: what is under way is answered, what comes later gets ESHUTDOWN, who is not done after `grace` is
   * dropped. Resolves when all are gone. The export source should have forgotten the device before, and the device may be closed behind it; that ends
   * what it could not finish.
   */
  withdraw(device: BlockDevice, now: Instant, grace: Duration): Promise<void> {
    return this.#end((connection) => connection.exported?.device === device, now, grace);
  }

  /** Does the same to all connections, and accepts no more. */
  close(now: Instant, grace: Duration): Promise<void> {
    this.#closing = true;
    return this.#end(() => true, now, grace);
  }

  async #end(concerns: (connection: NbdConnection) => boolean, now: Instant, grace: Duration): Promise<void> {
    const ending = [...this.#connections].filter(concerns);
    for (const connection of ending) connection.shutDown(now, grace);
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (ending.some((connection) => this.#connections.has(connection))) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }
}

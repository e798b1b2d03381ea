import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { onceAllEnded } from "./child-process.ts";

/** Stands between an NBD client and its server, and takes the time in which the client hears nothing. */
export class PauseMeter {
  readonly #server: Server;
  readonly #path: string;
  #heardAt = 0;
  #longestMs = 0;

  private constructor(server: Server, path: string) {
    this.#server = server;
    this.#path = path;
    onceAllEnded(() => this.#server.close());
  }

  /** Listens on a socket in `folder`, for the server at `behind`. */
  static start(folder: string, behind: string): Promise<PauseMeter> {
    const path = join(folder, "meter.sock");
    return new Promise((resolve, reject) => {
      const server = createServer((client) => meter.#carry(client, connect(behind)));
      const meter = new PauseMeter(server, path);
      server.once("error", reject);
      server.listen(path, () => resolve(meter));
    });
  }

  /** The client has had an answer. */
  get hasHeard(): boolean {
    return this.#longestMs > 0;
  }

  uriOf(device: string): string {
    return `nbd+unix:///${device}?socket=${this.#path}`;
  }

  /** The longest time between two answers, since the last time that was asked for; one that has not ended yet counts as far as it has come. */
  takeLongestMs(): number {
    const longest = Math.max(this.#longestMs, performance.now() - this.#heardAt);
    this.#longestMs = 0;
    return longest;
  }

  #carry(client: Socket, server: Socket): void {
    this.#heardAt = performance.now();
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on("error", () => to.destroy());
      from.pipe(to);
    }
    server.on("data", () => {
      const now = performance.now();
      this.#longestMs = Math.max(this.#longestMs, now - this.#heardAt);
      this.#heardAt = now;
    });
  }
}

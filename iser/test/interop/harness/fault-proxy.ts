import { createServer, connect as dial, type Server, type Socket } from "node:net";
import { freePort } from "../../programs/free-port.ts";
import { onceAllEnded } from "./child-process.ts";

interface Pair {
  readonly client: Socket;
  readonly target: Socket;
}

/** A network that can be made to fail: a TCP proxy between an initiator and a target. Ends with the test file. */
export class FaultProxy {
  /** How many connections there were. */
  connections = 0;
  readonly #server: Server;
  readonly #port: number;
  readonly #pairs = new Set<Pair>();
  #frozen = false;
  #delayMs = 0;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.#port = port;
    onceAllEnded(() => this.close());
  }

  /** Listens on a port of the loopback, for `host:port` behind it. */
  static async start(behind: string): Promise<FaultProxy> {
    const [host = "", port = ""] = behind.split(/:(?=\d+$)/);
    const server = createServer({ pauseOnConnect: true }, (client) => proxy.#carry(client, dial(Number(port), host)));
    const proxy = new FaultProxy(server, await freePort());
    await proxy.restart();
    return proxy;
  }

  /** host:port to connect to. */
  get portal(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** As when a portal of the target is stopped: every connection is reset, and who comes anew is refused. */
  stop(): void {
    this.#server.close();
    this.cut();
  }

  /** The portal is there again, where it was. */
  restart(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(this.#port, "127.0.0.1", () => resolve());
    });
  }

  /** Resets every connection, at both ends; what is under way is lost. Returns how many there were. */
  cut(): number {
    const pairs = [...this.#pairs];
    for (const { client, target } of pairs) {
      client.resetAndDestroy();
      target.resetAndDestroy();
    }
    return pairs.length;
  }

  /** Nothing passes, and nothing is lost, until `thaw`. New connections are made, and nothing is heard on them. */
  freeze(): void {
    this.#frozen = true;
    for (const pair of this.#pairs) pause(pair);
  }

  thaw(): void {
    this.#frozen = false;
    for (const pair of this.#pairs) resume(pair);
  }

  /** Everything takes so much longer from now on. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  #carry(client: Socket, target: Socket): void {
    this.connections += 1;
    const pair = { client, target };
    this.#pairs.add(pair);
    this.#pass(client, target);
    this.#pass(target, client);
    for (const [socket, other] of [
      [client, target],
      [target, client],
    ] as const) {
      socket.setNoDelay(true);
      socket.on("error", () => other.resetAndDestroy());
      socket.on("close", () => this.#pairs.delete(pair));
    }
    if (this.#frozen) pause(pair);
    else resume(pair);
  }

  #pass(from: Socket, to: Socket): void {
    from.on("data", (bytes: Buffer) => {
      const forward = (): void => {
        if (to.destroyed || to.write(bytes)) return;
        from.pause();
        to.once("drain", () => !this.#frozen && from.resume());
      };
      if (this.#delayMs === 0) forward();
      else setTimeout(forward, this.#delayMs);
    });
    from.on("end", () => to.end());
  }
}

function pause({ client, target }: Pair): void {
  client.pause();
  target.pause();
}

function resume({ client, target }: Pair): void {
  client.resume();
  target.resume();
}

import type { Server } from "node:net";
import type { SocketAddress } from "./socket-address.ts";
import { describeSocketError } from "./socket-error.ts";

/** Has `start` make `server` listen, and resolves when it does. Rejects with a SocketError about `address`, which is the name that people know it by. */
export function bind(server: Server, address: SocketAddress, start: () => void): Promise<void> {
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

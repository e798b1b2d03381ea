import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";

const given = new Set<number>();

/**
 * A TCP port on the loopback that nobody listens on, for servers that cannot be told to let the kernel choose, and for those that go and come back to where they were. It is none of those that the
 * kernel hands out: while the server is away, no connection and no other server gets it by accident.
 */
export async function freePort(): Promise<number> {
  const [firstOfKernel = 32768] = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").split(/\s+/).map(Number);
  for (;;) {
    const port = randomInt(Math.floor(firstOfKernel / 2), firstOfKernel);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

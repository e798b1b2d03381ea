import { createServer } from "node:http";
import { Exposition, type MeasuredDaemon } from "./exposition.ts";
import type { MetricsAddress } from "./metrics-address.ts";

export type { MeasuredDaemon } from "./exposition.ts";
export { MeasuredDevice } from "./measured-device.ts";

/** Answers scrapes. */
export interface MetricsServer {
  /** Where they are answered. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the daemon's numbers at `address`. Rejects with the system's error when it cannot listen there. */
export async function serveMetrics({ host, port }: MetricsAddress, look: () => MeasuredDaemon): Promise<MetricsServer> {
  const exposition = new Exposition(look);
  const server = createServer((request, response) => {
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (request.url?.split("?")[0] !== "/metrics" || !isRead) {
      response.writeHead(isRead ? 404 : 405, { "content-type": "text/plain" }).end("the numbers are at /metrics\n");
      return;
    }
    exposition.text().then(
      (text) => response.writeHead(200, { "content-type": exposition.contentType, "cache-control": "no-store" }).end(text),
      (error: Error) => response.writeHead(500, { "content-type": "text/plain" }).end(`${error.message}\n`),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, resolve);
  });
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("a server on a port has an address");
  return {
    url: `http://${bound.family === "IPv6" ? `[${bound.address}]` : bound.address}:${bound.port}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

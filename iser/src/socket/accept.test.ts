import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VirtualClock } from "kit/clock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connectSocket } from "./connect.ts";
import { listen } from "./listen.ts";
import type { SocketAddress } from "./socket-address.ts";
import { TestCore } from "./testing/test-core.ts";

const clock = new VirtualClock();
const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => (index * 13 + (index >> 8)) & 0xff);

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "iser-accept-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe.each([
  ["a TCP port", (): SocketAddress => ({ host: "127.0.0.1", port: 0 })],
  ["a unix socket", (): SocketAddress => ({ path: join(directory, "s") })],
])("a connection accepted on %s", (_, address) => {
  it("lets the kernel write where the core wants it", async () => {
    const server = new TestCore();
    const listener = await listen(address(), () => server, clock);
    const client = new TestCore();
    connectSocket(client, listener.address, clock);
    await Promise.all([client.opening, server.opening]);
    const memory = new Uint8Array(200_000);
    server.onBytes = () => {
      if (server.received.length === 4) server.place = memory;
    };
    client.send(bytes(4));
    await server.until(4);
    client.send(bytes(200_000), Uint8Array.of(77));
    await server.until(200_005);
    expect(Buffer.compare(memory, bytes(200_000))).toBe(0);
    expect(server.received.at(-1)).toBe(77);
    expect(server.calls.filter((call) => call === "placed").length).toBeGreaterThan(0);
    await listener.close();
  });

  it("is no longer counted when its client is gone, so that the listener can close", async () => {
    const server = new TestCore();
    const listener = await listen(address(), () => server, clock);
    const client = new TestCore();
    const connection = connectSocket(client, listener.address, clock);
    await Promise.all([client.opening, server.opening]);
    expect(listener.connections.size).toBe(1);
    connection.destroy();
    await server.closing;
    await listener.close();
    expect(listener.connections.size).toBe(0);
  });
});

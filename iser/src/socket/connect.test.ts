import { createServer, type Socket } from "node:net";
import { VirtualClock } from "kit/clock";
import { afterEach, describe, expect, it } from "vitest";
import { connectSocket } from "./connect.ts";
import { listen, type SocketListener } from "./listen.ts";
import type { TcpAddress } from "./socket-address.ts";
import { SocketError } from "./socket-error.ts";
import { TestCore } from "./testing/test-core.ts";

const listeners: SocketListener[] = [];

afterEach(async () => {
  await Promise.all(listeners.splice(0).map((listener) => listener.close()));
});

/** A connected pair over loopback: we connected `client`, `server` was accepted. */
async function connectPair(clock = new VirtualClock()) {
  const server = new TestCore();
  const listener = await listen({ host: "127.0.0.1", port: 0 }, () => server, clock);
  listeners.push(listener);
  const client = new TestCore();
  const connection = connectSocket(client, listener.address, clock);
  await Promise.all([client.opening, server.opening]);
  return { client, server, connection, listener, clock };
}

const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => (index * 13 + (index >> 8)) & 0xff);

describe("a connection", () => {
  it("carries bytes both ways, in order, however many", async () => {
    const { client, server } = await connectPair();
    const data = bytes(3_000_000);
    for (let at = 0; at < data.length; at += 100_000) client.send(data.subarray(at, at + 50_000), data.subarray(at + 50_000, at + 100_000));
    server.send(data.subarray(0, 1_000_000));
    await Promise.all([server.until(data.length), client.until(1_000_000)]);
    expect(Buffer.compare(Buffer.from(server.received), data)).toBe(0);
    expect(Buffer.compare(Buffer.from(client.received), data.subarray(0, 1_000_000))).toBe(0);
  });

  it("takes output once for all that happens in one turn, promises included", async () => {
    const { client, server } = await connectPair();
    client.onBytes = () => {
      client.send(Uint8Array.of(1));
      void Promise.resolve()
        .then(() => client.send(Uint8Array.of(2)))
        .then(() => Promise.resolve())
        .then(() => client.send(Uint8Array.of(3)));
    };
    server.send(Uint8Array.of(9));
    await server.until(3);
    expect(server.received).toEqual([1, 2, 3]);
    expect(client.calls.filter((call) => call === "took output")).toHaveLength(1);
  });

  it("gives every batch back in order", async () => {
    const { client, server } = await connectPair();
    for (let count = 1; count <= 3; count++) {
      client.send(Uint8Array.of(count));
      await server.until(count);
    }
    client.wantsClose = "end";
    client.wake();
    await Promise.all([client.closing, server.closing]);
    expect(client.calls.filter((call) => call === "sent")).toHaveLength(3);
  });

  it("lets the kernel write where the core wants it", async () => {
    const { client, server } = await connectPair();
    const memory = new Uint8Array(20_000);
    client.bulkReadBytes = 4;
    client.onBytes = () => {
      if (client.received.length === 4) client.place = memory.subarray(1000, 11_000);
    };
    // The buffer for the first read was chosen before anything was known: the first four bytes end it.
    server.send(bytes(4));
    await client.until(4);
    server.send(bytes(10_000), Uint8Array.of(77));
    await client.until(10_005);
    expect(memory.subarray(1000, 11_000)).toEqual(bytes(10_000));
    expect(memory[999]).toBe(0);
    expect(memory[11_000]).toBe(0);
    expect(client.calls).toContain("placed");
  });

  it("reads no more while the core wants no more input", async () => {
    const { client, server } = await connectPair();
    client.inputPaused = true;
    client.wake();
    server.inputPaused = true;
    server.wake();
    const turns = async (): Promise<void> => {
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    };
    await turns();
    client.send(Uint8Array.of(1));
    server.send(Uint8Array.of(2));
    await turns();
    expect([client.received, server.received]).toEqual([[], []]);
    client.inputPaused = false;
    client.wake();
    server.inputPaused = false;
    server.wake();
    await Promise.all([client.until(1), server.until(1)]);
    expect([client.received, server.received]).toEqual([[2], [1]]);
  });

  it("ends after all output when the core wants that, for both without a cause", async () => {
    const { client, server } = await connectPair();
    const data = bytes(2_500_000);
    client.send(data);
    client.wantsClose = "end";
    client.wake();
    await Promise.all([client.closing, server.closing]);
    expect(server.received).toHaveLength(data.length);
    expect([client.cause, server.cause]).toEqual([undefined, undefined]);
    expect(client.calls.at(-1)).toBe("closed");
  });

  it("whose peer ends is closed without a cause, though there was more to say", async () => {
    const { client, server } = await connectPair();
    client.onBytes = () => client.send(Uint8Array.of(1));
    server.send(bytes(1000));
    server.wantsClose = "end";
    server.wake();
    const talking = setInterval(() => client.send(bytes(100)), 0);
    await Promise.all([client.closing, server.closing]);
    clearInterval(talking);
    expect([client.received.length, client.cause, server.cause]).toEqual([1000, undefined, undefined]);
  });

  it("is reset when the core wants that: the other end learns why it is gone", async () => {
    const { client, server } = await connectPair();
    server.wantsClose = "reset";
    server.wake();
    await Promise.all([client.closing, server.closing]);
    expect(server.cause).toBeUndefined();
    expect(client.cause).toBeInstanceOf(SocketError);
    expect(client.cause?.message).toMatch(/^connection with 127\.0\.0\.1:\d+: the peer reset the connection \(ECONNRESET\)$/);
  });

  it("that is destroyed from outside closes its core once, with the reason given", async () => {
    const { client, connection } = await connectPair();
    const reason = new Error("the session was removed");
    connection.destroy(reason);
    connection.destroy(new Error("again"));
    await client.closing;
    client.send(Uint8Array.of(1));
    expect(client.cause).toBe(reason);
    expect(client.calls.filter((call) => call === "closed")).toHaveLength(1);
  });

  it("knows both of its ends", async () => {
    const { connection, listener } = await connectPair();
    expect(connection.peer).toBe(`127.0.0.1:${(listener.address as TcpAddress).port}`);
    const [accepted] = listener.connections;
    expect(accepted?.peer).toBe(connection.local);
  });

  it("calls a core when its deadline has passed, and arms no timer for one that only moves away", async () => {
    const { client, clock } = await connectPair();
    client.due = 100;
    client.wake();
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(50);
    client.due = 180;
    client.wake();
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(120);
    expect(client.calls).not.toContain("timeout 100");
    clock.advance(30);
    expect(client.calls).toContain("timeout 180");
  });

  it("to a peer that never ends its side is given up after a while", async () => {
    const clock = new VirtualClock();
    const halfOpen = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve) => halfOpen.listen(0, "127.0.0.1", resolve));
    const ended = new Promise<Socket>((resolve) =>
      halfOpen.once("connection", (socket) => socket.resume().once("end", () => resolve(socket))),
    );
    const client = new TestCore();
    connectSocket(client, { host: "127.0.0.1", port: (halfOpen.address() as { port: number }).port }, clock);
    await client.opening;
    client.wantsClose = "end";
    client.wake();
    const socket = await ended;
    expect(client.calls).not.toContain("closed");
    clock.advance(5_000);
    await client.closing;
    expect(client.cause).toBeUndefined();
    socket.destroy();
    await new Promise((resolve) => halfOpen.close(resolve));
  });
});

describe("an attempt to connect", () => {
  it("to a port where nobody listens says so", async () => {
    const listener = await listen({ host: "127.0.0.1", port: 0 }, () => undefined, new VirtualClock());
    const { port } = listener.address as TcpAddress;
    await listener.close();
    const core = new TestCore();
    connectSocket(core, { host: "127.0.0.1", port }, new VirtualClock());
    await core.closing;
    expect(core.calls).toEqual(["closed"]);
    expect(core.cause?.message).toBe(`connect to 127.0.0.1:${port}: connection refused: nothing listens there (ECONNREFUSED)`);
  });

  it("to a socket that does not exist says so", async () => {
    const core = new TestCore();
    connectSocket(core, { path: "/nonexistent/nbd.sock" }, new VirtualClock());
    await core.closing;
    expect(core.cause?.message).toBe("connect to /nonexistent/nbd.sock: no such socket: is the server running? (ENOENT)");
  });

  it("ends when its time is over", async () => {
    const clock = new VirtualClock();
    const core = new TestCore();
    connectSocket(core, { host: "127.0.0.1", port: 9 }, clock, { connectTimeoutMs: 3_000 });
    clock.advance(3_000);
    await core.closing;
    expect(core.cause?.message).toBe("connect to 127.0.0.1:9: no answer within 3000 ms; check the address (ETIMEDOUT)");
    expect(clock.waiting).toBe(0);
  });

  it("ends when the caller gives up, before or during it", async () => {
    for (const when of ["before", "during"] as const) {
      const clock = new VirtualClock();
      const core = new TestCore();
      const controller = new AbortController();
      if (when === "before") controller.abort();
      connectSocket(core, { host: "127.0.0.1", port: 9 }, clock, { signal: controller.signal });
      controller.abort();
      await core.closing;
      expect(core.cause?.message).toBe("connect to 127.0.0.1:9: given up by the caller");
      expect(clock.waiting).toBe(0);
    }
  });

  it("by name tries the addresses it has", async () => {
    const server = new TestCore();
    const listener = await listen({ host: "127.0.0.1", port: 0 }, () => server, new VirtualClock());
    listeners.push(listener);
    const client = new TestCore();
    connectSocket(client, { host: "localhost", port: (listener.address as TcpAddress).port }, new VirtualClock());
    client.send(bytes(1000));
    await server.until(1000);
    server.send(bytes(1000));
    await client.until(1000);
  });

  it("is past giving up once connected", async () => {
    const server = new TestCore();
    const listener = await listen({ host: "127.0.0.1", port: 0 }, () => server, new VirtualClock());
    listeners.push(listener);
    const clock = new VirtualClock();
    const controller = new AbortController();
    const client = new TestCore();
    connectSocket(client, listener.address, clock, { signal: controller.signal });
    await client.opening;
    controller.abort();
    clock.advance(60_000);
    client.send(Uint8Array.of(5));
    await server.until(1);
    expect(client.calls).not.toContain("closed");
  });

  it("that meets somebody who hangs up at once is closed like any other", async () => {
    const hangingUp = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => hangingUp.listen(0, "127.0.0.1", resolve));
    const { port } = hangingUp.address() as { port: number };
    const core = new TestCore();
    connectSocket(core, { host: "127.0.0.1", port }, new VirtualClock());
    await core.closing;
    expect(core.calls).toEqual(["opened", "closed"]);
    await new Promise((resolve) => hangingUp.close(resolve));
  });
});

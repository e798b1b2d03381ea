import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VirtualClock } from "kit/clock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connectSocket } from "./connect.ts";
import { listen } from "./listen.ts";
import type { TcpAddress } from "./socket-address.ts";
import { TestCore } from "./testing/test-core.ts";

const clock = new VirtualClock();
let directory = "";
let path = "";

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "iser-listen-"));
  path = join(directory, "a.sock");
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** Leaves a socket file behind that nobody listens on, as a killed program does. */
async function leaveStaleSocket(): Promise<void> {
  const server = createServer();
  const elsewhere = join(directory, "b.sock");
  await new Promise<void>((resolve) => server.listen(elsewhere, resolve));
  const { renameSync } = await import("node:fs");
  renameSync(elsewhere, path); // closing removes the name it was bound to, and leaves this one
  await new Promise((resolve) => server.close(resolve));
}

describe("a unix socket", () => {
  it("is not made under half of a name that is too long", async () => {
    const long = join(directory, "x".repeat(108));
    await expect(listen({ path: long }, () => undefined, clock)).rejects.toThrow(
      "the path of a socket has at most 107 bytes (ENAMETOOLONG)",
    );
    expect(readdirSync(directory)).toEqual([]);
    const client = new TestCore();
    connectSocket(client, { path: long }, clock);
    await expect(client.closing.then(() => client.cause)).resolves.toMatchObject({ code: "ENAMETOOLONG" });
  });

  it("that is to be in a directory that is not there says so", async () => {
    const nowhere = join(directory, "no", "a.sock");
    await expect(listen({ path: nowhere }, () => undefined, clock)).rejects.toThrow(
      `there is no directory ${join(directory, "no")} (ENOENT)`,
    );
  });

  it("is there for its owner alone, unless told otherwise", async () => {
    for (const [mode, expected] of [
      [undefined, 0o600],
      [0o660, 0o660],
    ] as const) {
      const before = process.umask();
      const listener = await listen({ path, mode }, () => undefined, clock);
      expect(statSync(path).mode & 0o777).toBe(expected);
      expect(process.umask()).toBe(before);
      await listener.close();
    }
  });

  it("carries bytes, and is gone when its listener is closed", async () => {
    const server = new TestCore();
    const peers: string[] = [];
    const accept = (peer: string): TestCore => {
      peers.push(peer);
      return server;
    };
    const listener = await listen({ path }, accept, clock);
    const client = new TestCore();
    connectSocket(client, { path }, clock);
    client.send(Uint8Array.of(1, 2, 3));
    await server.until(3);
    expect([peers, listener.connections.size]).toEqual([[path], 1]);
    await listener.close();
    await Promise.all([client.closing, server.closing]);
    expect([existsSync(path), listener.connections.size]).toEqual([false, 0]);
  });

  it("that nobody listens on any more is replaced", async () => {
    await leaveStaleSocket();
    expect(existsSync(path)).toBe(true);
    const listener = await listen({ path }, () => undefined, clock);
    await listener.close();
  });

  it("of somebody else that came to be by the same name stays when the listener is closed", async () => {
    const first = await listen({ path }, () => undefined, clock);
    rmSync(path);
    const second = await listen({ path }, () => undefined, clock);
    await first.close();
    const client = new TestCore();
    connectSocket(client, { path }, clock);
    await client.opening;
    await second.close();
    expect(readdirSync(directory)).toEqual([]);
  });

  it("is gone when the program ends without closing it", async () => {
    const before = process.listeners("exit");
    const listener = await listen({ path }, () => undefined, clock);
    for (const atExit of process.listeners("exit").filter((one) => !before.includes(one))) Reflect.apply(atExit, process, [0]);
    expect(readdirSync(directory)).toEqual([]);
    await listener.close();
    expect(process.listeners("exit")).toEqual(before);
  });

  it("has its name alone, however long or short that is", async () => {
    const room = 107 - Buffer.byteLength(join(directory, "/"));
    for (const name of ["a", "s".repeat(room)]) {
      const listener = await listen({ path: join(directory, name) }, () => undefined, clock);
      expect(readdirSync(directory)).toEqual([name]);
      await listener.close();
    }
    const deep = join(directory, "d".repeat(room - 2));
    mkdirSync(deep);
    const listener = await listen({ path: join(deep, "a") }, () => undefined, clock);
    expect(readdirSync(deep)).toEqual(["a"]);
    await listener.close();
    expect(readdirSync(deep)).toEqual([]);
  });

  it("that somebody listens on is left alone", async () => {
    const first = await listen({ path }, () => undefined, clock);
    await expect(listen({ path }, () => undefined, clock)).rejects.toThrow(
      `listen on ${path}: somebody else listens there already (EADDRINUSE)`,
    );
    expect(readdirSync(directory)).toEqual(["a.sock"]);
    await first.close();
  });

  it("that is another kind of file is left alone", async () => {
    writeFileSync(path, "precious");
    await expect(listen({ path }, () => undefined, clock)).rejects.toThrow(
      `listen on ${path}: a file that is no socket is in the way (EADDRINUSE)`,
    );
    expect(readFileSync(path, "utf8")).toBe("precious");
  });

  it("in a directory that is not there is an error that names it", async () => {
    const nowhere = join(directory, "missing", "a.sock");
    await expect(listen({ path: nowhere }, () => undefined, clock)).rejects.toThrow(`listen on ${nowhere}`);
  });
});

describe("a TCP port", () => {
  it("is picked by the system when asked for 0, and taken by one listener only", async () => {
    const listener = await listen({ host: "127.0.0.1", port: 0 }, () => undefined, clock);
    const address = listener.address as TcpAddress;
    expect(address.port).toBeGreaterThan(0);
    await expect(listen(address, () => undefined, clock)).rejects.toThrow(
      `listen on 127.0.0.1:${address.port}: somebody else listens there already (EADDRINUSE)`,
    );
    await listener.close();
  });

  it("turns away whoever nothing is made for", async () => {
    const listener = await listen({ host: "127.0.0.1", port: 0 }, () => undefined, clock);
    const client = new TestCore();
    connectSocket(client, listener.address, clock);
    await client.closing;
    expect(listener.connections.size).toBe(0);
    await listener.close();
  });

  it("that is closed drops its connections", async () => {
    const servers: TestCore[] = [];
    const accept = (): TestCore => {
      const core = new TestCore();
      servers.push(core);
      return core;
    };
    const listener = await listen({ host: "127.0.0.1", port: 0 }, accept, clock);
    const clients = [new TestCore(), new TestCore()];
    for (const client of clients) connectSocket(client, listener.address, clock);
    await Promise.all(clients.map(({ opening }) => opening));
    await listener.close();
    await Promise.all([...clients, ...servers].map(({ closing }) => closing));
    expect(listener.connections.size).toBe(0);
  });
});

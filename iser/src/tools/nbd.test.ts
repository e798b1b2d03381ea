import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { buildRouteMap } from "@stricli/core";
import { RecordedOutput, runSubcommands, TestWorld } from "kit/cli";
import { SystemClock, SystemRandom } from "kit/clock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connectSocket, type SocketAddress } from "#socket";
import { TestClient } from "../nbd/testing/test-client.ts";
import type { ToolContext } from "./context.ts";
import { nbdCommand } from "./nbd.ts";

const clock = new SystemClock();
let directory: string;
let socket: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "iser-nbd-"));
  socket = join(directory, "nbd.sock");
});
afterEach(() => rmSync(directory, { recursive: true }));

/** The program while it runs. */
class Running {
  readonly world: TestWorld;
  readonly exitCode: Promise<number>;
  /** Its first line of output, or all of it when it ended without one. */
  readonly firstLine: Promise<string>;

  constructor(...argv: string[]) {
    this.world = new TestWorld(["nbd", ...argv]);
    const { stderr, stopped } = this.world;
    const stdout = new RecordedOutput();
    let said = (): void => {};
    const line = new Promise<void>((resolve) => {
      said = resolve;
    });
    const watched = {
      isTerminal: false,
      write: (text: string | Uint8Array) => {
        stdout.write(text);
        said();
      },
    };
    const root = buildRouteMap<"nbd" | "also", ToolContext>({ routes: { nbd: nbdCommand, also: nbdCommand }, docs: { brief: "test" } });
    const context = (base: Pick<ToolContext, "process">): ToolContext => ({
      ...base,
      stdout: watched,
      stderr,
      clock,
      random: new SystemRandom(),
      stopped,
    });
    this.exitCode = runSubcommands({ name: "iser", version: "0", root, context }, this.world);
    this.firstLine = Promise.race([line, this.exitCode]).then(() => stdout.text);
  }

  async stop(): Promise<number> {
    this.world.stop();
    return this.exitCode;
  }
}

/** What a server says first: two magic numbers and its flags. */
const greetingBytes = 18;

/** A client that says when it was greeted, and when the stream was gone. */
class WatchedClient extends TestClient {
  readonly greeted: Promise<Buffer>;
  readonly gone: Promise<void>;
  #greeted: (greeting: Buffer) => void = () => {};
  #gone: () => void = () => {};

  constructor() {
    super();
    this.greeted = new Promise((resolve) => {
      this.#greeted = resolve;
    });
    this.gone = new Promise((resolve) => {
      this.#gone = resolve;
    });
  }

  override receive(chunk: Uint8Array): void {
    super.receive(chunk);
    if (this.received.length === greetingBytes) this.#greeted(this.received);
  }

  override closed(cause: Error | undefined): void {
    super.closed(cause);
    this.#gone();
  }
}

function connected(address: SocketAddress): WatchedClient {
  const client = new WatchedClient();
  connectSocket(client, address, clock);
  return client;
}

describe("iser nbd", () => {
  it("tells where a socket is that was named from here, for clients that are elsewhere", async () => {
    const running = new Running("mem:1M", "--socket", relative(process.cwd(), socket));
    expect(await running.firstLine).toBe(`ready: nbd+unix:///da0?socket=${socket}\n`);
    await running.stop();
  });

  it("says where it serves, serves there, and leaves nothing behind when it is stopped", async () => {
    const running = new Running("mem:64M,bs=4096", "--socket", socket);
    expect(await running.firstLine).toBe(`ready: nbd+unix:///da0?socket=${socket}\n`);
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    const client = connected({ path: socket });
    expect((await client.greeted).toString("latin1", 0, 16)).toBe("NBDMAGICIHAVEOPT");
    expect(await running.stop()).toBe(0);
    await client.gone;
    expect(existsSync(socket)).toBe(false);
    expect(running.world.stderr.text).toBe("");
  });

  it("serves several devices, on a socket and a port, and says so as JSON", async () => {
    const running = new Running("mem:1M,ro", "mem:2M,bs=4096", "--socket", socket, "--listen", "127.0.0.1:0", "--json");
    const ready = JSON.parse(await running.firstLine);
    expect(ready).toMatchObject({
      ready: true,
      exports: [
        { name: "da0", size: 2 ** 20, blockSize: 512, readOnly: true },
        { name: "da1", size: 2 ** 21, blockSize: 4096, readOnly: false },
      ],
    });
    const [unix, tcp] = ready.exports[1].uris;
    expect(unix).toBe(`nbd+unix:///da1?socket=${socket}`);
    const { port } = new URL(tcp);
    const client = connected({ host: "127.0.0.1", port: Number(port) });
    await client.greeted;
    expect(await running.stop()).toBe(0);
    await client.gone;
  });

  it.each([
    [["mem:1M"], 2, "no place to listen on"],
    [["--socket", "/x"], 2, "DEVICE"],
    [["mem:1", "--socket", "/x"], 2, "size 1 in"],
    [["/nowhere/disk.img", "--socket", "/x"], 1, "/nowhere/disk.img"],
    [["mem:1M", "--socket", "/nowhere/x.sock"], 1, "/nowhere/x.sock"],
    [["mem:1M", "--listen", "nonsense:99999"], 2, "is no address to listen on"],
    [["iscsi://127.0.0.1:1/iqn.2026-11.test:none/0", "--socket", "/x"], 1, "127.0.0.1:1"],
  ])("%j ends with %i and a sentence", async (argv, exitCode, sentence) => {
    const running = new Running(...argv);
    expect(await running.exitCode).toBe(exitCode);
    expect(running.world.stderr.text).toContain(sentence);
    expect(await running.firstLine).toBe("");
  });

  it("is told that somebody serves there already", async () => {
    const first = new Running("mem:1M", "--socket", socket);
    await first.firstLine;
    const second = new Running("mem:1M", "--socket", socket);
    expect(await second.exitCode).toBe(1);
    expect(second.world.stderr.text).toContain("somebody else listens there already");
    expect(existsSync(socket)).toBe(true);
    expect(await first.stop()).toBe(0);
  });
});

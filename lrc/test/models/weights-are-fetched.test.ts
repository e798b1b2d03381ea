import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { lrcInProcess } from "../../src/cli/testing/in-process.ts";
import { ScratchRepository } from "../../src/git/testing/scratch-repository.ts";

const weights = Buffer.concat([Buffer.from("GGUF"), randomBytes(200_000)]);
const sha256 = createHash("sha256").update(weights).digest("hex");

let scratch: ScratchRepository;
let server: Server;
/** After how many bytes each answer is cut off; what is not named is whole. */
let cuts: number[];
let ranges: (string | undefined)[];
let tag: string;
/** What answers wait for. */
let gate: Promise<void>;

beforeEach(async () => {
  scratch = new ScratchRepository();
  cuts = [];
  ranges = [];
  tag = '"one"';
  gate = Promise.resolve();
  server = createServer(({ headers: { range, "if-range": ifRange } }, response) => {
    ranges.push(range);
    const from = range !== undefined && ifRange === tag ? Number(/\d+/.exec(range)![0]) : 0;
    const rest = weights.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, { "content-length": rest.length, etag: tag });
    const cut = cuts.shift();
    if (cut === undefined) void gate.then(() => response.end(rest));
    else response.write(rest.subarray(0, cut), () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  scratch[Symbol.dispose]();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const setUp = (...args: readonly string[]) => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.gguf`;
  return lrcInProcess(scratch, "local", "setup", "--no-engine", ...(args.includes("--from") ? [] : ["--url", url]), ...args);
};
const kept = (): string => join(scratch.home, ".local/share/lrc/models/model.gguf");

it("whole, compared with their checksum, and become a connector", async () => {
  const { status, stdout } = await setUp("--sha256", sha256.toUpperCase());
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining(sha256) as string });
  expect(readFileSync(kept()).equals(weights)).toBe(true);
  expect((await lrcInProcess(scratch, "connectors", "list")).stdout).toMatch(/local.*this machine/);
});

it("from where they broke off, when the same is said again", async () => {
  cuts = [50_000];
  const { status, stderr } = await setUp("--sha256", sha256);
  expect(status).not.toBe(0);
  expect(stderr).toContain("broke off; say the same again");
  expect(existsSync(kept())).toBe(false);
  expect((await setUp("--sha256", sha256)).status).toBe(0);
  expect(ranges[1]).toMatch(/^bytes=[1-9]\d*-$/);
  expect(readFileSync(kept()).equals(weights)).toBe(true);
});

it("from the beginning, when the server has another file by now", async () => {
  cuts = [50_000];
  await setUp();
  tag = '"two"';
  expect((await setUp("--sha256", sha256)).status).toBe(0);
  expect(readFileSync(kept()).equals(weights)).toBe(true);
});

it("by one program at a time, and by the next one after its end, whatever its end was", async () => {
  let open = (): void => undefined;
  gate = new Promise((resolve) => {
    open = resolve;
  });
  const first = setUp("--sha256", sha256);
  await vi.waitUntil(() => ranges.length === 1);
  const second = await setUp("--sha256", sha256);
  expect(second.status).not.toBe(0);
  expect(second.stderr).toContain(`another program (process ${process.pid}) is fetching ${kept()}: wait until it is done`);
  open();
  expect((await first).status).toBe(0);
  expect(readFileSync(kept()).equals(weights)).toBe(true);
  rmSync(kept());
  writeFileSync(`${kept()}.fetching`, String(2 ** 22 + 1));
  expect((await setUp("--sha256", sha256)).status).toBe(0);
  expect(readdirSync(dirname(kept()))).toEqual(["model.gguf"]);
});

it("as far as there is room; what is to be done is said, and then they go on", async () => {
  mkdirSync(join(kept(), ".."), { recursive: true });
  // Every byte that is written there meets a full disk.
  symlinkSync("/dev/full", `${kept()}.part`);
  const { status, stderr } = await setUp("--sha256", sha256);
  expect(status).not.toBe(0);
  expect(stderr).toContain(`the disk is full: make room where ${join(kept(), "..")} is, say the same again`);
  expect(existsSync(kept())).toBe(false);
  expect((await lrcInProcess(scratch, "connectors", "list")).stdout).toContain("No model is asked");
  rmSync(`${kept()}.part`);
  expect((await setUp("--sha256", sha256)).status).toBe(0);
  expect(readFileSync(kept()).equals(weights)).toBe(true);
});

it("and refused when their checksum is another one", async () => {
  const { status, stderr } = await setUp("--sha256", "0".repeat(64));
  expect(status).not.toBe(0);
  expect(stderr).toContain(`has the SHA-256 ${sha256}, and should have 0000`);
  expect(existsSync(kept())).toBe(false);
  expect((await lrcInProcess(scratch, "connectors", "list")).stdout).toContain("No model is asked");
});

it("or taken from a file that is here, without a network", async () => {
  const file = join(scratch.home, "mine.gguf");
  writeFileSync(file, weights);
  expect((await setUp("--from", file, "--sha256", sha256)).status).toBe(0);
  expect(ranges).toEqual([]);
  writeFileSync(file, "<html>");
  expect((await setUp("--from", file)).stderr).toContain("holds no weights");
  expect((await setUp("--from", "nowhere.gguf")).stderr).toContain("there is no file");
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildRouteMap } from "@stricli/core";
import { runSubcommands, TestWorld } from "kit/cli";
import { SystemClock, SystemRandom } from "kit/clock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDisk } from "#initiator";
import type { ToolContext } from "./context.ts";
import { targetCommand } from "./target.ts";

const name = "iqn.2026-11.test:disk";
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "iser-target-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** The program while it runs. */
class Running {
  readonly world: TestWorld;
  readonly exitCode: Promise<number>;
  /** Its first line of output; empty when it ended without one. */
  readonly firstLine: Promise<string>;

  constructor(argv: readonly string[], env: Record<string, string> = {}) {
    this.world = new TestWorld(["target", ...argv], { env });
    const { stdout, stderr, stopped } = this.world;
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
    const root = buildRouteMap<"target" | "also", ToolContext>({
      routes: { target: targetCommand, also: targetCommand },
      docs: { brief: "test" },
    });
    const context = (base: Pick<ToolContext, "process">): ToolContext => ({
      ...base,
      env,
      stdout: watched,
      stderr,
      clock: new SystemClock(),
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

const usual = ["--listen", "127.0.0.1:0", "--target", name];

/** Runs a command line that must fail. */
async function failure(argv: readonly string[], env: Record<string, string> = {}): Promise<{ exitCode: number; said: string }> {
  const running = new Running(argv, env);
  const exitCode = await running.exitCode;
  expect(running.world.stdout.text).toBe("");
  return { exitCode, said: running.world.stderr.text };
}

describe("iser target", () => {
  it("says in one line where its first disk is, serves it, and ends cleanly", async () => {
    const running = new Running([...usual, "--lun", "mem:1M"]);
    const line = await running.firstLine;
    expect(line).toMatch(/^ready iscsi:\/\/127\.0\.0\.1:\d+\/iqn\.2026-11\.test:disk\/0\n$/);
    const disk = await openDisk(line.trim().slice("ready ".length));
    await disk.write(0, new Uint8Array(512).fill(7));
    expect((await disk.read(0, 512)).every((byte) => byte === 7)).toBe(true);
    await disk.close();
    expect(await running.stop()).toBe(0);
    expect(running.world.stdout.text).toBe(line);
    expect(running.world.stderr.text).toBe("");
  });

  it("serves the same disks over iSER, beside iSCSI or alone", async () => {
    const both = new Running([...usual, "--iser", "127.0.0.1:0", "--iser", "127.0.0.1:0", "--lun", "mem:1M"]);
    const line = await both.firstLine;
    expect(line).toMatch(/^ready iscsi:\/\/\S+ iser:\/\/\S+ iser:\/\/\S+\n$/);
    const [, tcp = "", iser = ""] = line.trim().split(" ");
    const writer = await openDisk(iser);
    await writer.write(0, new Uint8Array(512).fill(7));
    const reader = await openDisk(tcp);
    expect(await reader.read(0, 512)).toEqual(new Uint8Array(512).fill(7));
    await Promise.all([writer.close(), reader.close()]);
    expect(await both.stop()).toBe(0);
    const alone = new Running(["--iser", "127.0.0.1:0", "--target", name, "--lun", "mem:1M", "--json"]);
    const { urls, luns } = JSON.parse(await alone.firstLine) as { urls: string[]; luns: { url: string }[] };
    expect(urls).toEqual([luns[0]?.url]);
    await (await openDisk(urls[0] ?? "")).close();
    expect(await alone.stop()).toBe(0);
  });

  it("serves files and memory of several kinds, and tells programs about them", async () => {
    const file = join(directory, "a,b.img");
    writeFileSync(file, new Uint8Array(8192).fill(3));
    const running = new Running([
      ...usual,
      "--json",
      "--serial",
      "S1",
      ...["--lun", `${file},ro`, "--lun", "mem:2M,serial=OWN,bs=4096,removable", "--lun", `${join(directory, "new.img")},size=1M`],
    ]);
    const ready = JSON.parse(await running.firstLine) as { luns: { url: string }[]; portals: string[] };
    const at = `iscsi://${ready.portals[0]}/${name}`;
    expect(ready).toMatchObject({
      event: "ready",
      target: name,
      luns: [
        { lun: 0, url: `${at}/0`, size: 8192, blockSize: 512, readOnly: true },
        { lun: 1, url: `${at}/1`, size: 2 * 1024 * 1024, blockSize: 4096, readOnly: false },
        { lun: 2, url: `${at}/2`, size: 1024 * 1024, blockSize: 512, readOnly: false },
      ],
    });
    const disk = await openDisk(ready.luns[0]!.url);
    expect((await disk.read(0, 512))[0]).toBe(3);
    await expect(disk.write(0, new Uint8Array(512))).rejects.toMatchObject({ code: "EPERM" });
    await disk.close();
    expect(await running.stop()).toBe(0);
  });

  it("takes secrets from the environment, and prints none wherever they came from", async () => {
    const env = { ISER_TARGET_CHAP: "me:correct horse battery", ISER_TARGET_MUTUAL: "it:staple of many bytes" };
    const running = new Running([...usual, "--lun", "mem:1M", "--verbose"], env);
    const url = (await running.firstLine).trim().slice("ready ".length);
    await expect(openDisk(url)).rejects.toThrow(/refused login/);
    await (await openDisk(url.replace("//", "//me%correct%20horse%20battery@"))).close();
    await running.stop();
    expect(running.world.stderr.text).toContain("(me) opened");
    const printed = running.world.stdout.text + running.world.stderr.text;
    expect(printed).not.toMatch(/horse|staple/);
  });

  it("can ask for secrets of its own before it tells which targets there are", async () => {
    const running = new Running([...usual, "--lun", "mem:1M", "--discovery-chap", "me:only for discovery", "--json", "--verbose"]);
    const ready = JSON.parse(await running.firstLine) as { luns: { url: string }[] };
    await (await openDisk(ready.luns[0]!.url)).close();
    await running.stop();
    const events = running.world.stderr.text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { event: string });
    expect(events.map(({ event }) => event)).toEqual(["connected", "session-opened", "session-closed", "disconnected"]);
  });

  it("refuses a wrong command line with a sentence, and repeats no secret", async () => {
    const wrong: readonly (readonly string[])[] = [
      ["--listen", "127.0.0.1:99999", "--target", name, "--lun", "mem:1M"],
      ["--listen", "127.0.0.1:0", "--target", "disk", "--lun", "mem:1M"],
      ["--listen", "127.0.0.1:0", "--lun", "mem:1M"],
      [...usual],
      ["--target", name, "--lun", "mem:1M"],
      [...usual, "--lun", "mem:1X"],
      [...usual, "--lun", "mem:1M,bs=1000"],
      [...usual, "--lun", "mem:1M", "--serial", "two words"],
      [...usual, "--lun", "mem:1M", "--access", "1"],
      [...usual, "--lun", "mem:1M", "--access", "1=asleep"],
      [...usual, "--lun", "mem:1M", "--access", "2=standby"],
      ["--listen", "127.0.0.1:0,0", "--target", name, "--lun", "mem:1M"],
      ["--listen", "127.0.0.1:0,", "--target", name, "--lun", "mem:1M"],
      [...usual, "--lun", "mem:1M", "--redirect", ":::"],
      [...usual, "--lun", "mem:1M", "--max-sessions", "0"],
      [...usual, "--lun", "mem:1M", "--chap", "hunter2"],
      [...usual, "--lun", "mem:1M", "--mutual", "it:hunter2"],
      [...usual, "--lun", "mem:1M", "--chap", "me:hunter2", "--mutual", "it:hunter2"],
    ];
    for (const argv of wrong) {
      const { exitCode, said } = await failure(argv);
      expect(said, argv.join(" ")).toMatch(/^iser: .+\n/);
      expect(said).not.toContain("hunter2");
      expect(exitCode, argv.join(" ")).toBe(2);
    }
  });

  it("says which file or port cannot be had, and leaves nothing open", async () => {
    const nowhere = join(directory, "nowhere.img");
    const missing = await failure([...usual, "--lun", "mem:1M", "--lun", nowhere]);
    expect(missing).toMatchObject({ exitCode: 1 });
    expect(missing.said).toContain(nowhere);
    const running = new Running([...usual, "--lun", "mem:1M", "--json"]);
    const { portals } = JSON.parse(await running.firstLine) as { portals: string[] };
    const taken = await failure(["--listen", portals[0]!, "--target", name, "--lun", "mem:1M"]);
    expect(taken).toMatchObject({ exitCode: 1 });
    expect(taken.said).toContain(portals[0]);
    expect(await running.stop()).toBe(0);
  });
});

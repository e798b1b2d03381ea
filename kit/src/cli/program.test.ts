import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runMain } from "./program.ts";
import { TestWorld } from "./test-world.ts";
import { UserError } from "./user-error.ts";

describe("runMain", () => {
  it("gives the exit code of the program", async () => {
    expect(await runMain("demo", () => 3, new TestWorld([]))).toBe(3);
  });

  it("prints an error with the program's name, the next step below", async () => {
    const world = new TestWorld([]);
    const main = (): never => {
      throw new UserError("it is broken", { nextStep: "mend it", exitCode: 5 });
    };
    expect(await runMain("demo", main, world)).toBe(5);
    expect(world.stderr.text).toBe("demo: it is broken\n  mend it\n");
    expect(world.stdout.text).toBe("");
  });
});

/** What the demonstration program below does, by its first argument. */
const demonstration = `
import { runProgram, UserError } from ${JSON.stringify(new URL("./index.ts", import.meta.url).pathname)};
const goesOn = process.argv[2] === "write-and-go-on" ? { goesOnUnread: true, failure: 3 } : undefined;
await runProgram("demo", async (world) => {
  const { argv, stdout } = world; // looking at world.stopped is what takes the signals over
  const ready = () => new Promise((resolve) => {
    world.stopped.addEventListener("abort", resolve);
    stdout.write("ready\\n");
  });
  const idle = setInterval(() => {}, 1000); // something that would keep the process alive
  switch (argv[0]) {
    case "write":
      stdout.write("x".repeat(1_000_000));
      return 0;
    case "write-for-ever":
      for (;;) {
        stdout.write("y\\n".repeat(10_000));
        await stdout.flushed();
      }
    case "write-and-go-on":
      for (let line = 0; line < 100; line += 1) {
        stdout.write("y\\n".repeat(10_000));
        world.stderr.write("z\\n".repeat(10_000));
        await new Promise((resolve) => setImmediate(resolve));
      }
      return 4;
    case "fail-late":
      setTimeout(() => { throw new UserError("too late"); }, 1);
      return new Promise(() => {});
    case "end-well":
      await ready();
      return 0;
    case "give-up":
      await ready();
      return world.stopped.throwIfAborted();
    case "linger":
      await ready();
      stdout.write("stopping\\n");
      return new Promise(() => {});
    case "deaf":
      stdout.write("ready\\n");
      return new Promise(() => {});
  }
}, ["SIGINT", "SIGTERM", "SIGHUP"], goesOn);
`;

let directory: string;
let program: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "kit-program-"));
  program = join(directory, "demo.mjs");
  buildSync({
    stdin: { contents: demonstration, resolveDir: import.meta.dirname },
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["source"],
    banner: { js: 'import{createRequire as $createRequire}from"node:module";const require=$createRequire(import.meta.url);' },
  });
});

afterAll(() => rmSync(directory, { recursive: true }));

interface Ending {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the demonstration; `during` acts on every piece of output. */
function demo(what: string, during: (child: ChildProcess, output: string) => void = () => {}): Promise<Ending> {
  const child = spawn(process.execPath, [program, what], { stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    during(child, text);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((resolve) => child.on("close", (exitCode) => resolve({ exitCode, stdout, stderr })));
}

describe("a program", () => {
  it("ends when its body has, with all of its output", async () => {
    const { exitCode, stdout } = await demo("write");
    expect([exitCode, stdout.length]).toEqual([0, 1_000_000]);
  });

  it("ends quietly when nobody reads its output any more", async () => {
    expect(await demo("write-for-ever", (child) => child.stdout?.destroy())).toMatchObject({ exitCode: 0, stderr: "" });
  });

  it("whose exit code says something keeps it when nobody reads", async () => {
    const ending = await demo("write-and-go-on", (child) => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    });
    expect(ending.exitCode).toBe(4);
  });

  it("whose output finds no room says so, with the exit code it has for that", async () => {
    const full = openSync("/dev/full", "w");
    const child = spawn(process.execPath, [program, "write-and-go-on"], { stdio: ["ignore", full, "pipe"] });
    let stderr = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const exitCode = await new Promise((resolve) => child.on("close", resolve));
    closeSync(full);
    expect([exitCode, stderr.replaceAll("z\n", "")]).toEqual([3, "demo: cannot write: no space left on device\n"]);
  });

  it("tells of an error that comes from nowhere", async () => {
    expect(await demo("fail-late")).toEqual({ exitCode: 1, stdout: "", stderr: "demo: too late\n" });
  });

  it.each([
    ["end-well", "SIGTERM", 0],
    ["end-well", "SIGINT", 0],
    ["give-up", "SIGTERM", 143],
    ["give-up", "SIGINT", 130],
    ["end-well", "SIGHUP", 0],
    ["give-up", "SIGHUP", 129],
  ] as const)("that is asked to stop: %s, %s", async (what, signal, exitCode) => {
    const ending = await demo(what, (child) => child.kill(signal));
    expect(ending.exitCode).toBe(exitCode);
    expect(ending.stderr).toBe(exitCode === 0 ? "" : "demo: interrupted\n");
  });

  it("ends at the second signal, whatever it is doing", async () => {
    const ending = await demo("linger", (child, text) => child.kill(text.includes("stopping") ? "SIGINT" : "SIGTERM"));
    expect(ending).toMatchObject({ exitCode: 130, stdout: "ready\nstopping\n" });
  });

  it("that does not look at signals dies of them as any other", async () => {
    expect((await demo("deaf", (child) => child.kill("SIGTERM"))).exitCode).toBe(null);
  });
});

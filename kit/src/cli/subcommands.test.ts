import { buildCommand, buildRouteMap, type CommandContext } from "@stricli/core";
import { describe, expect, it } from "vitest";
import { parseByteSize } from "./byte-size.ts";
import { runSubcommands } from "./subcommands.ts";
import { TestWorld } from "./test-world.ts";
import { UserError } from "./user-error.ts";

const copy = buildCommand<{ readonly bs?: number; readonly mode: "fast" | "slow"; readonly keepGoing: boolean }, [string], CommandContext>({
  docs: { brief: "Copy things", fullDescription: "Copies.\n\nExamples:\n  box copy here" },
  parameters: {
    flags: {
      bs: { kind: "parsed", parse: parseByteSize, brief: "block size", optional: true },
      mode: { kind: "enum", values: ["fast", "slow"], default: "fast", brief: "how" },
      keepGoing: { kind: "boolean", default: false, brief: "do not stop" },
    },
    positional: { kind: "tuple", parameters: [{ parse: String, brief: "what", placeholder: "what" }] },
  },
  func(flags, what) {
    if (what === "nothing") throw new UserError("there is nothing to copy", { nextStep: "name something else", exitCode: 7 });
    this.process.stdout.write(`copied ${what} by ${flags.bs ?? 1} ${flags.mode}${flags.keepGoing ? " on and on" : ""}\n`);
  },
});

async function box(...argv: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const world = new TestWorld(argv);
  const root = buildRouteMap<"copy" | "move", CommandContext>({ routes: { copy, move: copy }, docs: { brief: "A box of commands" } });
  const exitCode = await runSubcommands({ name: "box", version: "1.2.3", root, context: (base) => base }, world);
  return { exitCode, stdout: world.stdout.text, stderr: world.stderr.text };
}

describe("a program of subcommands", () => {
  it("runs a command with its flags", async () => {
    expect(await box("copy", "--bs", "4K", "--keep-going", "it")).toEqual({
      exitCode: 0,
      stdout: "copied it by 4096 fast on and on\n",
      stderr: "",
    });
  });

  it("prints its version and, everywhere, its help", async () => {
    expect(await box("--version")).toMatchObject({ exitCode: 0, stdout: "1.2.3\n" });
    expect((await box("--help")).stdout).toContain("A box of commands");
    expect((await box()).stdout).toContain("A box of commands");
    expect((await box("copy", "--help")).stdout).toContain("box copy here");
    expect((await box("copy", "-h")).stdout).toContain("--keep-going");
  });

  it.each([
    [["copy", "nothing"], 7, "box: there is nothing to copy\n  name something else\n"],
    [["copi", "it"], 2, 'box: there is no command "copi"\n  did you mean copy?\n'],
    [["copy", "--bz", "1", "it"], 2, "box: unknown flag --bz\n  did you mean --bs?\n"],
    [["copy", "--bs", "much", "it"], 2, 'box: bs: "much" is not a size\n  write bytes'],
    [["copy", "--keep-goin", "it"], 2, "box: unknown flag --keep-goin\n  did you mean --keep-going?\n"],
    [["copy", "--mode", "odd", "it"], 2, 'box: --mode: "odd" is not accepted\n  it takes one of fast, slow\n'],
    [["copy"], 2, "box: what is missing\n  add --help to see what is accepted\n"],
    [["copy", "it", "that"], 2, 'box: unexpected argument "that" (at most 1 taken)\n'],
    [["copy", "--bs"], 2, "box: --bs needs a value\n"],
    [["copy", "--bs", "1", "--bs", "2", "it"], 2, 'box: --bs is given twice ("1" and "2")\n'],
    [["copy", "-x", "it"], 2, "box: unknown flag -x\n"],
  ])("%j ends with %i", async (argv, exitCode, stderr) => {
    const result = await box(...argv);
    expect(result.stderr).toContain(stderr);
    expect(result.exitCode).toBe(exitCode);
    expect(result.stdout).toBe("");
  });
});

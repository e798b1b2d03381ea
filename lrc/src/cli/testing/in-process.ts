import { runMain, TestWorld } from "kit/cli";
import { SystemClock, SystemRandom, systemWallTime } from "kit/clock";
import type { ScratchRepository } from "../../git/testing/scratch-repository.ts";
import { runCommands } from "../commands/index.ts";

/** `lrc` in a repository and in this process: it is at once, and this process may serve what it asks for. Nobody is at a terminal. */
export async function lrcInProcess(
  { env, home, root }: ScratchRepository,
  ...args: readonly string[]
): Promise<{ readonly status: number; readonly stdout: string; readonly stderr: string }> {
  const world = new TestWorld(args, { env, home });
  const { stdin, stdout, stderr, stopped } = world;
  const status = await runMain(
    "lrc",
    async () =>
      await runCommands(world, {
        stdin,
        stdout,
        stderr,
        env,
        home,
        directory: root,
        clock: new SystemClock(),
        random: new SystemRandom(),
        wallTime: systemWallTime,
        stopped,
        program: { node: process.execPath, script: "/nowhere/lrc.mjs" },
        openTerminal: () => undefined,
      }),
    world,
  );
  return { status, stdout: stdout.text, stderr: stderr.text };
}

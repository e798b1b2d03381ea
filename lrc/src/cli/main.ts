import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runProgram } from "kit/cli";
import { SystemClock, SystemRandom, systemWallTime } from "kit/clock";
import type { Surroundings } from "./context.ts";

await runProgram("lrc", async (world) => {
  const clock = new SystemClock();
  const surroundings: Surroundings = {
    stdin: world.stdin,
    stdout: world.stdout,
    stderr: world.stderr,
    env: world.env,
    home: world.home,
    directory: process.cwd(),
    clock,
    random: new SystemRandom(),
    wallTime: systemWallTime,
    stopped: world.stopped,
    program: { node: process.execPath, script: realpathSync(process.argv[1] ?? fileURLToPath(import.meta.url)) },
    openTerminal: () => terminal(),
  };
  const { openTerminal } = await import("./terminal.ts");
  const terminal = () => openTerminal(world.stderr, world.env, clock);
  if (world.argv[0] === "hook") {
    const { runHook } = await import("./hook/index.ts");
    return await runHook(world.argv.slice(1), surroundings);
  }
  const { runCommands } = await import("./commands/index.ts");
  return await runCommands(world, surroundings);
});

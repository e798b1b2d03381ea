import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Main, runProgram } from "kit/cli";
import { SystemClock, SystemRandom, systemWallTime } from "kit/clock";
import type { Surroundings } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";
import { runHook } from "./hook/index.ts";
import { openTerminal } from "./terminal.ts";

const lrc: Main = async (world) => {
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
    // Who reads this takes over from the signal, so it is not read before somebody wants it.
    get stopped() {
      return world.stopped;
    },
    program: { node: process.execPath, script: realpathSync(process.argv[1] ?? fileURLToPath(import.meta.url)) },
    openTerminal: () => openTerminal(world.stderr, world.env, clock, world.stopped),
  };
  // A commit waits for this one, so nothing of the commands is loaded for it.
  if (world.argv[0] === "hook") return await runHook(world.argv.slice(1), surroundings);
  // Who asked for one of the others is told that it was interrupted, from the first moment on.
  void surroundings.stopped;
  const { runCommands } = await import("./commands/index.ts");
  return await runCommands(world, surroundings);
};

// A script asks for the exit code, whoever reads what is printed.
await runProgram("lrc", lrc, ["SIGINT", "SIGTERM"], { goesOnUnread: true, failure: exitCodes.couldNotReview });

import { runProgram } from "kit/cli";
import { SystemClock, SystemRandom, systemWallTime } from "kit/clock";
import { runIser } from "./program.ts";

await runProgram("iser", (world) =>
  runIser(world, (base) => ({
    ...base,
    stdin: world.stdin,
    stdout: world.stdout,
    stderr: world.stderr,
    env: world.env,
    stopped: world.stopped,
    clock: new SystemClock(),
    random: new SystemRandom(),
    wallClock: systemWallTime,
    cpuTime: () => {
      const { user, system } = process.cpuUsage();
      return { userUs: user, systemUs: system };
    },
  })),
);

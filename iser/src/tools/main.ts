import { runProgram, showArguments } from "kit/cli";
import { SystemClock, SystemRandom, systemWallTime } from "kit/clock";
import { runIser } from "./program.ts";
import { withoutSecrets } from "./shown-arguments.ts";

showArguments("iser", withoutSecrets(process.argv.slice(2)));

await runProgram(
  "iser",
  (world) =>
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
  // A terminal that is closed is as good as an interrupt: what is served or written ends in good order, and no socket is left behind.
  ["SIGINT", "SIGTERM", "SIGHUP"],
);

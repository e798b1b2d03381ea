import { runProgram, runSubcommands } from "kit/cli";
import { SystemClock, SystemRandom, systemWallTime } from "kit/clock";
import { loadCommands } from "./commands.ts";
import { version } from "./version.ts";

await runProgram("iser", async (world) => {
  const root = await loadCommands(world.argv[0]);
  return runSubcommands(
    {
      name: "iser",
      version,
      root,
      context: (base) => ({
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
      }),
    },
    world,
  );
});

import { existsSync, readFileSync } from "node:fs";
import { runProgram } from "kit/cli";
import { SystemClock, SystemRandom, systemWallTime } from "kit/clock";
import { defaultInitiatorName } from "#initiator";
import { initiatorOnSockets } from "./iscsi-initiator.ts";
import { iscsid } from "./program.ts";

const clock = new SystemClock();
const random = new SystemRandom();

await runProgram("iscsid", (world) =>
  iscsid(world, {
    clock,
    random,
    wallClock: systemWallTime,
    processes: { pid: process.pid, isDaemon },
    onHangup: (listener) => {
      process.on("SIGHUP", listener);
      return () => process.off("SIGHUP", listener);
    },
    residentBytes: () => process.memoryUsage.rss(),
    command: [process.execPath, ...process.execArgv, ...process.argv.slice(1, 2)],
    createInitiator: initiatorOnSockets({ name: defaultInitiatorName(), clock, random }),
  }),
);

/** Process ids are used again: where the system tells what a process is, it must be one of ours. */
function isDaemon(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  const commandLine = `/proc/${pid}/cmdline`;
  return !existsSync(commandLine) || readFileSync(commandLine, "latin1").includes("iscsid");
}

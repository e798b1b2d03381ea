import { homedir } from "node:os";
import { geteuid } from "node:process";
import { xdgDirectories } from "kit/cli";
import { type ControlLocations, controlLocations } from "#control";
import type { ToolContext } from "../context.ts";

/** Where the daemon of this user is, or the one with a run directory of its own. */
export function daemonLocations({ env = {} }: ToolContext, runDirectory: string | undefined): ControlLocations {
  const { runtime, state } = xdgDirectories({ env, home: homedir() });
  return controlLocations({ uid: geteuid?.(), runtimeDirectory: runtime, stateDirectory: state }, runDirectory);
}

/** The flag that says so, the same for all commands here. */
export const runDirectoryFlag = {
  kind: "parsed",
  parse: String,
  optional: true,
  brief: "Run directory of the daemon, if it was given one of its own",
  placeholder: "DIR",
} as const;

import { homedir } from "node:os";
import { resolve } from "node:path";
import { geteuid } from "node:process";
import { xdgDirectories } from "kit/cli";
import { type ControlLocations, controlLocations } from "#control";
import type { ToolContext } from "../context.ts";

/** Where the daemon of this user is, or the one with a run directory or a control socket of its own. */
export function daemonLocations({ env = {} }: ToolContext, runDirectory?: string, controlSocket?: string): ControlLocations {
  const { runtime, state } = xdgDirectories({ env, home: homedir() });
  const user = { uid: geteuid?.(), runtimeDirectory: runtime, stateDirectory: state };
  const locations = controlLocations(user, runDirectory && resolve(runDirectory));
  return { ...locations, controlSocket: controlSocket ?? locations.controlSocket };
}

/** The flags that say so, the same for all commands here. */
export const runDirectoryFlag = {
  kind: "parsed",
  parse: String,
  optional: true,
  brief: "Run directory of the daemon, if it was given one of its own",
  placeholder: "DIR",
} as const;

export const controlSocketFlag = {
  kind: "parsed",
  parse: String,
  optional: true,
  brief: "Control socket of the daemon, if it was given one of its own",
  placeholder: "PATH",
} as const;

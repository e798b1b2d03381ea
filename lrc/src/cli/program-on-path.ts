import { accessSync, constants } from "node:fs";
import { platform } from "node:os";
import { delimiter, join } from "node:path";
import type { Surroundings } from "./context.ts";

/** Whether a program is found by its name alone. */
export function isOnPath(program: string, { PATH = "" }: Surroundings["env"]): boolean {
  const name = platform() === "win32" ? `${program}.cmd` : program;
  return PATH.split(delimiter)
    .filter(Boolean)
    .some((folder) => isExecutable(join(folder, name)));
}

/** Whether somebody who is us may start it. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

import { platform } from "node:os";
import type { Surroundings } from "../context.ts";

/** Where a commit's findings are decided upon, as `git config lrc.ui` says. */
export type UserInterface = "terminal" | "browser" | "auto";

type Environment = Surroundings["env"];

/** What the setting says; the terminal where it says nothing that is known. */
export function userInterfaceOf(setting: string | undefined): UserInterface {
  const said = setting?.toLowerCase();
  return said === "browser" || said === "auto" ? said : "terminal";
}

/** Whether the hook opens its page: never where nobody could see it. `auto` wants to see a display of its own, `browser` takes the user's word. */
export function wantsPage(ui: UserInterface, env: Environment): boolean {
  if (ui === "terminal" || env.CI !== undefined) return false;
  if (hasDisplay(env)) return true;
  return ui === "browser" && !isRemote(env);
}

/** Whether a browser that is started here has somewhere to draw. */
export function hasDisplay(env: Environment, system: NodeJS.Platform = platform()): boolean {
  if (env.CI !== undefined) return false;
  if (env.DISPLAY !== undefined || env.WAYLAND_DISPLAY !== undefined || env.BROWSER !== undefined) return true;
  return system !== "linux" && system !== "freebsd" && !isRemote(env);
}

function isRemote(env: Environment): boolean {
  return env.SSH_CONNECTION !== undefined || env.SSH_TTY !== undefined || env.SSH_CLIENT !== undefined;
}

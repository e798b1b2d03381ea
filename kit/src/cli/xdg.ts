import { isAbsolute, join } from "node:path";
import type { World } from "./world.ts";

/** Where a user's files belong (XDG Base Directory specification). Nothing is created. */
export interface XdgDirectories {
  readonly config: string;
  readonly data: string;
  readonly state: string;
  readonly cache: string;
  /** Sockets and pid files; undefined where the session manager gave none. */
  readonly runtime: string | undefined;
}

/** The specification says that a relative path in a variable is to be ignored. */
export function xdgDirectories(world: Pick<World, "env" | "home">): XdgDirectories {
  const from = (variable: string): string | undefined => {
    const value = world.env[variable];
    return value !== undefined && isAbsolute(value) ? value : undefined;
  };
  return {
    config: from("XDG_CONFIG_HOME") ?? join(world.home, ".config"),
    data: from("XDG_DATA_HOME") ?? join(world.home, ".local", "share"),
    state: from("XDG_STATE_HOME") ?? join(world.home, ".local", "state"),
    cache: from("XDG_CACHE_HOME") ?? join(world.home, ".cache"),
    runtime: from("XDG_RUNTIME_DIR"),
  };
}

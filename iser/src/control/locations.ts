import { join } from "node:path";

/** Where the daemon leaves what others look for. */
export interface ControlLocations {
  /** Directory of the sockets and the pid file. */
  readonly runDirectory: string;
  readonly controlSocket: string;
  readonly nbdSocket: string;
  readonly pidFile: string;
}

/** Who is asking, as far as it matters for where files belong. */
export interface ControlUser {
  readonly uid: number | undefined;
  /** XDG_RUNTIME_DIR, if there is one. */
  readonly runtimeDirectory: string | undefined;
  /** XDG_STATE_HOME or its default. */
  readonly stateDirectory: string;
}

/**
 * Root's daemon keeps its sockets in /var/run/iscsid and its pid file where FreeBSD's has it; a user's lives in the runtime directory, or with the state where there
 * is none; one with a run directory of its own keeps everything there.
 */
export function controlLocations(user: ControlUser, runDirectory?: string): ControlLocations {
  const directory = runDirectory ?? defaultRunDirectory(user);
  return {
    runDirectory: directory,
    controlSocket: join(directory, "iscsid.sock"),
    nbdSocket: join(directory, "nbd.sock"),
    pidFile: runDirectory === undefined && user.uid === 0 ? "/var/run/iscsid.pid" : join(directory, "iscsid.pid"),
  };
}

function defaultRunDirectory(user: ControlUser): string {
  if (user.uid === 0) return "/var/run/iscsid";
  return join(user.runtimeDirectory ?? user.stateDirectory, "iscsid");
}

import { lstatSync, symlinkSync, unlinkSync } from "node:fs";
import { resolve } from "node:path";

/**
 * Makes the control socket known in the run directory when it is somewhere else, by a link at `usualPath`: whoever knows the run directory alone, as `iser attach --run-dir`,
 * finds the daemon. What a daemon that died left there is replaced; anything but a socket or a link stays, and there is no link.
 */
export function linkControlSocket(usualPath: string, socketPath: string): { close(): Promise<void> } {
  const target = resolve(socketPath);
  if (target === resolve(usualPath) || !makeRoom(usualPath)) return { close: () => Promise.resolve() };
  symlinkSync(target, usualPath);
  return {
    close: () => {
      try {
        makeRoom(usualPath);
      } catch {
        // It leads nowhere from now on, and the next daemon replaces it.
      }
      return Promise.resolve();
    },
  };
}

/** Takes a link or a socket away; whether nothing is there then. */
function makeRoom(path: string): boolean {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there === undefined) return true;
  if (!there.isSymbolicLink() && !there.isSocket()) return false;
  unlinkSync(path);
  return true;
}

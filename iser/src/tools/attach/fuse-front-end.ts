import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "kit/clock";
import type { BlockDevice } from "#block";
import type { AttachedDevice } from "./attached-device.ts";
import { mountFuse, unmountFuse } from "./fuse-mount.ts";
import { attachLoop, hasLoop, refreshLoop } from "./loop-device.ts";
import type { RunCommand } from "./run-command.ts";

/** Requests that the kernel may hand us at the same time, each in a thread of its own; the keeper is started with as many threads and some more. */
export const fuseReaders = 2;

/** Why this way cannot be gone here; undefined when it can. */
export async function fuseUnavailable(run: RunCommand): Promise<string | undefined> {
  if (!existsSync("/dev/fuse")) await run("modprobe", ["fuse"]);
  if (!existsSync("/dev/fuse")) return "the kernel has no /dev/fuse";
  if (!hasLoop()) await run("modprobe", ["loop"]);
  if (!hasLoop()) return "the kernel has no loop devices (/dev/loop-control)";
  return undefined;
}

/** A loop device on a file of our own file system. What it was given up to a failure is taken back. */
export async function attachByFuse(
  run: RunCommand,
  device: BlockDevice,
  folder: string,
  { clock, log }: { readonly clock: Clock; readonly log: (line: string) => void },
): Promise<AttachedDevice> {
  const mount = await mountFuse(run, join(folder, "disk"), device, { clock, readers: fuseReaders, onFault: log });
  try {
    const path = await attachLoop(run, mount.file, device.geometry, device.features.readOnly);
    return {
      path,
      file: mount.file,
      ended: mount.ended.then((error) => error?.message),
      resized: async () => {
        // The kernel keeps the size of a file until somebody asks for it; asked asynchronously, because it is us who answer.
        await stat(mount.file);
        await refreshLoop(run, path);
      },
    };
  } catch (error) {
    await unmountFuse(run, mount.file, true);
    await mount.ended;
    throw error;
  }
}

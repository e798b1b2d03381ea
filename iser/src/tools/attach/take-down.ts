import type { Clock } from "kit/clock";
import type { Attachment } from "./attachment.ts";
import { unmountFuse } from "./fuse-mount.ts";
import { detachLoop, loopIsGone } from "./loop-device.ts";
import { detachNbd } from "./nbd-front-end.ts";
import type { RunCommand } from "./run-command.ts";

/**
 * Takes the device of an attachment away, whether its keeper lives or not; the keeper sees it and ends. `lazily` takes down also what is in use, or does not answer because
 * its keeper is dead: who uses it keeps a loop device that answers everything with an error.
 */
export async function takeDown(run: RunCommand, { via, path, file }: Attachment, clock: Clock, lazily = false): Promise<void> {
  if (path === undefined) return;
  if (via === "nbd") return detachNbd(run, path);
  if (file === undefined) return;
  await detachLoop(run, path, file);
  if (!lazily) await loopIsGone(path, file, clock);
  await unmountFuse(run, file, lazily);
}

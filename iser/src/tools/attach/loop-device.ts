import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { UserError } from "kit/cli";
import type { Clock, Duration } from "kit/clock";
import type { BlockGeometry } from "#block";
import { type RunCommand, succeed } from "./run-command.ts";

/** How long the kernel may take to let go of a file. */
const letGoMs: Duration = 5000;
const lookMs: Duration = 20;

/** Puts a loop device on a file, with the blocks that the disk has and without a second cache. Resolves to its path. */
export async function attachLoop(run: RunCommand, file: string, { blockSize }: BlockGeometry, readOnly: boolean): Promise<string> {
  const options = ["--find", "--show", "--direct-io=on", "--sector-size", String(blockSize), ...(readOnly ? ["--read-only"] : [])];
  return (await succeed(run, "losetup", [...options, file])).trim();
}

/** Has the kernel look at the size of the file again. */
export async function refreshLoop(run: RunCommand, device: string): Promise<void> {
  await succeed(run, "losetup", ["--set-capacity", device]);
}

/** Takes the loop device off its file; the kernel does it when the last one who has it open closes it. Nothing to do is no failure. */
export async function detachLoop(run: RunCommand, device: string, file: string): Promise<void> {
  if (isOn(device, file)) await succeed(run, "losetup", ["--detach", device]);
}

/** Resolves when the kernel has let go of the file, rejects when somebody keeps it: whoever just looks at a new device (blkid, say) is soon done. */
export async function loopIsGone(device: string, file: string, clock: Clock): Promise<void> {
  for (let waited = 0; isOn(device, file); waited += lookMs) {
    if (waited > letGoMs) throw new UserError(`${device} is still in use`, { nextStep: `see who has it open: fuser -v ${device}` });
    await new Promise<void>((resolve) => clock.after(lookMs, resolve));
  }
}

/** Whether the loop device is on this file still. */
function isOn(device: string, file: string): boolean {
  return backingFile(device) === file;
}

/** Undefined for a loop device that is free. The kernel says where a file was that is gone. */
function backingFile(device: string): string | undefined {
  try {
    return readFileSync(`/sys/block/${basename(device)}/loop/backing_file`, "utf8").trim();
  } catch {
    return undefined;
  }
}

/** Loop devices can be made here. */
export function hasLoop(): boolean {
  return existsSync("/dev/loop-control");
}

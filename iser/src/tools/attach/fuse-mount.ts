import { openSync, readFileSync, writeFileSync } from "node:fs";
import type { Clock } from "kit/clock";
import type { BlockDevice } from "#block";
import { FuseChannel, type FuseChannelOptions } from "#fuse";
import { type RunCommand, succeed } from "./run-command.ts";

/** A file that shows a block device. */
export interface FuseMount {
  readonly file: string;
  /** Resolves when it was unmounted; with the error that ended it, if one did. */
  readonly ended: Promise<NodeJS.ErrnoException | undefined>;
}

/** Mounts the device on `file`, which is made: readable and writable by root alone. */
export async function mountFuse(
  run: RunCommand,
  file: string,
  device: BlockDevice,
  { clock, readers, onFault }: { readonly clock: Clock; readonly readers: number; readonly onFault: (message: string) => void },
): Promise<FuseMount> {
  writeFileSync(file, "", { mode: 0o600 });
  const descriptor = openSync("/dev/fuse", "r+");
  let onEnd: FuseChannelOptions["onEnd"] = () => {};
  const ended = new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    onEnd = resolve;
  });
  const channel = new FuseChannel({ descriptor, device, clock, readers, onFault, onEnd });
  const rootMode = `100${device.features.readOnly ? "400" : "600"}`;
  const options = `fd=3,rootmode=${rootMode},user_id=0,group_id=0,default_permissions${device.features.readOnly ? ",ro" : ""}`;
  try {
    // "-i": mount(8) would look for a program for this type of file system, and none is needed.
    await succeed(run, "mount", ["-i", "-t", "fuse", "-o", options, "iser", file], { descriptor });
  } catch (error) {
    channel.abandon();
    throw error;
  }
  return { file, ended };
}

/** Unmounts what is mounted on `file`, whoever serves it or does not any more; nothing to do is no failure. `lazily` also while it is in use. */
export async function unmountFuse(run: RunCommand, file: string, lazily = false): Promise<void> {
  if (!isMounted(file)) return;
  await succeed(run, "umount", [...(lazily ? ["--lazy"] : []), "--no-canonicalize", file]);
}

/** Asked of the kernel's list, because a file whose server is dead cannot be asked itself. */
export function isMounted(file: string): boolean {
  const escaped = file.replace(/[\\ \t\n]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`);
  return readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .some((line) => line.split(" ")[1] === escaped);
}

import { buildCommand } from "@stricli/core";
import { UserError } from "kit/cli";
import { AttachmentFolder } from "./attach/attachment-folder.ts";
import { makeAttachment } from "./attach/make-attachment.ts";
import { isAlive } from "./attach/process-identity.ts";
import { runCommand, succeed } from "./attach/run-command.ts";
import { controlSocketFlag, daemonLocations, runDirectoryFlag } from "./attach/run-directory.ts";
import type { ToolContext } from "./context.ts";

interface MountFlags {
  readonly type?: string | undefined;
  readonly options?: string | undefined;
  readonly readOnly: boolean;
  readonly runDir?: string | undefined;
  readonly socket?: string | undefined;
}

/** `iser mount`: mounts the file system of a disk, attaching it if need be. */
export const mountCommand = buildCommand<MountFlags, [string, string], ToolContext>({
  docs: {
    brief: "Mount the file system of a remote disk",
    fullDescription: [
      "Mounts the file system that is on a disk. The disk is attached first if it is not. umount(8) and iser detach are the way back.",
      "",
      "Examples:",
      "  iser mount da0 /mnt",
      "  iser mount da0 /mnt -t xfs -o noatime",
    ].join("\n"),
  },
  parameters: {
    flags: {
      type: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "Type of the file system; found out unless given",
        placeholder: "TYPE",
      },
      options: { kind: "parsed", parse: String, optional: true, brief: "Options of mount(8), with commas", placeholder: "OPTIONS" },
      readOnly: { kind: "boolean", default: false, brief: "Attach and mount it for reading alone", withNegated: false },
      runDir: runDirectoryFlag,
      socket: controlSocketFlag,
    },
    aliases: { t: "type", o: "options", r: "readOnly" },
    positional: {
      kind: "tuple",
      parameters: [
        { parse: String, placeholder: "DISK", brief: "What iser attach takes, or the name or path of what is attached" },
        { parse: String, placeholder: "DIRECTORY", brief: "Where to mount it" },
      ],
    },
  },
  async func(flags, disk, directory) {
    const { type, readOnly } = flags;
    const { path, name } = await attached(disk, flags, this);
    const options = [flags.options, ...(readOnly ? ["ro"] : [])].filter((option) => option !== undefined).join(",");
    const mount = [...(type === undefined ? [] : ["-t", type]), ...(options === "" ? [] : ["-o", options]), "--", path, directory];
    await succeed(runCommand, "mount", mount).catch((error: unknown) => {
      if (!(error instanceof UserError)) throw error;
      throw new UserError(error.message, {
        nextStep: `${name} is attached as ${path}; a new disk needs a file system first (mkfs.ext4 ${path})`,
        cause: error,
      });
    });
    this.stdout.write(`${path} is mounted on ${directory}\n`);
  },
});

async function attached(
  disk: string,
  { readOnly, runDir, socket }: MountFlags,
  context: ToolContext,
): Promise<{ readonly path: string; readonly name: string }> {
  const there = new AttachmentFolder(daemonLocations(context, runDir).runDirectory).find(disk);
  const { path, name } =
    there !== undefined && isAlive(there.keeper)
      ? there
      : await makeAttachment(disk, { via: undefined, readOnly, name: undefined, runDir, socket }, context);
  if (path === undefined) throw new UserError(`${name} is being attached just now`, { nextStep: "try again in a moment" });
  return { path, name };
}

import { buildCommand } from "@stricli/core";
import { type Column, formatBytes, formatTable, UsageError } from "kit/cli";
import { type Attachment, type FrontEnd, frontEnds } from "./attach/attachment.ts";
import { AttachmentFolder } from "./attach/attachment-folder.ts";
import { usersOf } from "./attach/device-users.ts";
import { makeAttachment } from "./attach/make-attachment.ts";
import { sourceSyntax } from "./attach/named-source.ts";
import { isAlive } from "./attach/process-identity.ts";
import { controlSocketFlag, daemonLocations, runDirectoryFlag } from "./attach/run-directory.ts";
import type { ToolContext } from "./context.ts";

interface AttachFlags {
  readonly list: boolean;
  readonly via?: FrontEnd | undefined;
  readonly readOnly: boolean;
  readonly name?: string | undefined;
  readonly json: boolean;
  readonly runDir?: string | undefined;
  readonly socket?: string | undefined;
}

/** `iser attach`: a block device in /dev for a remote disk. */
export const attachCommand = buildCommand<AttachFlags, [string?], ToolContext>({
  docs: {
    brief: "Make a remote disk a block device in /dev",
    fullDescription: [
      "Makes a remote disk a block device in /dev and prints its path. A process in the background keeps it alive, until it is detached; the disk may go away and come",
      "back meanwhile, and so may iscsid: what is read and written waits for them.",
      "",
      "The kernel's own NBD client is used where there is one (/dev/nbdN), else a file on FUSE with a loop device on it (/dev/loopN). Both take root; without it,",
      "what remains is said, and the exit code is 3.",
      "",
      "Examples:",
      "  iser attach da0",
      "  iser attach iscsi://192.0.2.1/iqn.2026-11.example:disk/0 --name backup",
      "  iser attach --list",
    ].join("\n"),
  },
  parameters: {
    flags: {
      list: { kind: "boolean", default: false, brief: "List what is attached", withNegated: false },
      via: { kind: "enum", values: frontEnds, optional: true, brief: "Which way to go; the first that there is unless given" },
      readOnly: { kind: "boolean", default: false, brief: "Refuse writes", withNegated: false },
      name: {
        kind: "parsed",
        parse: parseName,
        optional: true,
        brief: "What to call it; the daemon's name, or disk0, disk1, … unless given",
        placeholder: "NAME",
      },
      json: { kind: "boolean", default: false, brief: "Print JSON", withNegated: false },
      runDir: runDirectoryFlag,
      socket: controlSocketFlag,
    },
    aliases: { l: "list" },
    positional: {
      kind: "tuple",
      parameters: [{ parse: String, placeholder: "DISK", brief: `What to attach: ${sourceSyntax}`, optional: true }],
    },
  },
  async func(flags, disk) {
    if (flags.list) {
      if (disk !== undefined) throw new UsageError("--list takes no DISK");
      list(flags, this);
      return;
    }
    if (disk === undefined) throw new UsageError("DISK is missing", { nextStep: `name ${sourceSyntax}; or say --list` });
    const { via, readOnly, name, runDir, socket } = flags;
    const attachment = await makeAttachment(disk, { via, readOnly, name, runDir, socket }, this);
    this.stdout.write(flags.json ? `${JSON.stringify(shown(attachment))}\n` : `${attachment.path}\n`);
  },
});

/** Names become folders. */
function parseName(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) return name;
  throw new UsageError(`"${name}" is no name: letters, digits, ".", "_" and "-", 64 at most`);
}

function list(flags: AttachFlags, context: ToolContext): void {
  const folder = new AttachmentFolder(daemonLocations(context, flags.runDir).runDirectory);
  const attachments = folder.list().map(shown);
  if (flags.json) {
    context.stdout.write(`${JSON.stringify({ attachments }, undefined, 2)}\n`);
    return;
  }
  if (attachments.length === 0) {
    context.stdout.write("Nothing is attached.\n");
    return;
  }
  const rows = attachments.map(({ name, path, size, via, state, uses, disk }) => [
    name,
    path ?? "-",
    size === undefined ? "-" : formatBytes(size),
    via,
    state,
    uses.join(", ") || "-",
    disk,
  ]);
  context.stdout.write(formatTable(columns, rows));
}

const columns: readonly Column[] = [
  { title: "Name" },
  { title: "Device" },
  { title: "Size", align: "right" },
  { title: "Via" },
  { title: "State" },
  { title: "In use" },
  { title: "Disk" },
];

/** An attachment as users see it. */
function shown({ name, path, size, blockSize, via, readOnly, description, keeper }: Attachment) {
  const alive = isAlive(keeper);
  const state = !alive ? "dead" : path === undefined ? "attaching" : "attached";
  return {
    name,
    path,
    size,
    blockSize,
    via,
    readOnly,
    disk: description,
    state,
    pid: keeper.pid,
    uses: path === undefined ? [] : usersOf(path),
  };
}

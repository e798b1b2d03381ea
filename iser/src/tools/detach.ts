import { kill } from "node:process";
import { buildCommand } from "@stricli/core";
import { UserError } from "kit/cli";
import type { Duration } from "kit/clock";
import type { Attachment } from "./attach/attachment.ts";
import { AttachmentFolder } from "./attach/attachment-folder.ts";
import { usersOf } from "./attach/device-users.ts";
import { isAlive } from "./attach/process-identity.ts";
import { runCommand } from "./attach/run-command.ts";
import { daemonLocations, runDirectoryFlag } from "./attach/run-directory.ts";
import { takeDown } from "./attach/take-down.ts";
import type { ToolContext } from "./context.ts";

interface DetachFlags {
  readonly force: boolean;
  readonly json: boolean;
  readonly runDir?: string | undefined;
}

/** How long the keeper may take to have everything written. */
const farewellMs: Duration = 35_000;
const lookMs: Duration = 20;

/** `iser detach`: takes a device that `iser attach` made out of /dev. */
export const detachCommand = buildCommand<DetachFlags, [string], ToolContext>({
  docs: {
    brief: "Take an attached disk out of /dev",
    fullDescription: [
      "Takes a device that iser attach made out of /dev, once all that was written through it is with the disk. Refuses while it is in use, and says by whom: mounted, used as swap,",
      "held by another device, or open in a process.",
      "",
      "With --force it goes whoever uses it and whatever is unwritten, also when the disk does not answer: its users get errors. The same command cleans up behind a process",
      "that was killed.",
      "",
      "Examples:",
      "  iser detach da0",
      "  iser detach /dev/loop0",
    ].join("\n"),
  },
  parameters: {
    flags: {
      force: { kind: "boolean", default: false, brief: "Also while it is in use; what is unwritten is lost", withNegated: false },
      json: { kind: "boolean", default: false, brief: "Print JSON", withNegated: false },
      runDir: runDirectoryFlag,
    },
    positional: { kind: "tuple", parameters: [{ parse: String, placeholder: "DISK", brief: "Its name, or the path of its device" }] },
  },
  async func(flags, disk) {
    const folder = new AttachmentFolder(daemonLocations(this, flags.runDir).runDirectory);
    const attachment = findAttachment(folder, disk);
    if (flags.force) await takeAway(attachment, folder, this);
    else await detach(attachment, folder, this);
    if (flags.json) this.stdout.write(`${JSON.stringify({ name: attachment.name, path: attachment.path, detached: true })}\n`);
  },
});

/** The attachment of this name or path; a UserError that says what there is. */
export function findAttachment(folder: AttachmentFolder, disk: string): Attachment {
  const found = folder.find(disk);
  if (found !== undefined) return found;
  const names = folder.list().map(({ name, path }) => (path === undefined ? name : `${name} (${path})`));
  throw new UserError(`${disk} is not attached`, { nextStep: names.length === 0 ? "nothing is" : `what is: ${names.join(", ")}` });
}

async function detach(attachment: Attachment, folder: AttachmentFolder, { clock }: ToolContext): Promise<void> {
  const { name, path, keeper } = attachment;
  const users = path === undefined ? [] : usersOf(path);
  if (users.length > 0) {
    throw new UserError(`${path} is ${users.join(", ")}`, {
      nextStep: `end its use first; or take it away all the same: iser detach --force ${name}`,
    });
  }
  const served = isAlive(keeper);
  if (served && path === undefined) throw new UserError(`${name} is being attached just now, by process ${keeper.pid}`);
  await takeDown(runCommand, attachment, clock, !served);
  for (let waited = 0; isAlive(keeper); waited += lookMs) {
    if (waited > farewellMs) {
      throw new UserError(`the device is gone, but process ${keeper.pid} still waits for the disk to take what was written`, {
        nextStep: `see ${folder.logOf(name)}`,
      });
    }
    await new Promise<void>((resolve) => clock.after(lookMs, resolve));
  }
  // The keeper does this itself, unless it was killed.
  folder.remove(name);
}

/** Without the keeper everything that waits for the disk fails at once, and nothing keeps the device any more but those who have it open. */
async function takeAway(attachment: Attachment, folder: AttachmentFolder, { clock }: ToolContext): Promise<void> {
  const { name, path, keeper } = attachment;
  if (isAlive(keeper)) kill(keeper.pid, "SIGKILL");
  while (isAlive(keeper)) await new Promise<void>((resolve) => clock.after(lookMs, resolve));
  const users = path === undefined ? [] : usersOf(path);
  await takeDown(runCommand, attachment, clock, true);
  folder.remove(name);
  if (users.length > 0) {
    throw new UserError(`${name} was taken away, and ${path} is still ${users.join(", ")}`, {
      nextStep: `it answers with errors alone; ${path} is free when its use has ended (umount)`,
    });
  }
}

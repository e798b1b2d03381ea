import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { geteuid, pid } from "node:process";
import { UserError } from "kit/cli";
import type { ToolContext } from "../context.ts";
import { type Attachment, type AttachmentOrder, type FrontEnd, frontEnds } from "./attachment.ts";
import { AttachmentFolder } from "./attachment-folder.ts";
import { usersOf } from "./device-users.ts";
import { fuseUnavailable } from "./fuse-front-end.ts";
import { findSource, type NamedSource } from "./named-source.ts";
import { nbdUnavailable } from "./nbd-front-end.ts";
import { identify, isAlive } from "./process-identity.ts";
import { runCommand } from "./run-command.ts";
import { daemonLocations } from "./run-directory.ts";
import { startKeeper } from "./start-keeper.ts";
import { takeDown } from "./take-down.ts";

/** The exit code when this machine, or this user, can have no device in /dev. */
export const noDeviceExitCode = 3;

export interface AttachOptions {
  readonly via: FrontEnd | undefined;
  readonly readOnly: boolean;
  readonly name: string | undefined;
  readonly runDir: string | undefined;
  readonly socket: string | undefined;
}

/** Attaches what `named` names. Throws a UserError that says what is in the way and, where there is no device to be had, what remains. */
export async function makeAttachment(named: string, options: AttachOptions, context: ToolContext): Promise<Attachment> {
  const locations = daemonLocations(context, options.runDir, options.socket);
  const folder = new AttachmentFolder(locations.runDirectory);
  const found = await findSource(named, locations.controlSocket, folder, context.clock);
  const via = await chooseFrontEnd(options.via, found, context);
  const name = options.name ?? found.name;
  const self = identify(pid);
  if (self === undefined) throw new UserError("/proc is not mounted", { nextStep: "mount -t proc proc /proc" });
  const { description, source } = found;
  const { readOnly } = options;
  const claimed: Attachment = { name, description, via, readOnly, keeper: self };
  if (!folder.claim(claimed)) {
    await clearStale(folder, name, context);
    if (!folder.claim(claimed)) throw new UserError(`${name} is being attached by somebody else just now`);
  }
  try {
    return await start({ name, source, description, via, readOnly, folder: folder.folderOf(name) }, folder);
  } catch (error) {
    folder.remove(name);
    throw error;
  }
}

async function start(order: AttachmentOrder, folder: AttachmentFolder): Promise<Attachment> {
  const answer = await startKeeper(order, folder.logOf(order.name)).answer;
  if ("attachment" in answer) return answer.attachment;
  throw new UserError(
    `${order.name} cannot be attached: ${answer.error}`,
    answer.nextStep === undefined ? {} : { nextStep: answer.nextStep },
  );
}

/** The name is taken: by one who serves it, or by what one who was killed has left behind. The latter is taken down, if nobody uses it. */
async function clearStale(folder: AttachmentFolder, name: string, { clock, stderr }: ToolContext): Promise<void> {
  const stale = folder.read(name);
  if (stale === undefined) {
    folder.remove(name);
    return;
  }
  if (isAlive(stale.keeper)) {
    if (stale.path === undefined) throw new UserError(`${name} is being attached by process ${stale.keeper.pid}`);
    throw new UserError(`${name} is attached already: ${stale.path}`, { nextStep: `use that, or detach it with "iser detach ${name}"` });
  }
  const users = stale.path === undefined ? [] : usersOf(stale.path);
  if (users.length > 0) {
    throw new UserError(`the process that served ${stale.path} has died, and the device is ${users.join(", ")}`, {
      nextStep: "end its use (umount), then attach it again",
    });
  }
  await takeDown(runCommand, stale, clock, true);
  folder.remove(name);
  stderr.write(`iser: ${name} was left behind by a process that died; cleaned up\n`);
}

/** The best there is, or the one that was asked for. */
async function chooseFrontEnd(wanted: FrontEnd | undefined, found: NamedSource, context: ToolContext): Promise<FrontEnd> {
  if (geteuid?.() !== 0) throw noDevice("a device in /dev takes root", found, context);
  const reasons: string[] = [];
  for (const candidate of wanted === undefined ? frontEnds : [wanted]) {
    const reason = candidate === "nbd" ? await nbdUnavailable(runCommand) : await fuseUnavailable(runCommand);
    if (reason === undefined) return candidate;
    reasons.push(reason);
  }
  throw noDevice(`no device in /dev can be had here: ${reasons.join("; ")}`, found, context);
}

/** What remains where there is no block device. */
function noDevice(reason: string, { uri }: NamedSource, { env = {} }: ToolContext): UserError {
  const has = (program: string): boolean => (env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)));
  const named = uri ?? "its URI";
  const remaining = [
    ...(uri === undefined ? ["iser nbd DEVICE --socket PATH serves it over NBD"] : []),
    `programs that speak NBD take ${named} (qemu-img, nbdcopy, fio, libnbd)`,
    ...(has("nbdfuse") && has("fusermount3") && existsSync("/dev/fuse") ? [`nbdfuse shows it as a file: nbdfuse DIR/disk '${named}'`] : []),
  ];
  return new UserError(reason, { nextStep: `what remains: ${remaining.join("; ")}`, exitCode: noDeviceExitCode });
}

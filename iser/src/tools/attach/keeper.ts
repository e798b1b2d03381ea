import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pid } from "node:process";
import { sentenceOf, UserError } from "kit/cli";
import type { Clock, Duration } from "kit/clock";
import type { BlockDevice } from "#block";
import { NbdDisk, type NbdDiskOptions, NbdServer } from "#nbd";
import { connectSocket, listen, ownThreadTuning } from "#socket";
import type { ProgramContext } from "../context.ts";
import { openDeviceSpec, parseDeviceSpec } from "../device-spec.ts";
import type { AttachedDevice } from "./attached-device.ts";
import type { Attachment, AttachmentOrder, AttachmentSource, KeeperAnswer } from "./attachment.ts";
import { AttachmentFolder } from "./attachment-folder.ts";
import { usersOf } from "./device-users.ts";
import { attachByFuse } from "./fuse-front-end.ts";
import { attachByNbd } from "./nbd-front-end.ts";
import { identify } from "./process-identity.ts";
import { runCommand } from "./run-command.ts";
import { takeDown } from "./take-down.ts";

/** How often a keeper that was asked to end looks whether its device is still in use. */
const busyIntervalMs: Duration = 500;

/** How long what was written may take to become durable when the device is gone. */
const lastFlushMs: Duration = 30_000;

interface OpenSource {
  readonly device: BlockDevice;
  readonly description: string;
  /** Where the kernel's own client finds it. */
  readonly address: { readonly socket: string; readonly exportName: string };
  close(): Promise<void>;
}

/**
 * What keeps an attachment alive: a process of its own, which opens the disk, makes the device, says so, and serves until the device is gone. It goes when the
 * device was detached; asked to go (SIGTERM) while somebody uses the device, it waits for them.
 */
export async function serveAttachment(order: AttachmentOrder, context: ProgramContext): Promise<void> {
  const { stopped, clock, wallClock = () => 0 } = context;
  const log = (line: string): void => context.stderr.write(`${new Date(wallClock()).toISOString()} ${line}\n`);
  const answer = (said: KeeperAnswer): void => context.stdout.write(`${JSON.stringify(said)}\n`);
  const folder = new AttachmentFolder(join(order.folder, "..", ".."));
  preferToSurvive();
  let source: OpenSource | undefined;
  let attached: AttachedDevice;
  let attachment: Attachment;
  try {
    source = await openSource(order, context, log);
    attached = await attach(order, source, clock, log);
    attachment = describe(order, source, attached);
    folder.write(attachment);
  } catch (error) {
    await source?.close();
    const nextStep = error instanceof UserError ? error.nextStep : undefined;
    answer({ error: sentenceOf(error), nextStep });
    return;
  }
  log(`${source.description} is ${attached.path}`);
  const { device } = source;
  const unwatch = device.onGeometryChange(() => {
    log(`the disk has ${device.geometry.size} bytes now`);
    folder.write({ ...attachment, size: device.geometry.size });
    attached.resized().catch((error: unknown) => log(`${attached.path} did not take the new size: ${sentenceOf(error)}`));
  });
  answer({ attachment });

  stopped.addEventListener("abort", () => endWhenUnused(attachment, clock, log), { once: true });
  const reason = await attached.ended;
  unwatch();
  if (reason !== undefined) log(`ended: ${reason}`);
  const unwritten = await lastFlush(device, clock);
  if (unwritten !== undefined) log(`what was written last may not be durable: ${unwritten}`);
  await source.close();
  log("detached");
  folder.remove(order.name);
}

async function attach(order: AttachmentOrder, source: OpenSource, clock: Clock, log: (line: string) => void): Promise<AttachedDevice> {
  if (order.via === "fuse") return attachByFuse(runCommand, source.device, order.folder, { clock, log });
  const { blockSize } = source.device.geometry;
  return attachByNbd(runCommand, source.address, blockSize, order.readOnly, clock);
}

function describe(order: AttachmentOrder, { device, description }: OpenSource, { path, file }: AttachedDevice): Attachment {
  const keeper = identify(pid);
  if (keeper === undefined) throw new UserError("/proc is not mounted", { nextStep: "mount -t proc proc /proc" });
  const { size, blockSize } = device.geometry;
  const { name, via } = order;
  return { name, description, via, path, file, size, blockSize, readOnly: device.features.readOnly, keeper };
}

async function openSource(order: AttachmentOrder, context: ProgramContext, log: (line: string) => void): Promise<OpenSource> {
  const { source, readOnly } = order;
  if (source.kind === "nbd") return openExport(source, order, context.clock, log);
  const { clock, env, random, stopped } = context;
  const open = await openDeviceSpec(parseDeviceSpec(source.spec), { clock, ...(env !== undefined && { env }), random, readOnly, stopped });
  const { description } = open;
  if (order.via === "fuse") return { device: open.device, description, address: { socket: "", exportName: "" }, close: () => open.close() };
  // The kernel's client needs a server of our own in front of what is not served yet.
  const path = join(order.folder, "nbd.sock");
  const server = new NbdServer({ exports: { list: () => [{ name: order.name, device: open.device }] } });
  const listener = await listen({ path }, () => server.accept(), clock, { tuning: ownThreadTuning });
  return {
    device: open.device,
    description,
    address: { socket: path, exportName: order.name },
    close: async () => {
      await server.close(clock.now(), 1000);
      await listener.close();
      await open.close();
    },
  };
}

async function openExport(
  { socket, exportName }: Extract<AttachmentSource, { kind: "nbd" }>,
  { description, readOnly }: AttachmentOrder,
  clock: Clock,
  log: (line: string) => void,
): Promise<OpenSource> {
  const connect: NbdDiskOptions["connect"] = (core) => connectSocket(core, { path: socket }, clock);
  const disk = await NbdDisk.open({ exportName, connect, clock, readOnly, onEvent: log });
  return { device: disk, description, address: { socket, exportName }, close: () => new Promise((resolve) => disk.close(() => resolve())) };
}

/** Asked to end by a signal: at once when nobody uses the device, otherwise as soon as nobody does. */
function endWhenUnused(attachment: Attachment, clock: Clock, log: (line: string) => void): void {
  let said = false;
  const look = (): void => {
    const users = attachment.path === undefined ? [] : usersOf(attachment.path);
    if (users.length === 0) {
      takeDown(runCommand, attachment, clock).catch((error: unknown) => log(`cannot be taken down: ${sentenceOf(error)}`));
      return;
    }
    if (!said) log(`asked to end, and waits: ${attachment.path} is ${users.join(", ")}`);
    said = true;
    clock.after(busyIntervalMs, look);
  };
  look();
}

/** Undefined when all that was written is durable; else why it is not known to be. */
function lastFlush(device: BlockDevice, clock: Clock): Promise<string | undefined> {
  if (device.features.readOnly) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const timer = clock.after(lastFlushMs, () => resolve(`no answer within ${lastFlushMs / 1000} s`));
    device.flush((error) => {
      timer.cancel();
      resolve(error?.message);
    });
  });
}

/** When memory is short, this process must not be the one that is ended to get some: the memory of others waits to be written through it. */
function preferToSurvive(): void {
  try {
    writeFileSync("/proc/self/oom_score_adj", "-1000");
  } catch {
    // Not allowed here; then it takes its chance like everybody.
  }
}

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { UserError } from "kit/cli";
import type { Clock, Duration } from "kit/clock";
import type { AttachedDevice } from "./attached-device.ts";
import { notFound, type RunCommand, succeed } from "./run-command.ts";

/** How long the kernel's client may take to have its device ready. */
const readyMs: Duration = 10_000;
const lookMs: Duration = 20;

/** Why this way cannot be gone here; undefined when it can. */
export async function nbdUnavailable(run: RunCommand): Promise<string | undefined> {
  if (!existsSync("/dev/nbd0")) await run("modprobe", ["nbd"]);
  if (!existsSync("/dev/nbd0")) return "the kernel has no network block devices (module nbd)";
  const { exitCode } = await run("nbd-client", ["-V"]);
  return exitCode === notFound ? "nbd-client is not installed" : undefined;
}

/**
 * A device of the kernel's own NBD client. nbd-client stays in the foreground and connects again when the server went away (`-persist`); it ends when
 * `nbd-client -d` is said to its device.
 */
export async function attachByNbd(
  run: RunCommand,
  { socket, exportName }: { readonly socket: string; readonly exportName: string },
  blockSize: number,
  readOnly: boolean,
  clock: Clock,
): Promise<AttachedDevice> {
  const path = freeNbdDevice();
  const options = ["-nofork", "-nonetlink", "-persist", "-b", String(blockSize), ...(readOnly ? ["-readonly"] : [])];
  let over: string | undefined;
  const ended = run("nbd-client", ["-unix", socket, "-name", exportName, ...options, path]).then(({ exitCode, stderr }) => {
    over = exitCode === 0 ? "nbd-client has ended" : stderr.trim() || `nbd-client ended with ${exitCode}`;
    return exitCode === 0 ? undefined : over;
  });
  for (let waited = 0; !isConnected(path); waited += lookMs) {
    if (over !== undefined) throw new UserError(`nbd-client failed: ${over}`);
    if (waited > readyMs) {
      await detachNbd(run, path);
      throw new UserError(`${path} was not ready within ${readyMs / 1000} s`);
    }
    await new Promise<void>((resolve) => clock.after(lookMs, resolve));
  }
  // The kernel's client takes a new size only with a new connection.
  return { path, ended, resized: async () => {} };
}

export async function detachNbd(run: RunCommand, path: string): Promise<void> {
  await succeed(run, "nbd-client", ["-d", path]);
}

function freeNbdDevice(): string {
  const names = readdirSync("/sys/block").filter((name) => /^nbd\d+$/.test(name));
  names.sort((a, b) => Number(a.slice(3)) - Number(b.slice(3)));
  const free = names.map((name) => `/dev/${name}`).find((path) => !isConnected(path));
  if (free === undefined)
    throw new UserError("all network block devices are in use", { nextStep: "load the module nbd with a larger nbds_max" });
  return free;
}

/** The kernel names the process that serves a device, and its size. */
function isConnected(path: string): boolean {
  const folder = `/sys/block/${path.slice("/dev/".length)}`;
  return existsSync(`${folder}/pid`) && readFileSync(`${folder}/size`, "utf8").trim() !== "0";
}

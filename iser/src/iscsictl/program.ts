import { ExitCode, UserError, type World, xdgDirectories } from "kit/cli";
import type { Clock } from "kit/clock";
import { type ControlClientConnection, controlLocations, type PendingSession } from "#control";
import { withDaemon } from "./daemon.ts";
import { formatListing } from "./listing.ts";
import { type Action, parseOptions } from "./options.ts";
import { usage } from "./usage.ts";

/** The body of iscsictl(8): options, one conversation with the daemon, output. Resolves to the exit code. */
export async function iscsictl(world: World, clock: Clock): Promise<number> {
  const { action, socket } = parseOptions(world.argv);
  if (action.verb === "help") {
    world.stdout.write(usage);
    return ExitCode.ok;
  }
  const place =
    socket === undefined
      ? { socket: defaultSocket(world), startCommand: "iscsid -d" }
      : { socket, startCommand: `iscsid -d --socket ${socket}` };
  await withDaemon(place, clock, (daemon) => perform(action, daemon, world));
  return ExitCode.ok;
}

function defaultSocket(world: World): string {
  const { runtime, state } = xdgDirectories(world);
  return controlLocations({ uid: world.uid, runtimeDirectory: runtime, stateDirectory: state }).controlSocket;
}

async function perform(action: Exclude<Action, { verb: "help" }>, daemon: ControlClientConnection, world: World): Promise<void> {
  switch (action.verb) {
    case "add": {
      if (action.warning !== undefined) world.stderr.write(`iscsictl: warning: ${action.warning}\n`);
      const { sessionId } = await daemon.call("add", { session: action.session });
      if (action.waitSeconds !== undefined) await wait(daemon, [sessionId], action.waitSeconds);
      return;
    }
    case "remove":
      await daemon.call("remove", action.filter);
      return;
    case "sysctl": {
      const { name, value } = action;
      if (name === undefined || value === undefined) {
        const { variables } = await daemon.call("sysctls", { prefix: name });
        for (const variable of variables) world.stdout.write(`${variable.name}: ${variable.value}\n`);
        return;
      }
      const { value: before } = await daemon.call("sysctl", { name, value });
      world.stdout.write(`${name}: ${before} -> ${value}\n`);
      return;
    }
    case "list": {
      // A wait that runs out still lists: the listing says what is missing.
      const failure = action.waitSeconds === undefined ? undefined : await waitFailure(daemon, undefined, action.waitSeconds);
      const { sessions } = await daemon.call("list", { showSecrets: false });
      world.stdout.write(formatListing(sessions, action));
      if (failure !== undefined) throw failure;
      return;
    }
  }
}

async function wait(daemon: ControlClientConnection, sessionIds: readonly number[], seconds: number): Promise<void> {
  const failure = await waitFailure(daemon, sessionIds, seconds);
  if (failure !== undefined) throw failure;
}

/** Waits for sessions (all, when undefined). Returns what to tell the user when time ran out first. */
async function waitFailure(
  daemon: ControlClientConnection,
  sessionIds: readonly number[] | undefined,
  seconds: number,
): Promise<UserError | undefined> {
  const { pending } = await daemon.call("wait", { sessionIds, timeoutMs: seconds * 1000 });
  const first = pending[0];
  if (first === undefined) return undefined;
  const more = pending.length > 1 ? ` (and ${pending.length - 1} more)` : "";
  return new UserError(`${describe(first)} is not connected after ${seconds} s: ${first.reason}${more}`, {
    nextStep: "iscsid goes on trying; watch it with iscsictl -L",
  });
}

function describe({ targetName, targetAddress }: PendingSession): string {
  return targetName === undefined ? `discovery at ${targetAddress}` : `${targetName} at ${targetAddress}`;
}
